import Kernels
import Model

extension Engine {
    /// How many rows of logits exist at once.
    private static let logitRows = 32

    /// Runs one forward pass and tells what came of it, in order.
    public func step() -> [(id: ID, event: GenerationEvent)] {
        var events = cancelled.map { (id: $0, event: GenerationEvent.finished(.cancelled)) }
        cancelled = []
        admit(&events)
        let plan = plan()
        if plan.tokens.isEmpty { return events }
        let batch = RowBatch(tokens: plan.tokens, segments: plan.segments, prompt: plan.prompt)
        let hidden = decoder.forward(batch, cache: cache, wanted: plan.wanted.map(\.row))
        for share in plan.shares { advance(share.index, by: share.count) }
        var guesses = Guesses()
        for from in stride(from: 0, to: plan.wanted.count, by: Self.logitRows) {
            let wanted = plan.wanted[from..<min(from + Self.logitRows, plan.wanted.count)]
            if logits.rows < wanted.count { logits = Matrix(wanted.count, decoder.config.vocabularySize) }
            let part = logits[rows: 0..<wanted.count]
            let prompts = wanted.prefix { $0.row < plan.prompt }.count
            compute(part, hidden[rows: from..<from + wanted.count], wanted, prompts: prompts)
            for (row, want) in wanted.enumerated() {
                let logits = part[rows: row..<row + 1]
                switch want.purpose {
                case .next:
                    guesses.begin()
                    choose(logits, for: want.index, &events)
                case .nextIf(let token):
                    guard guesses.holds(token, live[want.index], index: want.index, events) else { continue }
                    // The row of a right guess stands in the cache already.
                    live[want.index].cached += 1
                    choose(logits, for: want.index, &events)
                case .score(let place): score(place, logits, for: want.index, &events)
                }
            }
        }
        for (index, guess) in guesses.counts {
            live[index].drafter?.learn(drafted: guess.drafted, accepted: guess.accepted)
        }
        retire(events)
        return events
    }

    /// The logits of some rows, or of those that may be chosen where few may.
    private func compute(
        _ logits: Matrix, _ hidden: Matrix, _ wanted: ArraySlice<RowPlan.Wanted>, prompts: Int
    ) {
        let count = decoder.config.vocabularySize
        let blocks =
            skipsTokens && decoder.weights.form == .packed ? wanted.compactMap { allowed($0, of: count) } : []
        // Beside a row that wants them all, the others' reading is free.
        guard blocks.count == wanted.count, blocks.reduce(0, { $0 + $1.count }) << 7 <= count else {
            let tokens = prompts..<hidden.rows
            let counts = skipsTokens ? wanted.dropFirst(prompts).compactMap { reach(live[$0.index]) } : []
            guard counts.count == tokens.count, !tokens.isEmpty, decoder.weights.form == .packed else {
                return decoder.logits(hidden, prompt: prompts, into: logits)
            }
            if prompts > 0 {
                decoder.logits(hidden[rows: 0..<prompts], prompt: prompts, into: logits[rows: 0..<prompts])
            }
            return decoder.logits(hidden[rows: tokens], largest: counts, into: logits[rows: tokens])
        }
        for (row, blocks) in blocks.enumerated() {
            decoder.logits(
                hidden[rows: row..<row + 1], blocks: blocks, isPrompt: row < prompts,
                into: logits[rows: row..<row + 1])
        }
    }

    /// How many of the largest logits are all that anybody asks for.
    private func reach(_ one: Live) -> Int? {
        one.matcher == nil && one.request.alternatives == nil ? one.sampler.reach : nil
    }

    /// Where the tokens are that an answer with a form may go on with, if that is all anybody asks.
    private func allowed(_ want: RowPlan.Wanted, of count: Int) -> [Int]? {
        let one = live[want.index]
        guard case .next = want.purpose, one.request.alternatives == nil else { return nil }
        return one.matcher?.blocks(stops: one.request.stops, of: count)
    }

    /// Runs until nothing is left, telling each event as it comes.
    public func run(_ tell: (ID, GenerationEvent) -> Void) {
        while !isIdle { for (id, event) in step() { tell(id, event) } }
    }

