import Checkpoint

/// What the server asks for answers: one or several models, ready or loading.
///
/// Contract: every method may be called from any thread and none blocks for
/// longer than its own work on its own input takes; only `generate` and `embed`
/// make the model work. Errors are facts; the server makes the words. Why a
/// protocol: the whole server is tested against a scripted one.
public protocol Backend: Sendable {
    /// Whether questions can be answered yet.
    var state: BackendState { get }

    /// The bytes of the longest token, where that is known: a text of more bytes than all
    /// of a context's tokens could hold is refused unread.
    var longestToken: Int? { get }

    /// The base model first, then the adapters that can be asked for by name.
    func models() -> [ServedModel]

    /// The tokens a prompt becomes, template and specials included.
    ///
    /// Text of users is encoded with special tokens switched off.
    func tokens(of prompt: Prompt, model: String) throws(BackendError) -> [Int32]

    /// The text tokens stand for; an id the vocabulary does not have throws.
    func text(of tokens: [Int32], model: String) throws(BackendError) -> String

    /// The special tokens, as written, that a text begins and ends with, where there are such.
    func ends() throws(BackendError) -> (first: String?, last: String?)

    /// Whether a value is valid against a schema; throws where that cannot be told.
    func accepts(_ value: JSON, schema: JSON) throws(BackendError) -> Bool

    /// Takes a request into the queue and returns at once.
    ///
    /// Throws `.busy` when the queue is full, and whatever can be seen before
    /// the model works (an output format that cannot be enforced, for one). All
    /// later news goes through the channel, which is finished exactly once.
    func generate(_ request: AnswerRequest, into channel: TokenChannel) throws(BackendError)

    /// One vector of length 1 for each input.
    func embed(_ inputs: [[Int32]], model: String) async throws(BackendError) -> [[Float]]

    /// Loads the adapter of that name from the adapters folder.
    ///
    /// The name has passed `AdapterName`: it is one plain path component.
    func loadAdapter(_ name: String) async throws(BackendError) -> ServedModel

    /// Takes an adapter out of service; answers that use it still end.
    func unloadAdapter(_ name: String) async throws(BackendError)

    /// Counters and gauges for `/metrics`.
    func statistics() -> BackendStatistics
}

/// Whether a backend can answer.
public enum BackendState: Sendable, Equatable {
    case loading, ready, failed
}

/// A model or adapter that can be named in `model`.
public struct ServedModel: Sendable, Equatable {
    /// The name clients write.
    public let name: String
    /// The base model's name, for an adapter.
    public let base: String?
    /// When it was loaded, in seconds since 1970.
    public let created: Int
    /// Tokens of prompt and answer together.
    public let contextLength: Int
    /// Token ids are below this.
    public let vocabularySize: Int

    /// A model from its facts.
    public init(name: String, base: String? = nil, created: Int, contextLength: Int, vocabularySize: Int) {
        self.name = name
        self.base = base
        self.created = created
        self.contextLength = contextLength
        self.vocabularySize = vocabularySize
    }
}

/// Why a backend did not do what it was asked.
public enum BackendError: Error, Sendable, Equatable {
    /// The queue is full.
    case busy(retryAfter: Int)
    /// Not loaded yet.
    case loading
    /// No model or adapter has that name.
    case unknownModel
    /// A token id outside the vocabulary.
    case tokenOutOfRange
    /// The conversation does not fit the model's chat format.
    case conversation(ConversationFault)
    /// The schema at `path` uses something that cannot be enforced.
    case schema(path: String, fault: SchemaFault)
    /// The model cannot do this at all.
    case unsupported(BackendFeature)
    /// The adapters folder has no such adapter, or it is not one for this model.
    case adapter(AdapterFault)
    /// The model failed; the reason belongs in the server's own log.
    case failed
}

/// What is wrong with a conversation.
public enum ConversationFault: Sendable, Equatable {
    case noTemplate, systemNotFirst, rolesMustAlternate, toolsNotSupported, unsupportedRole
}

/// What is wrong with a schema.
public enum SchemaFault: Sendable, Equatable {
    case unsupportedKeyword, unsupportedPattern, malformed, unsatisfiable, tooLarge, unresolvedReference
}

/// What a backend may not be able to do.
public enum BackendFeature: String, Sendable, Equatable {
    case embeddings, structuredOutput = "response_format", logProbabilities = "logprobs"
    case logitBias = "logit_bias", echo, adapters
}

/// What is wrong with an adapter.
public enum AdapterFault: Sendable, Equatable {
    case notFound, doesNotFit, damaged, alreadyLoaded, tooMany
}

/// The state of the engine in numbers.
public struct BackendStatistics: Sendable, Equatable {
    /// Requests being answered.
    public var running = 0
    /// Requests in the queue.
    public var waiting = 0
    /// The part of the cache's memory in use, 0 to 1.
    public var cacheUsage = 0.0
    /// Prompt tokens looked up in the prefix cache so far.
    public var prefixQueries = 0
    /// Prompt tokens found there so far.
    public var prefixHits = 0

    /// All zero.
    public init() {}
}
