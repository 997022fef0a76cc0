import Checkpoint

/// One request on its way through the service, and what is noted about it.
final class Call: Sendable {
    let id: String
    private let record: Locked<RequestRecord>
    private let start = ContinuousClock.now
    private let service: Service

    init(_ service: Service, id: String, route: String, caller: String, body: [UInt8]) {
        self.service = service
        self.id = id
        var record = RequestRecord(id: id, time: service.settings.now(), route: route)
        record.caller = caller
        record.bytes = body.count
        if service.settings.audit != nil { record.digest = SHA256.hex(of: body) }
        self.record = Locked(record)
    }

    /// Time since the request was complete.
    var elapsed: Duration { ContinuousClock.now - start }

    func note(_ change: (inout RequestRecord) -> Void) { record.withLock(change) }

    /// The first token is there.
    func noteFirstToken() {
        let time = elapsed
        service.metrics.firstToken(after: time)
        note { $0.firstToken = time.seconds }
    }

    /// Adds the tokens of one generation.
    func note(_ usage: Usage) {
        note {
            $0.promptTokens += usage.prompt
            $0.cachedTokens += usage.cached
            $0.newTokens += usage.completion
        }
    }

    /// The request is over; called once.
    func end(status: Int, outcome: RequestRecord.Outcome) {
        let time = elapsed
        let record = self.record.withLock { record in
            record.status = status
            record.outcome = outcome
            record.duration = time.seconds
            return record
        }
        if record.promptTokens > 0 {
            let usage = Usage(
                prompt: record.promptTokens, cached: record.cachedTokens, completion: record.newTokens)
            service.metrics.answered(usage, in: time)
        }
        service.metrics.replied(record.route, status)
        service.settings.log(record)
        service.settings.audit?(record)
    }
}
