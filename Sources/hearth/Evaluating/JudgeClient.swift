import Evaluation
import Foundation

/// The plain HTTP client through which a judge is asked: one request, one answer.
///
/// It calls only the host it is given, follows nobody elsewhere, and knows no proxy.
struct JudgeClient: JudgeTransport {
    /// The longest answer that is read.
    static let limit = 1 << 20
    /// Seconds to wait for the next bytes; a judge on a slow machine thinks for long.
    var patience = 300

    func post(
        host: String, port: Int, path: String, key: String?, body: [UInt8]
    ) async throws -> (status: Int, body: [UInt8]) {
        guard let connection = Connection(host: host, port: port, patience: patience) else {
            throw JudgeError(.unreachable, host: host, port: port)
        }
        let head =
            "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: application/json\r\n"
            + (key.map { "Authorization: Bearer \($0)\r\n" } ?? "")
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        guard connection.send(Array(head.utf8) + body),
            let answer = connection.receive(atMost: Self.limit).flatMap({ HTTPAnswer($0) })
        else { throw JudgeError(.noAnswer, host: host, port: port) }
        return (answer.status, answer.body)
    }
}

/// An answer of HTTP/1.1 on a connection that was then closed.
struct HTTPAnswer: Equatable {
    let status: Int
    let body: [UInt8]

    /// Reads an answer; nothing where it is none, or not whole.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.find([13, 10, 13, 10], in: bytes[...]) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3, let status = Int(words[1])
        else { return nil }
        self.status = status
        let rest = bytes[(end + 4)...]
        func field(_ name: String) -> String? {
            lines.dropFirst().first { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces).lowercased() }
        }
        if field("transfer-encoding") == "chunked" {
            guard let body = Self.chunks(rest) else { return nil }
            self.body = body
        } else if let length = field("content-length") {
            guard let length = Int(length), length >= 0, length <= rest.count else { return nil }
            body = Array(rest.prefix(length))
        } else {
            body = Array(rest)
        }
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var body: [UInt8] = []
        while let end = find([13, 10], in: rest) {
            let digits = String(decoding: rest[..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard digits.count <= 8, let size = Int(digits.trimmingCharacters(in: .whitespaces), radix: 16),
                size >= 0
            else { return nil }
            if size == 0 { return body }
            rest = rest[(end + 2)...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }

    private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - mark.count).first {
            bytes[$0..<$0 + mark.count].elementsEqual(mark)
        }
    }
}

/// A TCP connection that is used once.
private final class Connection {
    private let socket: Int32

    /// Connects to the first address of a host that accepts.
    init?(host: String, port: Int, patience: Int) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list = hints.ai_next
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        while let address = list?.pointee {
            let socket = Glibc.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            if connect(socket, address.ai_addr, address.ai_addrlen) == 0 {
                self.socket = socket
                return
            }
            close(socket)
            list = address.ai_next
        }
        return nil
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest)
            let sent = Glibc.send(socket, part, part.count, Int32(MSG_NOSIGNAL))
            if sent > 0 { rest = rest.dropFirst(sent) } else if errno != EINTR { return false }
        }
        return true
    }

    /// All bytes until the other side closes; nothing where they are too many or do not come.
    func receive(atMost limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += piece.prefix(count)
            if bytes.count > limit { return nil }
        }
    }
}
