import Checkpoint

/// Slack's Events API: `url_verification` and messages of channels.
enum SlackEvents {
    static func read(_ json: JSON) throws(IntakeRefusal) -> (events: [Event], challenge: String?) {
        switch json["type"]?.string {
        case "url_verification":
            guard let challenge = json["challenge"]?.string, challenge.utf8.count <= 1000 else {
                throw .badBody(wanted: "a challenge")
            }
            return ([], challenge)
        case "event_callback":
            guard let event = json["event"], let id = json["event_id"]?.string else {
                throw .badBody(wanted: "event and event_id")
            }
            // Edits, joins and the agent's own words are acknowledged and not kept.
            let subtype = event["subtype"]?.string
            guard event["type"]?.string == "message", subtype == nil || subtype == "bot_message" else {
                return ([], nil)
            }
            guard let stamp = event["ts"]?.string, let time = Double(stamp), time.isFinite,
                (0...4_102_444_800).contains(time), let text = event["text"]?.string
            else { throw .badBody(wanted: "a message with ts and text") }
            let channel = event["channel"]?.string ?? ""
            var labels = channel.isEmpty ? [:] : ["channel": channel]
            if subtype == "bot_message" || event["bot_id"] != nil { labels["bot"] = "true" }
            return (
                [
                    Event(
                        .message, source: "slack", key: "slack:\(channel):\(stamp):\(id)", time: time,
                        author: event["user"]?.string ?? event["username"]?.string ?? "", text: plain(text),
                        labels: labels)
                ], nil
            )
        default: throw .badBody(wanted: "url_verification or event_callback")
        }
    }

    /// Slack's escapes undone: three entities, and links as `<url|words>`.
    static func plain(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            result += rest[..<open]
            let inner = rest[rest.index(after: open)..<close]
            let parts = inner.split(separator: "|", maxSplits: 1)
            result += parts.count == 2 ? "\(parts[1]) (\(parts[0]))" : String(inner)
            rest = rest[rest.index(after: close)...]
        }
        result += rest
        for (entity, letter) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
            result = result.replacing(entity, with: letter)
        }
        return result
    }
}
