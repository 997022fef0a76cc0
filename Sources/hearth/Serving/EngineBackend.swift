import Checkpoint
import Foundation
import Generation
import Kernels
import Model
import Serving
import Text

/// The backend of `hearth serve`: a model on a thread of its own.
///
/// Everything that needs no model (tokens, schemas, the names there are) is answered
/// on the caller's thread; the rest is posted. Loading happens on the model's thread
/// too, so the server listens, and says that it is loading, at once.
final class EngineBackend: Backend {
    /// What is known of the model once it is there.
    struct Ready: Sendable {
        let text: TextModel
        let stops: Set<Int32>
        let base: ServedModel
        let structures: StructuredOutput
    }

    struct State: Sendable {
        var state = BackendState.loading
        var ready: Ready?
        var adapters: [ServedAdapter] = []
        var load = EngineLoad()
        var waiting = 0
        var answers = 0
    }

    /// An adapter in service.
    struct ServedAdapter: Sendable {
        let model: ServedModel
        let format: ChatFormat?
    }

    let settings: EngineSettings
    let shared = SharedState()
    let thread: ModelThread

    /// Begins to load; `loaded` is called, on the model's thread, with what came of it.
    init(_ settings: EngineSettings, loaded: @escaping @Sendable ((any Error)?) -> Void) {
        self.settings = settings
        thread = ModelThread { [shared] in
            do {
                let worker = try Self.load(settings, shared)
                shared.change { $0.state = .ready }
                loaded(nil)
                return worker
            } catch {
                shared.change { $0.state = .failed }
                loaded(error)
                return nil
            }
        }
    }

    deinit { thread.end() }

    // MARK: Backend

    var state: BackendState { shared.read.state }

    var longestToken: Int? { shared.read.ready?.structures.longestToken }

    func models() -> [ServedModel] {
        let state = shared.read
        guard let base = state.ready?.base else { return [] }
        let aliases = settings.aliases.map { name in
            ServedModel(
                name: name, created: base.created, contextLength: base.contextLength,
                vocabularySize: base.vocabularySize)
        }
        return [base] + aliases + state.adapters.map(\.model)
    }

    func generate(_ request: AnswerRequest, into channel: TokenChannel) throws(BackendError) {
        let ready = try ready()
        let adapter = try adapter(named: request.model, ready)
        let constraint = try constraint(for: request.format, ready)
        let number = try enqueue()
        channel.whenDemandChanges { [thread] in thread.post { $0.demand(of: number) } }
        thread.post { [shared] worker in
            worker.begin(
                LiveAnswer(
                    number: number, request, adapter: adapter?.model.name, into: channel,
                    tokenizer: ready.text.tokenizer, stops: ready.stops, constraint: constraint,
                    whenStarted: { shared.change { $0.waiting -= 1 } }))
        }
    }

    func accepts(_ value: JSON, schema: JSON) throws(BackendError) -> Bool {
        _ = try constraint(for: .jsonSchema(schema), try ready())
        do throws(SchemaError) {
            return try SchemaCompiler(root: schema).accepts(schema, value, at: "#")
        } catch {
            throw .schema(path: error.path, fault: error.fault)
        }
    }

    func embed(_ inputs: [[Int32]], model: String) async throws(BackendError) -> [[Float]] {
        let adapter = try adapter(named: model, try ready())?.model.name
        let result: Result<[[Float]], BackendError> = await withCheckedContinuation { continuation in
            thread.post { worker in
                worker.embed(inputs, adapter: adapter) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }

    func statistics() -> BackendStatistics {
        let state = shared.read
        var statistics = BackendStatistics()
        statistics.running = state.load.running
        statistics.waiting = state.waiting
        statistics.cacheUsage = state.load.memory?.used ?? 0
        statistics.prefixQueries = state.load.memory?.asked ?? 0
        statistics.prefixHits = state.load.memory?.found ?? 0
        return statistics
    }

    // MARK: Parts

    func ready() throws(BackendError) -> Ready {
        let state = shared.read
        guard let ready = state.ready else { throw state.state == .failed ? .failed : .loading }
        return ready
    }

    /// The adapter of that name, or nothing for the base model's.
    func adapter(named name: String, _ ready: Ready) throws(BackendError) -> ServedAdapter? {
        if ([ready.base.name] + settings.aliases).contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            return nil
        }
        guard let adapter = shared.read.adapters.first(where: { $0.model.name.utf8.elementsEqual(name.utf8) })
        else { throw .unknownModel }
        return adapter
    }

    /// A place in the queue, and the request's number.
    private func enqueue() throws(BackendError) -> Int {
        let (limit, parallel) = (settings.queue, settings.parallel)
        let place = shared.change { state -> (number: Int?, waiting: Int) in
            if state.waiting >= limit { return (nil, state.waiting) }
            state.waiting += 1
            state.answers += 1
            return (state.answers, state.waiting)
        }
        guard let number = place.number else { throw .busy(retryAfter: 1 + place.waiting / (4 * parallel)) }
        return number
    }

    private func constraint(for format: OutputFormat, _ ready: Ready) throws(BackendError) -> Constraint? {
        do throws(SchemaError) {
            return try ready.structures.constraint(for: format)
        } catch {
            throw .schema(path: error.path, fault: error.fault)
        }
    }
}

/// What the engine is set up with.
struct EngineSettings: Sendable {
    var path: String
    /// What the model is called besides its own name.
    var aliases: [String] = []
    var adapters: [Setting] = []
    var adaptersFolder: String?
    var parallel: Int
    var context: Int
    var threads: Int?
    /// Requests that may stand in line.
    var queue = 256
    /// Bytes that keys and values may take.
    var cacheBytes = 1 << 29
    /// How they are kept.
    var cachePrecision = CachePrecision.served
    /// How conversations are written, except with an adapter that says so itself.
    var format: ChatFormat?
}

/// The part of a backend that several threads look at.
final class SharedState: @unchecked Sendable {
    private let lock = NSLock()
    private var state = EngineBackend.State()

    var read: EngineBackend.State {
        lock.lock()
        defer { lock.unlock() }
        return state
    }

    @discardableResult
    func change<Result>(_ change: (inout EngineBackend.State) -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return change(&state)
    }
}
