import Checkpoint

/// An incident report, taken apart.
///
/// What is taken is copied word for word, so that a model trained on it learns to
/// find and not to invent.
public struct Postmortem: Sendable, Equatable {
    /// An entry of the timeline.
    public struct Event: Sendable, Equatable {
        /// As it is written.
        public var time: String
        /// What happened.
        public var event: String
    }

    /// Something that is to be done.
    public struct Action: Sendable, Equatable {
        /// What.
        public var action: String
        /// The person or team, where the report names one.
        public var owner: String?
        /// The day, as it is written.
        public var due: String?
        /// Whether it is ticked off, where the report has boxes.
        public var isDone: Bool?
        /// Where it is tracked.
        public var link: String?
    }

    /// What the incident is called.
    public var title = ""
    /// When it was, in the form 2024-02-29, where the report says so.
    public var date: String?
    /// How bad it was, as it is written.
    public var severity: String?
    /// The texts of the parts that are neither lists of events nor of actions.
    public var sections: [SectionRole: String] = [:]
    /// What happened when.
    public var timeline: [Event] = []
    /// What will be done.
    public var actions: [Action] = []
    /// Why it could happen, point by point.
    public var factors: [String] = []
    /// What was learnt, point by point.
    public var lessons: [String] = []
    /// The head of the document.
    public var frontMatter: [(key: String, values: [String])] = []
    /// Headings whose meaning is not known.
    public var unknown: [String] = []
    /// The whole report without its head.
    public var text = ""

    /// Same content.
    public static func == (a: Self, b: Self) -> Bool {
        a.title == b.title && a.date == b.date && a.severity == b.severity && a.sections == b.sections
            && a.timeline == b.timeline && a.actions == b.actions && a.factors == b.factors
            && a.lessons == b.lessons && a.unknown == b.unknown && a.text == b.text
            && a.frontMatter.map(\.key) == b.frontMatter.map(\.key)
            && a.frontMatter.map(\.values) == b.frontMatter.map(\.values)
    }
}

extension Postmortem {
    /// The parts of a report that tell what it is about.
    static let told: [SectionRole] = [.summary, .impact, .rootCause, .detection, .resolution]

    /// Whether anything was found in it beyond its text.
    public var isEmpty: Bool {
        timeline.isEmpty && actions.isEmpty && factors.isEmpty && lessons.isEmpty
            && Self.told.allSatisfy { sections[$0] == nil }
    }

    /// The record as the suites and recipes for incident reports read it.
    public var members: [(key: String, value: JSON)] {
        var members: [(key: String, value: JSON)] = [("title", .string(title))]
        if let date { members.append(("date", .string(date))) }
        if let severity { members.append(("severity", .string(severity))) }
        if !frontMatter.isEmpty {
            let head = frontMatter.map { entry -> (key: String, value: JSON) in
                let values = entry.values.map(JSON.string)
                return (entry.key, values.count == 1 ? values[0] : .array(values))
            }
            // The first of two values for a key is the one that counts.
            var seen: Set<String> = []
            members.append(
                ("front_matter", .object(JSONObject(head.filter { seen.insert($0.key).inserted }))))
        }
        members.append(("report", .string(text)))
        members.append(("sections", sectionsJSON))
        members.append(("timeline", timelineJSON))
        members.append(("actions", actionsJSON))
        members.append(("contributing_factors", .array(factors.map(JSON.string))))
        members.append(("lessons", .array(lessons.map(JSON.string))))
        return members
    }

    /// `{"impact": …, "root_cause": …}`; null where the report says nothing.
    var sectionsJSON: JSON {
        .object(JSONObject(Self.told.map { ($0.rawValue, sections[$0].map(JSON.string) ?? .null) }))
    }

    /// `{"timeline": [{"time", "event"}]}`.
    var timelineJSON: JSON {
        let events = timeline.map { event -> JSON in
            .object(JSONObject([("time", .string(event.time)), ("event", .string(event.event))]))
        }
        return .object(JSONObject([("timeline", .array(events))]))
    }

    /// `{"action_items": [{"action", "owner", "due"}]}`; null where the report names nobody or no day.
    var actionsJSON: JSON {
        let items = actions.map { item -> JSON in
            var members: [(key: String, value: JSON)] = [
                ("action", .string(item.action)), ("owner", item.owner.map(JSON.string) ?? .null),
                ("due", item.due.map(JSON.string) ?? .null),
            ]
            if let done = item.isDone { members.append(("done", .bool(done))) }
            if let link = item.link { members.append(("link", .string(link))) }
            return .object(JSONObject(members))
        }
        return .object(JSONObject([("action_items", .array(items))]))
    }
}
