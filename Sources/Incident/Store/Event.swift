import Checkpoint

/// One thing that happened, as the agent was told.
public struct Event: Sendable, Equatable {
    /// What kinds of things happen.
    public enum Kind: String, Sendable, CaseIterable {
        /// Somebody wrote in the channel.
        case message
        /// An alert began to fire.
        case alert
        /// An alert stopped firing.
        case resolved
        /// A new version was rolled out.
        case deploy
        /// Something else was changed: a flag, a setting, a migration.
        case change
        /// The agent spoke or changed the incident's state.
        case agent
    }

    /// What it is.
    public var kind: Kind
    /// Who told: `slack`, `mattermost`, `alertmanager`, `webhook`, `file`, `agent`.
    public var source: String
    /// The same for the same event, however often it is told.
    public var key: String
    /// When it happened, by its own word.
    public var time: Double
    /// Who did or wrote it.
    public var author: String
    /// What it says.
    public var text: String
    /// Labels: of an alert, or `service`, `version` and the like.
    public var labels: [String: String]
    /// A link that came with it.
    public var link: String?

    /// An event from its parts.
    public init(
        _ kind: Kind, source: String, key: String, time: Double, author: String = "", text: String,
        labels: [String: String] = [:], link: String? = nil
    ) {
        self.kind = kind
        self.source = source
        self.key = key
        self.time = time
        self.author = author
        self.text = text
        self.labels = labels
        self.link = link
    }

    /// The service it is about, where its labels say so.
    public var service: String? {
        for name in ["service", "app", "job", "component", "deployment"] {
            if let value = labels[name], !value.isEmpty { return value }
        }
        return nil
    }

    /// Labels and link as one JSON text.
    var data: String {
        var members = labels.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
        if let link { members.append((key: "\u{1}link", value: .string(link))) }
        return String(decoding: JSON.object(JSONObject(members)).serialised(), as: UTF8.self)
    }

    init(row: Row, from column: Int) {
        kind = Kind(rawValue: row.text(column)) ?? .message
        source = row.text(column + 1)
        key = row.text(column + 2)
        time = row.real(column + 3)
        author = row.text(column + 5)
        text = row.text(column + 6)
        labels = [:]
        if let object = (try? JSON.parse(Array(row.text(column + 7).utf8)))?.object {
            for (key, value) in object.members {
                if key == "\u{1}link" { link = value.string } else { labels[key] = value.string }
            }
        }
    }
}

/// An event with its place in the timeline.
public struct TimelineEntry: Sendable, Equatable, Identifiable {
    /// The number by which evidence is cited: `E12`.
    public let id: Int64
    /// The incident it belongs to, if any.
    public let incident: Int64?
    /// When the agent saw it.
    public let seen: Double
    /// What happened.
    public let event: Event
}
