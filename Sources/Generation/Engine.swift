import Kernels
import Model

/// Continues many texts at once, one step at a time.
///
/// Each step takes one new row of every text that is being answered and a chunk
/// of the prompts that are still being read, so that a long prompt never holds
/// up a short answer. It belongs to one thread. An answer never depends on what
/// runs beside it, nor on what the cache remembers.
public final class Engine {
    /// What a request is called here.
    public struct ID: Hashable, Sendable {
        let number: Int
    }

    /// The model.
    public let decoder: Decoder
    /// The longest text, prompt and answer together.
    public let context: Int
    let cache: KeyValueCache
    let chunk: Int
    let limit: Int
    var rows: CacheRows
    var prefixes: PrefixCache
    var constraints = ConstraintCache()
    var waiting: [Live] = []
    var live: [Live] = []
    /// Requests that were cancelled and not yet told of.
    var cancelled: [ID] = []
    var logits: Matrix
    /// Whether tokens are guessed ahead; answers are the same either way.
    public var speculates = true
    /// Whether logits are left out that no answer may use; answers are the same either way.
    var skipsTokens = true
    /// Whether something has changed for who stands in line.
    var isLineOpen = false
    /// The requests that left the line in the latest step, and how many rows of
    /// their prompts were remembered.
    public internal(set) var admitted: [(id: ID, remembered: Int)] = []
    private var next = 0

    /// One request on its way.
    struct Live {
        let id: ID
        let request: GenerationRequest
        let sampler: Sampler
        var matcher: Matcher?
        var blocks: [Int] = []
        /// The first blocks belong to the prefix cache, under these entries.
        var shared: [Int] = []
        /// What the prefix cache knows the text's beginning by.
        var root = 0
        /// How many rows of the text are in the cache.
        var cached = 0
        var answer: [Int32] = []
        var isPaused = false
        /// Guesses the next tokens, once there is an answer.
        var drafter: Drafter?
        /// Whether a form had to be closed because the tokens ran out.
        var isCut = false

        var isReading: Bool { cached < request.prompt.count }
        var length: Int { request.prompt.count + answer.count }
    }

    /// An engine with room for `parallel` texts of `context` tokens.
    ///
    /// `chunk` is how many prompt rows one step takes, `limit` how many texts
    /// are worked on at once at most, `capacity` how many rows there are where
    /// it should be another number, and `remembered` how many of them may keep
    /// prompts that are over. `cachePrecision` holds for packed weights.
    public init(
        _ decoder: Decoder, context: Int, parallel: Int, chunk: Int = 256, limit: Int = .max,
        capacity: Int? = nil, remembered: Int = 0, cachePrecision: CachePrecision = .usual
    ) {
        precondition(context > 0 && parallel > 0 && chunk > 0 && limit > 0)
        self.decoder = decoder
        self.context = context
        self.chunk = chunk
        self.limit = limit
        let one = CacheRows.blocks(for: context) * CacheRows.block
        let capacity = max(one, capacity ?? parallel * one)
        cache = KeyValueCache(for: decoder.weights, capacity: capacity, precision: cachePrecision)
        rows = CacheRows(capacity: capacity)
        prefixes = PrefixCache(budget: remembered / CacheRows.block)
        logits = Matrix(1, decoder.config.vocabularySize)
    }

    /// Puts a request in line; its prompt must be no longer than the context.
    public func submit(_ request: GenerationRequest) -> ID {
        precondition(request.prompt.count <= context)
        defer { next += 1 }
        let id = ID(number: next)
        isLineOpen = true
        waiting.append(
            Live(
                id: id, request: request, sampler: Sampler(sampling: request.sampling),
                matcher: request.constraint.map { constraints.matcher(for: $0) }))
        return id
    }

    /// Ends a request early; it is told as finished in the next step's events.
    public func cancel(_ id: ID) {
        if remove(id) { cancelled.append(id) }
    }

    /// Holds a request where it is, or lets it go on; others are not touched.
    public func pause(_ id: ID, _ isPaused: Bool = true) {
        for index in waiting.indices where waiting[index].id == id { waiting[index].isPaused = isPaused }
        for index in live.indices where live[index].id == id { live[index].isPaused = isPaused }
    }

    /// Remembers nothing more that went through an adapter.
    public func forget(_ adapter: Adapter) { prefixes.forget(adapter) }

    /// Frees what a request holds; says whether there was such a request.
    @discardableResult
    func remove(_ id: ID) -> Bool {
        let before = waiting.count + live.count
        waiting.removeAll { $0.id == id }
        for one in live where one.id == id {
            rows.give(back: Array(one.blocks[one.shared.count...]) + prefixes.release(one.shared))
        }
        live.removeAll { $0.id == id }
        isLineOpen = true
        return waiting.count + live.count < before
    }

    /// Whether there is nothing to do and nothing to tell.
    public var isIdle: Bool { waiting.isEmpty && live.isEmpty && cancelled.isEmpty }

    /// Whether a step would do anything: not while all there is to do is paused.
    ///
    /// Who stands in line waits for rows of those who are being answered, so a
    /// line alone is no reason, unless nobody is.
    public var canStep: Bool {
        !cancelled.isEmpty || live.contains { !$0.isPaused } || !waiting.isEmpty && canAdmit
    }

    /// How many requests are being worked on, and how many stand in line.
    public var load: (running: Int, waiting: Int) { (live.count, waiting.count) }

    /// How full the cache is, and how the memory of prompts did so far.
    public var memory: EngineMemory {
        EngineMemory(
            used: rows.blocks == 0
                ? 0 : Double(rows.blocks - rows.freeRows / CacheRows.block) / Double(rows.blocks),
            asked: prefixes.asked, found: prefixes.found)
    }
}

/// The state of an engine's cache in numbers.
public struct EngineMemory: Sendable, Equatable {
    /// The part of the rows in use, 0 to 1; remembered prompts count.
    public let used: Double
    /// Prompt rows that were looked up.
    public let asked: Int
    /// Prompt rows that were found.
    public let found: Int
}
