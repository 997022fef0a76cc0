/// What can be asked of the server.
///
/// The raw value is the path, which is also the name in logs and metrics.
enum Route: String, CaseIterable, Sendable {
    case chat = "/v1/chat/completions"
    case completions = "/v1/completions"
    case responses = "/v1/responses"
    case embeddings = "/v1/embeddings"
    case tokenize = "/tokenize"
    case detokenize = "/detokenize"
    case tokenizer = "/tokenizer_info"
    case loadAdapter = "/v1/load_lora_adapter"
    case unloadAdapter = "/v1/unload_lora_adapter"
    case models = "/v1/models"
    case model = "/v1/models/{model}"
    case health = "/health"
    case metrics = "/metrics"
    case version = "/version"
    case page = "/"
    case pageStyle = "/page.css"
    case pageScript = "/page.js"

    /// Who may use it.
    enum Access: Sendable { case open, keyed, admin }

    var access: Access {
        switch self {
        case .health, .version, .page, .pageStyle, .pageScript: .open
        case .loadAdapter, .unloadAdapter: .admin
        default: .keyed
        }
    }

    /// Whether it takes a body, and so only POST.
    var takesBody: Bool {
        switch self {
        case .chat, .completions, .responses, .embeddings, .tokenize, .detokenize, .loadAdapter,
            .unloadAdapter:
            true
        default: false
        }
    }

    /// Whether the model has to be ready for it.
    var needsModel: Bool {
        switch self {
        case .health, .metrics, .version, .page, .pageStyle, .pageScript: false
        default: true
        }
    }

    /// The methods it answers to, as the `Allow` header lists them.
    var allowed: String { takesBody ? "POST" : "GET, HEAD" }

    func answers(to method: String) -> Bool {
        takesBody ? method == "POST" : method == "GET" || method == "HEAD"
    }

    /// The route at a path; `/v1/health` and a model's own page included.
    static func at(_ path: String) -> Route? {
        if path == "/v1/health" { return .health }
        if path.hasPrefix("/v1/models/"), path.utf8.count > "/v1/models/".utf8.count { return .model }
        let route = Route(rawValue: path)
        return route == .model ? nil : route
    }
}
