import Checkpoint

/// The name of a series: its metric and its labels, always written one way.
public struct SeriesKey: Sendable, Hashable {
    /// The metric's name, or the expression that gave the series.
    public let metric: String
    /// The labels, by name.
    public let labels: [String: String]
    /// `metric{a="1",b="2"}`, labels in order of their names.
    public let text: String

    /// A name from its parts.
    public init(_ metric: String, _ labels: [String: String] = [:]) {
        self.metric = metric
        self.labels = labels
        text = Self.text(metric, labels)
    }

    /// Two names are the same where their texts are, byte by byte.
    public static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    /// By the text alone.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The service the series is about, by its labels.
    public var service: String? {
        for name in ["service", "app", "component", "deployment", "job", "instance"] {
            if let value = labels[name], !value.isEmpty { return value }
        }
        return nil
    }

    static func text(_ metric: String, _ labels: [String: String]) -> String {
        if labels.isEmpty { return metric }
        let inner = labels.sorted { $0.key < $1.key }.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "\(metric){\(inner.joined(separator: ","))}"
    }

    var labelsJSON: String {
        let members = labels.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
        return String(decoding: JSON.object(JSONObject(members)).serialised(), as: UTF8.self)
    }
}

/// Whether a series is a level or a count that only grows.
public enum SeriesKind: String, Sendable, CaseIterable {
    /// A level: taken as it is.
    case gauge
    /// A count: taken as growth per second.
    case counter
}

/// One value of one series.
public struct Sample: Sendable, Equatable {
    /// The series.
    public let key: SeriesKey
    /// Level or count.
    public let kind: SeriesKind
    /// When, or nothing where the text does not say: then it is the moment of the scrape.
    public let time: Double?
    /// The value; may be NaN or infinite.
    public let value: Double
}
