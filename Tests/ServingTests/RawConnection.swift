import Foundation

@testable import Serving

/// A client that sends exactly the bytes it is given.
final class RawConnection: @unchecked Sendable {
    struct Failure: Error { let reason: String }

    private var descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            close()
            throw Failure(reason: "connect")
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Sends all of it; false when the server has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Reads what comes within the time, at most `limit` bytes; nil at the end.
    func read(limit: Int = 65536, within seconds: Double = 5) -> [UInt8]? {
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1e6))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var room = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &room, limit, 0)
        if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK ? [] : nil }
        return count == 0 ? nil : Array(room[..<count])
    }

    /// Reads until the server closes; what had come by then, if it does not in time.
    func readAll(within seconds: Double = 5) -> (bytes: [UInt8], closed: Bool) {
        var bytes: [UInt8] = []
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            guard let more = read(within: max(0.01, end.timeIntervalSinceNow)) else { return (bytes, true) }
            bytes += more
        }
        return (bytes, false)
    }

    func exchange(_ request: HTTPRequest) throws -> SeenReply {
        let fields = request.head.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        send("\(request.head.method) \(request.head.target) HTTP/1.1\r\n\(fields)\r\n")
        send(request.body)
        let (bytes, closed) = readAll(within: 20)
        guard closed else { throw Failure(reason: "no end") }
        guard let reply = Self.parse(bytes) else { throw Failure(reason: "no reply") }
        return reply
    }

    /// Takes one reply apart, its chunks put together.
    static func parse(_ bytes: [UInt8]) -> SeenReply? {
        guard
            let end = (0..<max(0, bytes.count - 3)).first(where: {
                bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10])
            })
        else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        if status == 100 { return parse(Array(bytes[(end + 4)...])) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        var body = Array(bytes[(end + 4)...])
        if headers["transfer-encoding"] == "chunked" { body = dechunked(body) }
        return SeenReply(status: status, headers: headers, body: body)
    }

    private static func dechunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let line = rest.firstIndex(of: 13) {
            guard let count = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), count > 0 else {
                break
            }
            let data = rest.dropFirst(line - rest.startIndex + 2)
            body += data.prefix(count)
            rest = data.dropFirst(count + 2)
        }
        return body
    }
}
