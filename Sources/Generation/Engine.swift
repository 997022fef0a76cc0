import Kernels
import Model

/// Continues many texts at once, one step at a time.
///
/// Each step takes one new row of every text that is being answered and a chunk
/// of the prompts that are still being read, so that a long prompt never holds
/// up a short answer. It belongs to one thread. An answer never depends on what
/// runs beside it.
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
    var rows: CacheRows
    var waiting: [Live] = []
    var live: [Live] = []
    /// Requests that were cancelled and not yet told of.
    var cancelled: [ID] = []
    private var next = 0

    /// One request on its way.
    struct Live {
        let id: ID
        let request: GenerationRequest
        let sampler: Sampler
        var blocks: [Int] = []
        /// How many rows of the text are in the cache.
        var cached = 0
        var answer: [Int32] = []

        var isReading: Bool { cached < request.prompt.count }
        var length: Int { request.prompt.count + answer.count }
    }

    /// An engine with room for `parallel` texts of `context` tokens.
    ///
    /// `chunk` is how many prompt rows one step takes.
    public init(_ decoder: Decoder, context: Int, parallel: Int, chunk: Int = 256) {
        precondition(context > 0 && parallel > 0 && chunk > 0)
        self.decoder = decoder
        self.context = context
        self.chunk = chunk
        let capacity = parallel * CacheRows.blocks(for: context) * CacheRows.block
        cache = KeyValueCache(decoder.config, capacity: capacity)
        rows = CacheRows(capacity: capacity)
    }

    /// Puts a request in line; its prompt must be shorter than the context.
    public func submit(_ request: GenerationRequest) -> ID {
        precondition(request.prompt.count <= context)
        defer { next += 1 }
        let id = ID(number: next)
        waiting.append(Live(id: id, request: request, sampler: Sampler(sampling: request.sampling)))
        return id
    }

    /// Ends a request early; it is told as finished in the next step's events.
    public func cancel(_ id: ID) {
        if remove(id) { cancelled.append(id) }
    }

    /// Frees what a request holds; says whether there was such a request.
    @discardableResult
    func remove(_ id: ID) -> Bool {
        let before = waiting.count + live.count
        waiting.removeAll { $0.id == id }
        for index in live.indices where live[index].id == id { rows.give(back: live[index].blocks) }
        live.removeAll { $0.id == id }
        return waiting.count + live.count < before
    }

    /// Whether there is nothing to do and nothing to tell.
    public var isIdle: Bool { waiting.isEmpty && live.isEmpty && cancelled.isEmpty }

    /// How many requests are being worked on, and how many stand in line.
    public var load: (running: Int, waiting: Int) { (live.count, waiting.count) }
}
