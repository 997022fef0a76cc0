/// A slash command of Slack or Mattermost, which never becomes a message of the channel: `/incident checkout is down`.
enum ChatCommand {
    /// What whoever typed it is shown.
    static let answer = "Noted."

    static func read(
        _ fields: [String: String], source: String, now: Double
    ) throws(IntakeRefusal) -> Event {
        guard let command = fields["command"], command.hasPrefix("/"), command.utf8.count <= 100,
            let id = fields["trigger_id"], let text = fields["text"]
        else { throw .badBody(wanted: "command, text and trigger_id") }
        // Slack's messages name the channel by its id, Mattermost's by its name.
        let channel = source == "slack" ? fields["channel_id"] : fields["channel_name"]
        return Event(
            .message, source: source, key: "\(source):command:\(id)", time: now,
            author: fields["user_name"] ?? fields["user_id"] ?? "", text: Words.trimmed("\(command) \(text)"),
            labels: channel.map { ["channel": $0] } ?? [:])
    }
}
