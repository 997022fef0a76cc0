import Foundation
import Incident
import Serving

/// Runs the incident agent: the door on Serving's transport, and a thread for each of its doings.
///
/// Watching and deciding, delivering, and writing (which waits for the model) keep out of each other's
/// way; each may be ended at any moment, because what they do is in the store.
final class AgentRuntime: Sendable {
    private let agent: Agent
    private let server: HTTPServer
    let port: Int

    init(agent: Agent) throws {
        self.agent = agent
        let room = Room(agent: agent, seal: (0..<32).map { _ in UInt8.random(in: 0...255) })
        var limits = TransportLimits()
        limits.body = agent.config.limits.bytes
        limits.connections = 256
        let listen = agent.config.listen
        let address = ListenAddress.port(host: listen.host, port: UInt16(clamping: listen.port))
        let allowed = AccessPolicy.hosts(for: address, adding: Self.host(of: agent.config.page))
        server = try HTTPServer(
            address: address, limits: limits,
            admit: { head in
                // A name this machine does not go by is another site's, asking through a browser.
                Self.isAllowed(head.value("host") ?? "", allowed)
                    ? nil : HTTPReply(status: 421, type: "text/plain", bytes: [])
            },
            handler: { request in
                var headers: [String: String] = [:]
                for field in request.head.fields { headers[field.name] = field.value }
                let reply = room.answer(
                    WebRequest(request.head.method, request.head.target, headers: headers, body: request.body)
                )
                return HTTPReply(status: reply.status, headers: reply.headers, body: .bytes(reply.body))
            })
        port = server.port
    }

    /// Begins; returns at once.
    func start() {
        let settings = agent.config.detection
        loop("watch", every: settings.every) { [agent] in try agent.fetch(now: Clock.now) }
        loop("decide", every: settings.every) { [agent] in try agent.step(now: Clock.now) }
        loop("deliver", every: 0.5) { [agent] in try agent.deliver(now: Clock.now) }
        loop("tidy", every: 600) { [agent] in try agent.tidy(now: Clock.now) }
        loop("write", every: min(5, settings.every)) { [agent] in try agent.write(now: Clock.now) }
    }

    func stop() async { await server.stop() }

    private func loop(_ name: String, every seconds: Double, _ body: @escaping @Sendable () throws -> Void) {
        let thread = Thread {
            while true {
                let begun = Date()
                do {
                    try body()
                } catch {
                    let words = (error as? any Explained)?.sentence ?? "something failed"
                    Notice.line("hearth: incident \(name): \(Program.visible(words))")
                }
                Thread.sleep(forTimeInterval: max(0.05, seconds - Date().timeIntervalSince(begun)))
            }
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    private static func host(of page: String?) -> [String] {
        guard let page, let endpoint = Endpoint(page) else {
            return []
        }
        return [endpoint.host]
    }

    private static func isAllowed(_ host: String, _ allowed: Set<String>) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return allowed.contains(name.lowercased())
    }
}
