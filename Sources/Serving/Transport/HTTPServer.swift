import Foundation

/// A running HTTP server: the door, the library, and an orderly end.
///
/// Contract: `admit` is asked as soon as a head is in, before any body is kept;
/// a reply from it ends the request. `handler` runs in a task of its own, which
/// is cancelled when the client leaves. `stop` waits for what is running, then
/// cancels what is left; after it nothing of the server is alive.
public final class HTTPServer: Sendable {
    /// Answers a whole request.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPReply
    /// Looks at a head and may refuse the request with a reply.
    public typealias Admission = @Sendable (RequestHead) -> HTTPReply?

    private let listener: Listener
    private let daemon: Daemon
    private let doorman: Doorman
    private let isRunning = Locked(true)

    /// Listens and serves from here on.
    public init(
        address: ListenAddress, limits: TransportLimits = .init(), tls: TLSIdentity? = nil,
        refused: @escaping @Sendable (HeadRefusal) -> Void = { _ in },
        admit: @escaping Admission = { _ in nil }, handler: @escaping Handler
    ) throws(ServingError) {
        listener = try Listener(address)
        do throws(ServingError) {
            daemon = try Daemon(limits: limits, tls: tls, admit: admit, handler: handler)
            doorman = Doorman(
                listener: listener, limits: limits, readsHeads: tls == nil, daemon: daemon, refused: refused)
            try doorman.start()
        } catch {
            listener.close()
            throw error
        }
    }

    /// The port it listens on; 0 for a socket in the file system.
    public var port: Int { listener.port }

    /// Connections whose request is being read or answered.
    public var connections: Int { daemon.count }

    /// Closes the door, lets what runs finish, and cancels what is left.
    public func stop(grace: Duration = .seconds(5)) async {
        let wasRunning = isRunning.withLock { running in
            defer { running = false }
            return running
        }
        guard wasRunning else { return }
        doorman.close()
        listener.close()
        await empty(within: grace)
        daemon.cancelAll()
        await empty(within: .seconds(5))
        daemon.stop()
    }

    private func empty(within time: Duration) async {
        let end = ContinuousClock.now + time
        while daemon.count > 0, ContinuousClock.now < end {
            daemon.sweep()
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
