import Checkpoint

extension Agent {
    /// Sends what is due, oldest first; what fails waits longer each time.
    ///
    /// A message is marked before it is sent and again when it is there. Killed in
    /// between, nobody knows whether it arrived: `settleDoubts` decides by the
    /// channel's configuration.
    public func deliver(now: Double) throws(IncidentError) {
        for message in try store.due(now) {
            guard let channel = config.channels.first(where: { $0.name == message.target }) else {
                // There is only the page, which shows it already.
                try store.mark(message.id, .sent, attempts: message.attempts, due: message.due, sent: now)
                continue
            }
            let attempts = message.attempts + 1
            try store.mark(message.id, .sending, attempts: attempts, due: message.due)
            do throws(CallFailure) {
                let answer = try caller.call(Self.call(message, channel, now: now))
                guard (200..<300).contains(answer.status) else { throw .refused(status: answer.status) }
                try? store.mark(message.id, .sent, attempts: attempts, due: message.due, sent: now)
                note("channel \(channel.name)", nil)
            } catch {
                note("channel \(channel.name)", "\(channel.name) takes no messages: \(error.words)")
                let wait = min(300, 2.0 * Double(1 << min(attempts, 8)))
                try store.mark(
                    message.id, attempts >= 30 ? .failed : .waiting, attempts: attempts, due: now + wait)
            }
        }
    }

    /// After a start: what was being sent when the last agent was ended.
    func settleDoubts(now: Double) throws(IncidentError) {
        for message in try store.messages(.sending) {
            let channel = config.channels.first { $0.name == message.target }
            let state: OutboxMessage.State = channel?.doubt == .drop ? .failed : .waiting
            try store.mark(message.id, state, attempts: message.attempts, due: now)
        }
    }

    private static func call(_ message: OutboxMessage, _ channel: AgentConfig.Channel, now: Double)
        -> HTTPCall
    {
        let body: [UInt8]
        switch channel.format {
        case .hearth: body = Array(message.body.utf8)
        case .slack, .mattermost:
            let parts = try? JSON.parse(Array(message.body.utf8))
            // Several incidents may be open, and one channel hears of them all.
            let title = parts?["title"]?.string ?? ""
            let head = message.incident.map { "Incident \($0), \(title)\n" } ?? ""
            let text = head + message.text + (parts?["link"]?.string.map { "\n\($0)" } ?? "")
            // Slack reads three letters as markup.
            let safe =
                channel.format == .slack
                ? text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
                : text
            body = JSON.object(["text": .string(safe)]).serialised()
        }
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/json"), ("Idempotency-Key", Self.plain(message.key)),
        ]
        if let secret = channel.secret {
            let stamp = "\(Int64(now))"
            headers.append(("X-Hearth-Timestamp", stamp))
            headers.append(
                (
                    "X-Hearth-Signature",
                    "sha256=" + Signature.hmac(Array("\(stamp).".utf8) + body, key: Array(secret.utf8))
                ))
        }
        return HTTPCall("POST", channel.endpoint, headers: headers, body: body, patience: 10)
    }

    /// A key as a header takes it: the digest where there is anything unusual in it.
    private static func plain(_ key: String) -> String { SHA256.hex(of: Array(key.utf8)) }
}
