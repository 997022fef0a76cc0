import Checkpoint

/// Mattermost's outgoing webhooks: JSON or a form, known by their token.
enum MattermostEvents {
    static func read(_ request: WebRequest, token: String?, open: Bool) throws(IntakeRefusal) -> Event {
        let fields: [String: String]
        if request.isForm {
            fields = form(request.body)
        } else {
            guard let object = (try? JSON.parse(request.body))?.object else {
                throw .badBody(wanted: "JSON or a form")
            }
            var found: [String: String] = [:]
            for (key, value) in object.members {
                if let text = value.string ?? value.int.map({ String($0) }) { found[key] = text }
            }
            fields = found
        }
        try check(fields, token: token, open: open)
        guard let id = fields["post_id"], let text = fields["text"],
            let stamp = fields["timestamp"].flatMap({ Double($0) }), stamp.isFinite,
            (0...4_102_444_800_000).contains(stamp)
        else { throw .badBody(wanted: "post_id, timestamp and text") }
        // Seconds in Mattermost's examples, milliseconds in what it sends.
        let time = stamp > 1e11 ? stamp / 1000 : stamp
        var labels: [String: String] = [:]
        if let channel = fields["channel_name"] { labels["channel"] = channel }
        return Event(
            .message, source: "mattermost", key: "mattermost:\(id)", time: time,
            author: fields["user_name"] ?? "", text: text, labels: labels)
    }

    /// Whether the fields bring the token along.
    static func check(_ fields: [String: String], token: String?, open: Bool) throws(IntakeRefusal) {
        if let token {
            guard Signature.same(fields["token"] ?? "", token) else { throw .signature }
        } else if !open {
            throw .closed
        }
    }

    /// The fields of a form; a name's last value counts.
    static func form(_ body: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            fields[decoded(name)] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return fields
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                result.append(32)
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
