import Kernels
import Model

extension Engine {
    /// Runs one forward pass and tells what came of it, in order.
    public func step() -> [(id: ID, event: GenerationEvent)] {
        var events = cancelled.map { (id: $0, event: GenerationEvent.finished(.cancelled)) }
        cancelled = []
        admit(&events)
        let plan = plan()
        if plan.tokens.isEmpty { return events }
        let batch = RowBatch(tokens: plan.tokens, segments: plan.segments, prompt: plan.prompt)
        let hidden = decoder.forward(batch, cache: cache, wanted: plan.wanted.map(\.row))
        for share in plan.shares { live[share.index].cached += share.count }
        let prompts = plan.wanted.prefix { $0.row < plan.prompt }.count
        for (place, wanted) in plan.wanted.enumerated() {
            let logits = Matrix(1, decoder.config.vocabularySize)
            decoder.logits(hidden[rows: place..<place + 1], prompt: place < prompts ? 1 : 0, into: logits)
            choose(logits, for: wanted.index, &events)
        }
        retire(events)
        return events
    }

    /// Runs until nothing is left, telling each event as it comes.
    public func run(_ tell: (ID, GenerationEvent) -> Void) {
        while !isIdle { for (id, event) in step() { tell(id, event) } }
    }

    /// Lets waiting requests in, in the order they came, as long as there is room.
    private func admit(_ events: inout [(id: ID, event: GenerationEvent)]) {
        while var first = waiting.first {
            if first.request.maxTokens == 0 || first.request.prompt.count >= context {
                events.append((first.id, .finished(.length)))
                waiting.removeFirst()
                continue
            }
            let length =
                first.request.prompt.count
                + min(first.request.maxTokens, context - first.request.prompt.count)
            guard let blocks = rows.take(rows: length) else { return }
            first.blocks = blocks
            live.append(first)
            waiting.removeFirst()
        }
    }

    private struct Plan {
        var tokens: [Int32] = []
        var segments: [Segment] = []
        var prompt = 0
        var wanted: [(row: Int, index: Int)] = []
        var shares: [(index: Int, count: Int)] = []
    }

    /// Prompt chunks first, then one row for each text that is being answered.
    private func plan() -> Plan {
        var plan = Plan()
        var left = chunk
        for index in live.indices where live[index].isReading && left > 0 {
            let count = min(left, live[index].request.prompt.count - live[index].cached)
            add(
                index, Array(live[index].request.prompt[live[index].cached..<live[index].cached + count]),
                to: &plan)
            left -= count
        }
        plan.prompt = plan.tokens.count
        for index in live.indices where !live[index].isReading && live[index].cached < live[index].length {
            add(index, live[index].answer.suffix(1), to: &plan)
        }
        return plan
    }

    private func add(_ index: Int, _ tokens: [Int32], to plan: inout Plan) {
        let one = live[index]
        var row = plan.tokens.count
        // A segment's own rows must lie in one span; a text's blocks need not.
        var at = one.cached
        for span in CacheRows.spans(at..<at + tokens.count, in: one.blocks) {
            plan.segments.append(
                Segment(
                    rows: row..<row + span.count, past: CacheRows.spans(0..<at, in: one.blocks),
                    store: span.start, adapter: one.request.adapter))
            row += span.count
            at += span.count
        }
        plan.tokens += tokens
        plan.shares.append((index, tokens.count))
        if at == one.length { plan.wanted.append((row - 1, index)) }
    }

    private func choose(
        _ logits: Matrix, for index: Int, _ events: inout [(id: ID, event: GenerationEvent)]
    ) {
        let one = live[index]
        let values = logits.row(0)
        let token = one.sampler.choose(values, prompt: one.request.prompt, answer: one.answer)
        if one.request.stops.contains(token) {
            events.append((one.id, .finished(.stop)))
            return
        }
        live[index].answer.append(token)
        events.append((one.id, .token(generated(token, values, logits, one.request.alternatives))))
        if live[index].answer.count == one.request.maxTokens || live[index].length >= context {
            events.append((one.id, .finished(.length)))
        }
    }

    private func generated(
        _ token: Int32, _ values: [Float], _ logits: Matrix, _ alternatives: Int?
    ) -> GeneratedToken {
        guard let alternatives else {
            return GeneratedToken(token: token, logProbability: nil, alternatives: [])
        }
        let lse = CrossEntropy.logSumExp(logits, decoder.workers)[0]
        var heap = TokenHeap(values)
        let best = (0..<min(alternatives, values.count)).compactMap { _ in heap.pop() }
        return GeneratedToken(
            token: token, logProbability: values[Int(token)] - lse,
            alternatives: best.map { TokenProbability(token: Int32($0), logProbability: values[$0] - lse) })
    }

    private func retire(_ events: [(id: ID, event: GenerationEvent)]) {
        for (id, event) in events {
            if case .finished = event { remove(id) }
        }
    }
}
