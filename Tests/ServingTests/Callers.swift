import Checkpoint
import Foundation

@testable import Serving

/// A reply as a test sees it.
struct SeenReply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSON { (try? JSON.parse(body)) ?? .null }

    /// The objects of a stream's `data:` lines.
    var events: [JSON] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") && $0 != "data: [DONE]" }
            .map { (try? JSON.parse(Array($0.dropFirst(6).utf8))) ?? .null }
    }

    /// Whether this is an error in OpenAI's shape, with all four members.
    var isOpenAIError: Bool {
        guard let error = json["error"]?.object else { return false }
        return error.keys == ["message", "type", "param", "code"]
            && error["message"]?.string?.isEmpty == false
            && error["type"]?.string != nil
    }
}

/// The two ways a test can call the same service.
enum Way: String, CaseIterable, Sendable {
    case inProcess, live
}

/// Calls a service in process, or over a socket.
struct Caller: Sendable {
    let call: @Sendable (HTTPRequest) async throws -> SeenReply

    func get(_ path: String, headers: [(String, String)] = []) async throws -> SeenReply {
        try await call(HTTPRequest(head: Self.head("GET", path, headers)))
    }

    func post(_ path: String, _ body: String, headers: [(String, String)] = []) async throws -> SeenReply {
        try await post(path, bytes: Array(body.utf8), headers: headers)
    }

    func post(_ path: String, bytes: [UInt8], headers: [(String, String)] = []) async throws -> SeenReply {
        let type = headers.contains { $0.0 == "Content-Type" } ? [] : [("Content-Type", "application/json")]
        let length = [("Content-Length", String(bytes.count))]
        return try await call(
            HTTPRequest(head: Self.head("POST", path, type + length + headers), body: bytes))
    }

    static func head(_ method: String, _ path: String, _ headers: [(String, String)]) -> RequestHead {
        let host = headers.contains { $0.0 == "Host" } ? [] : [("Host", "localhost")]
        return RequestHead(
            method: method, target: path, fields: (host + headers).map { RequestHead.Field($0.0, $0.1) })
    }
}

/// Runs a test against a service, in process or over a socket.
func withService(
    _ way: Way = .inProcess, _ backend: FakeBackend = FakeBackend(),
    settings change: (inout ServiceSettings) -> Void = { _ in }, limits: TransportLimits = .init(),
    _ body: (Caller) async throws -> Void
) async throws {
    var settings = ServiceSettings(version: "test")
    change(&settings)
    let service = Service(backend: backend, settings: settings)
    switch way {
    case .inProcess:
        try await body(
            Caller { request in
                let reply = await service.respond(to: request)
                let sink = CollectingSink()
                switch reply.body {
                case .bytes(let bytes): try await sink.send(bytes)
                case .stream(let write): try? await write(sink)
                }
                return SeenReply(
                    status: reply.status,
                    headers: Dictionary(
                        reply.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
                    body: sink.bytes.withLock { $0 })
            })
    case .live:
        let server = try HTTPServer(
            address: .loopback(0), limits: limits, admit: { service.admit($0) },
            handler: { await service.respond(to: $0) })
        let port = server.port
        do {
            try await body(
                Caller { request in
                    try await offPool { try RawConnection(port: port).exchange(request) }
                })
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        await server.stop(grace: .milliseconds(500))
    }
}

/// Keeps what is sent.
final class CollectingSink: ReplySink {
    let bytes = Locked<[UInt8]>([])

    func send(_ bytes: [UInt8]) async throws { self.bytes.withLock { $0 += bytes } }
}

/// Runs blocking work on a thread of its own: the pool has as many threads as
/// the machine has cores, and the server needs them.
func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Swift.Result { try work() }) }.start()
    }
}

/// Waits until something is so, or gives up.
func eventually(within time: Duration = .seconds(5), _ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
