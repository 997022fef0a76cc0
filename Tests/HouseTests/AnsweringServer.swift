import Foundation
import Glibc
import Testing

/// A server on the loopback that answers every connection with what a test tells it, and closes.
final class AnsweringServer: Sendable {
    let port: Int
    private let listening: Int32
    private let heard = Heard()

    /// `@unchecked Sendable`: only touched under its condition.
    private final class Heard: @unchecked Sendable {
        private let condition = NSCondition()
        private var requests: [String] = []

        func append(_ request: String) {
            condition.lock()
            requests.append(request)
            condition.broadcast()
            condition.unlock()
        }

        var first: String {
            condition.lock()
            defer { condition.unlock() }
            while requests.isEmpty { condition.wait() }
            return requests[0]
        }

        var count: Int {
            condition.lock()
            defer { condition.unlock() }
            return requests.count
        }
    }

    /// The first request, once its answer is out.
    var asked: String { heard.first }
    /// How many requests were answered.
    var count: Int { heard.count }

    /// A server whose answers are these, one a connection; the last is given again and again.
    init(_ answers: [String]) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) == 0 && listen(listening, 8) == 0
                    && getsockname(listening, $0, &size) == 0
            }
        }
        try #require(bound)
        self.listening = listening
        port = Int(address.sin_port.bigEndian)
        let heard = heard
        Thread.detachNewThread {
            var left = answers
            while true {
                let connection = accept(listening, nil, nil)
                guard connection >= 0 else { return }
                let request = Self.request(connection)
                let reply = Array((left.count > 1 ? left.removeFirst() : left[0]).utf8)
                _ = send(connection, reply, reply.count, Int32(MSG_NOSIGNAL))
                close(connection)
                heard.append(request)
            }
        }
    }

    convenience init(_ answer: String) throws { try self.init([answer]) }

    /// An OpenAI-compatible answer that says so much.
    static func completion(_ content: String, status: String = "200 OK") throws -> String {
        let body = try JSONSerialization.data(
            withJSONObject: ["choices": [["message": ["role": "assistant", "content": content]]]])
        return "HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\r\n"
            + String(decoding: body, as: UTF8.self)
    }

    /// The head, and as much after it as the head announces.
    private static func request(_ connection: Int32) -> String {
        var text = ""
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = text.range(of: "\r\n\r\n") {
                let length = text.range(of: "Content-Length: ").flatMap { start in
                    Int(text[start.upperBound...].prefix { $0.isNumber })
                }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = recv(connection, &piece, piece.count, 0)
            if count <= 0 { return text }
            text += String(decoding: piece.prefix(count), as: UTF8.self)
        }
    }

    deinit {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
    }
}
