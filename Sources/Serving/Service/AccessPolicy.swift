/// Who may call, from where, and under which name.
public struct AccessPolicy: Sendable {
    /// Keys of callers; nothing where none is needed.
    public var keys: KeyRing?
    /// The key for loading and unloading adapters; nothing switches both off.
    public var adminKey: KeyRing?
    /// Names under which this server may be called, in lower case.
    public var hosts: Set<String>
    /// Sites whose pages may call from a browser, as `https://name[:port]`.
    public var origins: Set<String>

    /// Names that mean this machine.
    public static let localHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// A policy from its parts.
    public init(
        keys: KeyRing? = nil, adminKey: KeyRing? = nil, hosts: Set<String> = AccessPolicy.localHosts,
        origins: Set<String> = []
    ) {
        self.keys = keys
        self.adminKey = adminKey
        self.hosts = hosts
        self.origins = origins
    }

    /// The names a server at this address may be called by, with those added.
    public static func hosts(for address: ListenAddress, adding names: [String] = []) -> Set<String> {
        var hosts = localHosts.union(names.map { $0.lowercased() })
        if case .port(let host, _) = address, host != "0.0.0.0", host != "::" {
            hosts.insert(host.contains(":") ? "[\(host.lowercased())]" : host.lowercased())
        }
        return hosts
    }

    /// Who is calling, or why they may not.
    func caller(_ head: RequestHead, for route: Route) throws(RequestProblem) -> String {
        guard let host = head.value("host").flatMap(HostName.init), hosts.contains(host.name) else {
            throw .foreignHost
        }
        if let origin = head.value("origin"), !isOurs(origin, host: head.value("host") ?? "") {
            throw .foreignOrigin
        }
        switch route.access {
        case .open: return "-"
        case .keyed:
            guard let keys else { return "-" }
            guard let caller = bearer(head).flatMap(keys.caller) else { throw .unauthorised }
            return caller
        case .admin:
            guard let adminKey else { throw .noAdminKey }
            guard let shown = bearer(head) else { throw .unauthorised }
            guard let caller = adminKey.caller(of: shown) else { throw .wrongAdminKey }
            return caller
        }
    }

    /// Headers that let a named site read the reply; none for anyone else.
    func sharing(with head: RequestHead) -> [(name: String, value: String)] {
        guard let origin = head.value("origin"), origins.contains(origin) else { return [] }
        return [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    }

    private func isOurs(_ origin: String, host: String) -> Bool {
        origins.contains(origin) || origin == "http://\(host)" || origin == "https://\(host)"
    }

    private func bearer(_ head: RequestHead) -> String? {
        guard let value = head.value("authorization"), value.utf8.count <= 512 else { return nil }
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}
