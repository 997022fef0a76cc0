import Checkpoint

/// What people accepted, edited or rejected, as lines to train on.
public enum TrainingLines {
    /// One line a decision: `messages` as for any chat dataset, and what was rejected beside it.
    ///
    /// Only what was decided is exported, and only where there was a question to answer.
    /// A rejected text without words in its place teaches only what not to write, and has no answer in `messages`.
    public static func lines(_ drafts: [Draft]) -> [JSON] {
        drafts.compactMap { draft in
            guard draft.verdict != .open, !draft.prompt.isEmpty else { return nil }
            var messages: [JSON] = [
                message("system", SummaryWriter.system), message("user", draft.prompt),
            ]
            var line: JSONObject = [:]
            let good = draft.verdict == .rejected ? draft.edited : draft.current
            if let good {
                let answer: JSON = .object(["summary": .string(good)])
                messages.append(message("assistant", String(decoding: answer.serialised(), as: UTF8.self)))
            }
            line["messages"] = .array(messages)
            line["verdict"] = .string(draft.verdict.rawValue)
            line["kind"] = .string(draft.kind)
            line["origin"] = .string(draft.origin)
            if draft.verdict != .accepted { line["rejected"] = .string(draft.text) }
            return .object(line)
        }
    }

    private static func message(_ role: String, _ text: String) -> JSON {
        .object(["role": .string(role), "content": .string(text)])
    }
}
