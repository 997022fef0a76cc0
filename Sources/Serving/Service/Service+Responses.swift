import Checkpoint

extension Service {
    func responses(_ body: JSONObject, _ call: Call) async throws -> HTTPReply {
        let request = try ResponsesRequest(body, context)
        call.note { record in
            record.model = request.model.name
            record.isStreamed = request.shared.stream
        }
        try judge(request.tools)
        let prompt = try await encode(
            .chat(request.turns, tools: request.tools.offered), request.model, param: "input")
        try fit(prompt, wanted: request.maximumTokens ?? 1, request.model, param: "input")
        var asked = AnswerRequest(
            id: call.id, model: request.model.name, prompt: prompt,
            maximumTokens: request.maximumTokens ?? request.model.contextLength - prompt.count)
        asked.take(request.shared)
        asked.format = request.format
        let reply = ResponsesReply(stamp: stamp("resp_", request.model), request: request)
        var run = try AnswerRun(asked, answer: answer(request.tools), service: self, call: call)
        if request.shared.stream { return stream(responses: run, reply) }
        defer { run.close() }
        try await run.finish()
        let answer = run.answers[0]
        let status: ResponsesReply.Status = answer.ending == .length ? .incomplete : .completed
        return json(reply.response(status, answer, usage: run.usage))
    }

    private func stream(responses run: AnswerRun, _ reply: ResponsesReply) -> HTTPReply {
        let stream = Locked(ResponsesStream(reply))
        return events(run, failure: { _, usage in stream.withLock { $0.fail(usage) } }) { run, send in
            try await send(stream.withLock { $0.begin() })
            while let happening = try await run.next() {
                guard case .step(_, let step) = happening else { continue }
                try await send(stream.withLock { $0.step(step) })
            }
            let (answer, usage) = (run.answers[0], run.usage)
            try await send(stream.withLock { $0.end(answer, usage: usage) })
        }
    }
}
