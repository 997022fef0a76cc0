import Foundation
import Recipes

extension AgentConfig {
    /// Reads a configuration file.
    public static func read(_ path: String) throws(IncidentError) -> AgentConfig {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        return try AgentConfig([UInt8](data), path: path)
    }

    /// Reads a configuration from its text; `path` says where relative paths begin.
    public init(_ bytes: [UInt8], path: String) throws(IncidentError) {
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAMLNode.parse(bytes, from: .file(path))
        } catch {
            throw .yaml(error)
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let keys = try ConfigKeys(
            root,
            known: [
                "listen", "page", "page_key_file", "model", "prometheus", "scrape", "intake", "limits",
                "channel",
                "audiences", "services", "detection", "ca_file",
            ], folder: folder)
        self.init()
        if let node = keys.value("listen") { listen = try Self.address(node) }
        page = try keys.text("page")
        pageKey = try keys.secret("page_key_file")
        authorities = try keys.file("ca_file")
        if let node = keys.value("model") { model = try ModelEndpoint(node, folder) }
        if let node = keys.value("prometheus") { prometheus = try PrometheusSource(node, folder) }
        for node in try keys.list("scrape") { scrapes.append(try ScrapeTarget(node, folder)) }
        if let node = keys.value("intake") { intake = try IntakeSecrets(node, folder) }
        if let node = keys.value("limits") { limits = try IntakeLimits(node, folder) }
        if let node = keys.value("channel") { channel = try Channel(node, folder, name: "channel") }
        for entry in keys.value("audiences")?.mapping ?? [] {
            audiences.append(try Audience(entry, folder))
        }
        for entry in keys.value("services")?.mapping ?? [] {
            services.append(try Service(entry, folder))
        }
        if let node = keys.value("detection") { detection = try DetectionSettings(node, folder) }
    }

    private static func address(_ node: YAMLNode) throws(IncidentError) -> (host: String, port: Int) {
        guard let text = node.text, let endpoint = Endpoint("http://" + text), endpoint.path == "/",
            text.contains(":")
        else {
            throw .wrongValue(key: "listen", wanted: "an address and a port", found: node.shape, node.place)
        }
        return (endpoint.host, endpoint.port)
    }
}

extension AgentConfig.ModelEndpoint {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(
            node, known: ["url", "name", "key_file", "timeout", "max_tokens"], folder: folder)
        endpoint = try keys.endpoint("url")
        name = try keys.text("name") ?? "default"
        key = try keys.secret("key_file")
        patience = try keys.number("timeout", 60, in: 0.1...3600)
        tokens = Int(try keys.number("max_tokens", 256, in: 16...4096))
    }
}

extension AgentConfig.PrometheusSource {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(node, known: ["url", "queries", "step", "history"], folder: folder)
        endpoint = try keys.endpoint("url")
        queries = try keys.texts("queries")
        guard !queries.isEmpty else { throw .missingKey("queries", node.place) }
        step = try keys.number("step", 15, in: 0.1...86_400)
        history = try keys.number("history", 259_200, in: 0...31_536_000)
    }
}

extension AgentConfig.ScrapeTarget {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(node, known: ["url", "every", "labels"], folder: folder)
        endpoint = try keys.endpoint("url")
        every = try keys.number("every", 15, in: 0.1...86_400)
        for entry in keys.value("labels")?.mapping ?? [] { labels[entry.key] = entry.value.text ?? "" }
    }
}

extension AgentConfig.IntakeSecrets {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(
            node,
            known: [
                "secret_file", "slack_secret_file", "mattermost_token_file", "alertmanager_token_file",
                "open",
            ],
            folder: folder)
        own = try keys.secret("secret_file")
        slack = try keys.secret("slack_secret_file")
        mattermost = try keys.secret("mattermost_token_file")
        alertmanager = try keys.secret("alertmanager_token_file")
        open = try keys.flag("open")
    }
}

extension AgentConfig.IntakeLimits {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(node, known: ["bytes", "rate", "burst", "events"], folder: folder)
        bytes = Int(try keys.number("bytes", Double(1 << 20), in: 1024...Double(4 << 20)))
        rate = try keys.number("rate", 20, in: 0.01...100_000)
        burst = try keys.number("burst", 100, in: 1...100_000)
        events = Int(try keys.number("events", 1000, in: 1...100_000))
    }
}

extension AgentConfig.Channel {
    init(_ node: YAMLNode, _ folder: String, name: String) throws(IncidentError) {
        let keys = try ConfigKeys(node, known: ["url", "format", "doubt", "secret_file"], folder: folder)
        self.name = name
        endpoint = try keys.endpoint("url")
        format = try keys.choice("format", .hearth)
        doubt = try keys.choice("doubt", .resend)
        secret = try keys.secret("secret_file")
    }
}

extension AgentConfig.Audience {
    init(_ entry: YAMLEntry, _ folder: String) throws(IncidentError) {
        guard let kind = AudienceKind(rawValue: entry.key) else {
            throw .unknownKey(entry.key, known: AudienceKind.allCases.map(\.rawValue), entry.place)
        }
        let keys = try ConfigKeys(
            entry.value, known: ["every", "url", "format", "doubt", "secret_file"], folder: folder)
        self.kind = kind
        let standard: Double =
            switch kind {
            case .responders: 900
            case .company: 1800
            case .executives: 3600
            }
        every = try keys.number("every", standard, in: 1...86_400)
        if keys.value("url") != nil {
            channel = AgentConfig.Channel(
                name: kind.rawValue, endpoint: try keys.endpoint("url"),
                format: try keys.choice("format", .hearth), doubt: try keys.choice("doubt", .resend),
                secret: try keys.secret("secret_file"))
        }
    }
}

extension AgentConfig.Service {
    init(_ entry: YAMLEntry, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(entry.value, known: ["owner", "needs"], folder: folder)
        name = entry.key
        owner = try keys.text("owner")
        needs = try keys.texts("needs")
    }
}

extension DetectionSettings {
    init(_ node: YAMLNode, _ folder: String) throws(IncidentError) {
        let keys = try ConfigKeys(
            node,
            known: [
                "threshold", "recent", "reference", "most", "per", "gap", "hold", "every", "fewest", "pace",
            ], folder: folder)
        self.init()
        threshold = try keys.number("threshold", threshold, in: 0.01...1000)
        recent = try keys.number("recent", recent, in: 1...604_800)
        reference = try keys.number("reference", reference, in: 1...31_536_000)
        fewest = Int(try keys.number("fewest", Double(fewest), in: 8...100_000))
        most = Int(try keys.number("most", Double(most), in: 1...1000))
        quarter = try keys.number("per", quarter, in: 1...86_400)
        gap = try keys.number("gap", gap, in: 0...86_400)
        hold = try keys.number("hold", hold, in: 1...86_400)
        every = try keys.number("every", every, in: 0.1...3600)
        pace = try keys.number("pace", pace, in: 1...3600)
    }
}
