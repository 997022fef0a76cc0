/// The whole server: a service behind a transport.
///
/// Contract: it listens from `init` on, also while the backend is loading, so
/// that `/health` can say so. After `stop` nothing of it is alive.
public final class Server: Sendable {
    private let service: Service
    private let transport: HTTPServer

    /// Starts to listen. A server that other machines can reach needs keys.
    public init(
        address: ListenAddress, tls: TLSIdentity? = nil, limits: TransportLimits = .init(),
        settings: ServiceSettings, backend: any Backend
    ) throws(ServingError) {
        if !address.isLocal, settings.access.keys == nil { throw .openToAll }
        let service = Service(backend: backend, settings: settings)
        let transport = try HTTPServer(
            address: address, limits: limits, tls: tls, refused: { service.noteRefusal($0) },
            admit: { service.admit($0) }, handler: { await service.respond(to: $0) })
        service.countConnections { [weak transport] in transport?.connections ?? 0 }
        self.service = service
        self.transport = transport
    }

    /// The port it listens on; 0 for a socket in the file system.
    public var port: Int { transport.port }

    /// Takes no new request, lets answers end within `grace`, and cancels the rest.
    public func stop(grace: Duration = .seconds(10)) async {
        service.beginStopping()
        await transport.stop(grace: grace)
    }
}
