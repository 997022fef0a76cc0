import Checkpoint

extension Service {
    func chat(_ body: JSONObject, _ call: Call) async throws -> HTTPReply {
        let request = try ChatRequest(body, context)
        call.note { record in
            record.model = request.model.name
            record.isStreamed = request.shared.stream
        }
        try judge(request.tools)
        let prompt = try await encode(
            .chat(request.turns, tools: request.tools.offered), request.model, param: "messages")
        try fit(prompt, wanted: request.maximumTokens ?? 1, request.model, param: "messages")
        var asked = AnswerRequest(
            id: call.id, model: request.model.name, prompt: prompt,
            maximumTokens: request.maximumTokens ?? request.model.contextLength - prompt.count)
        asked.take(request.shared)
        asked.format = request.format
        asked.logProbabilities = request.logProbabilities
        let stamp = stamp("chatcmpl-", request.model)
        var run = try AnswerRun(asked, answer: answer(request.tools), service: self, call: call)
        let scored = request.logProbabilities != nil
        if request.shared.stream { return stream(chat: run, stamp, request, scored: scored) }
        defer { run.close() }
        try await run.finish()
        return json(ChatReply.whole(stamp, run.answers, scored: scored, usage: run.usage))
    }

    /// An empty answer that knows the tools on offer.
    func answer(_ tools: ToolFields) -> Answer {
        let id = freshID()
        return Answer(
            tools: tools.offered, isParallel: tools.isParallel,
            accepts: { [backend] in (try? backend.accepts($0, schema: $1.parameters)) ?? false },
            callID: { "call_\($0)_\(id)" })
    }

    /// Refuses a strict tool whose schema nobody could hold a call against.
    func judge(_ tools: ToolFields) throws(RequestProblem) {
        for tool in tools.offered where tool.isStrict {
            do throws(BackendError) {
                _ = try backend.accepts(.object([:]), schema: tool.parameters)
            } catch {
                throw .backend(error, param: "tools")
            }
        }
    }

    private func stream(
        chat run: AnswerRun, _ stamp: ReplyStamp, _ request: ChatRequest, scored: Bool
    ) -> HTTPReply {
        let usage = request.shared.includesUsage
        return events(run) { run, send in
            for choice in run.answers.indices {
                try await send(ServerSentEvent.data(ChatReply.opening(stamp, choice, usage: usage)))
            }
            var calls = run.answers.map { _ in 0 }
            while let happening = try await run.next() {
                switch happening {
                case .prompt: break
                case .step(let choice, let step):
                    let json = ChatReply.step(
                        stamp, choice, step, callsBefore: calls[choice], scored: scored, usage: usage)
                    calls[choice] += step.calls.count
                    try await send(ServerSentEvent.data(json))
                case .ended(let choice, let ending):
                    try await send(
                        ServerSentEvent.data(ChatReply.closing(stamp, choice, ending, usage: usage)))
                }
            }
            if usage { try await send(ServerSentEvent.data(ChatReply.usage(stamp, run.usage))) }
            try await send(ServerSentEvent.done)
        }
    }

    /// A reply of events; a failure on the way becomes the last of them.
    func events(
        _ run: AnswerRun,
        failure: @escaping @Sendable (RequestProblem, Usage) -> [UInt8] = { problem, _ in
            ServerSentEvent.data(problem.json)
        },
        write: @escaping @Sendable (inout AnswerRun, ([UInt8]) async throws -> Void) async throws -> Void
    ) -> HTTPReply {
        HTTPReply(
            status: 200,
            headers: [("Content-Type", "text/event-stream; charset=utf-8"), ("X-Accel-Buffering", "no")],
            body: .stream { sink in
                var run = run
                defer { run.close() }
                do {
                    try await write(&run) { try await sink.send($0) }
                } catch let problem as RequestProblem {
                    try await sink.send(failure(problem, run.usage))
                    throw problem
                }
            })
    }
}

extension AnswerRequest {
    /// Takes over what all generating requests share.
    mutating func take(_ shared: SamplingFields) {
        choices = shared.choices
        sampling = shared.sampling
        stops = shared.stops
        ignoresEnd = shared.ignoresEnd
    }
}
