import Foundation
import Generation
import Kernels
import Model
import Serving
import Text

/// The model at work: one engine, the answers it is writing, and the adapters.
///
/// Lives on the model's thread and is never touched from another.
final class ModelWorker {
    let loaded: LoadedModel
    let engine: Engine
    private let report: (EngineLoad) -> Void
    private var answers: [Int: LiveAnswer] = [:]
    private var owners: [Engine.ID: (answer: Int, choice: Int)] = [:]
    private var adapters: [String: Adapter] = [:]
    private var embeddings: [EmbeddingJob] = []

    /// `report` is told after every turn how the engine does.
    init(_ loaded: LoadedModel, engine: Engine, report: @escaping (EngineLoad) -> Void) {
        self.loaded = loaded
        self.engine = engine
        self.report = report
    }

    /// Whether another turn would get anywhere.
    var hasWork: Bool { !embeddings.isEmpty || engine.canStep }

    /// One step of the engine and a chunk of an embedding.
    func turn() {
        if var job = embeddings.first {
            let isOver = job.step()
            embeddings[0] = job
            if isOver { embeddings.removeFirst() }
        }
        let events = engine.step()
        for (id, remembered) in engine.admitted {
            guard let owner = owners[id], let answer = answers[owner.answer] else { continue }
            answer.start(remembered: remembered)
        }
        for (id, event) in events { take(event, of: id) }
        report(EngineLoad(running: engine.load.running, memory: engine.memory))
    }

    // MARK: Answers

    /// Begins an answer; its other choices follow when the prompt has been read.
    func begin(_ answer: LiveAnswer) {
        if let name = answer.adapterName {
            guard let adapter = adapters[name] else { return answer.finish(throwing: .unknownModel) }
            answer.adapter = adapter
        }
        answers[answer.number] = answer
        submit(answer, choice: 0)
        demand(of: answer.number)
    }

    private func submit(_ answer: LiveAnswer, choice: Int) {
        let id = engine.submit(answer.generation(choice: choice))
        owners[id] = (answer.number, choice)
        answer.ids[choice] = id
    }

    private func take(_ event: GenerationEvent, of id: Engine.ID) {
        guard let (number, choice) = owners[id], let answer = answers[number] else { return }
        if case .finished = event { owners[id] = nil }
        let isFirst = choice == 0 && !answer.isSplit
        let outcome = answer.take(event, choice: choice)
        if outcome.choiceIsOver, owners.removeValue(forKey: id) != nil { engine.cancel(id) }
        if isFirst, answer.isSplit {
            for other in 1..<max(1, answer.request.choices) { submit(answer, choice: other) }
            if answer.isPaused { for id in answer.ids.values { engine.pause(id) } }
        }
        if answer.isOver {
            drop(answer)
            answer.finish()
        } else {
            obey(outcome.demand, answer)
        }
    }

    /// Looks at what the reader of an answer wants now.
    func demand(of number: Int) {
        guard let answer = answers[number] else { return }
        obey(answer.channel.demand, answer)
    }

    private func obey(_ demand: TokenChannel.Demand, _ answer: LiveAnswer) {
        switch demand {
        case .none:
            drop(answer)
            answer.finish()
        case .enough, .more:
            let isPaused = demand == .enough
            if isPaused == answer.isPaused { return }
            answer.isPaused = isPaused
            for (_, id) in answer.ids where owners[id] != nil { engine.pause(id, isPaused) }
        }
    }

    private func drop(_ answer: LiveAnswer) {
        for id in answer.ids.values where owners.removeValue(forKey: id) != nil { engine.cancel(id) }
        answers[answer.number] = nil
    }

    // MARK: Other work

    /// Makes vectors, between the steps of the engine.
    func embed(
        _ inputs: [[Int32]], adapter name: String?,
        _ tell: @escaping (Result<[[Float]], BackendError>) -> Void
    ) {
        let adapter = name.flatMap { adapters[$0] }
        if name != nil, adapter == nil { return tell(.failure(.unknownModel)) }
        embeddings.append(EmbeddingJob(loaded.decoder, inputs, adapter) { tell(.success($0)) })
    }

    /// Puts an adapter into service, or takes it out where there is none.
    func set(_ adapter: Adapter?, name: String) {
        if let old = adapters[name] { engine.forget(old) }
        adapters[name] = adapter
    }
}

/// How the engine does, for statistics.
struct EngineLoad: Sendable {
    var running = 0
    var memory: EngineMemory?
}