    /// Prompt chunks first, then one row for each text that is being answered.
    private func plan() -> RowPlan {
        var plan = RowPlan()
        // Who is being answered waits for the whole step: then it takes fewer prompt rows.
        let isAnswering = live.contains { !$0.isReading && !$0.isPaused }
        var left = isAnswering ? max(min(chunk, 64), chunk / 4) : chunk
        // Equal shares, the shortest first, so that what it leaves goes to the others.
        let readers = live.indices.filter { live[$0].isReading && !live[$0].isPaused }
            .sorted { (live[$0].rest, $0) < (live[$1].rest, $1) }
        for (place, index) in readers.enumerated() where left > 0 {
            let share = max(1, left / (readers.count - place))
            let one = live[index]
            let count = min(share, one.rest)
            plan.add(one, index, Array(one.request.prompt[one.cached..<one.cached + count]))
            left -= count
        }
        plan.prompt = plan.tokens.count
        let writers = live.indices.filter {
            !live[$0].isReading && !live[$0].isPaused && live[$0].cached < live[$0].length
        }
        for index in writers {
            plan.add(
                live[index], index, live[index].answer.suffix(1), draft: draft(index, among: writers.count))
        }
        return plan
    }

    private func advance(_ index: Int, by count: Int) {
        live[index].cached += count
        let one = live[index]
        guard one.cached == one.request.prompt.count else { return }
        live[index].shared = prefixes.enter(
            one.request.prompt, blocks: one.blocks, shared: one.shared, root: one.root)
    }

    private func choose(
        _ logits: Matrix, for index: Int, _ events: inout [(id: ID, event: GenerationEvent)]
    ) {
        let one = live[index]
        if one.request.maxTokens == 0 || one.request.prompt.count >= context {
            events.append((one.id, .finished(.length)))
            return
        }
        // The likeliest of a quarter of a million is found where they stand, without a copy.
        let isPlain = one.matcher == nil && one.sampler.isPlain && one.request.alternatives == nil
        let values = isPlain ? [] : logits.row(0)
        var choices = values
        if let matcher = one.matcher {
            guard matcher.restrict(&choices, stops: one.request.stops) else {
                events.append((one.id, .finished(.stop)))
                return
            }
        }
        var token =
            isPlain
            ? Int32(logits.largest(decoder.workers))
            : one.sampler.choose(choices, prompt: one.request.prompt, answer: one.answer)
        // What has a form must come to its end before the tokens do.
        let left = min(one.request.maxTokens, context - one.request.prompt.count) - one.answer.count - 1
        if let matcher = one.matcher, !one.request.stops.contains(token), !matcher.fits(token, left: left) {
            matcher.close(&choices, left: left, stops: one.request.stops)
            token = one.sampler.choose(choices, prompt: one.request.prompt, answer: one.answer)
            live[index].isCut = true
        }
        let end = live[index].isCut ? FinishReason.length : .stop
        if one.request.stops.contains(token) {
            if one.request.tellsStop {
                events.append((one.id, .token(told(token, values, logits, one.request.alternatives))))
            }
            events.append((one.id, .finished(end)))
            return
        }
        live[index].answer.append(token)
        live[index].drafter?.take(token)
        events.append((one.id, .token(told(token, values, logits, one.request.alternatives))))
        live[index].matcher?.take(token)
        if live[index].matcher?.isAtEnd == true {
            events.append((one.id, .finished(end)))
        } else if live[index].answer.count == one.request.maxTokens || live[index].length >= context {
            events.append((one.id, .finished(.length)))
        }
    }

    /// Tells a prompt's token, given the logits before it.
    private func score(
        _ place: Int, _ logits: Matrix, for index: Int, _ events: inout [(id: ID, event: GenerationEvent)]
    ) {
        let request = live[index].request
        let told = told(request.prompt[place], logits.row(0), logits, request.alternatives ?? 0)
        events.append((live[index].id, .token(told)))
    }

    private func told(
        _ token: Int32, _ values: [Float], _ logits: Matrix, _ alternatives: Int?
    ) -> GeneratedToken {
        guard let alternatives else {
            return GeneratedToken(token: token, logProbability: nil, alternatives: [])
        }
        let lse = CrossEntropy.logSumExp(logits, decoder.workers)[0]
        let best = TokenHeap.best(alternatives, of: values)
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
