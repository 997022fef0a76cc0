/// A metric as a task asks for it: which, under what name, with what options.
struct MetricSpec: Sendable, Equatable {
    let kind: MetricKind
    /// The name in tables and files; the metric's own unless the suite gives another.
    let name: String
    /// How answers are made comparable.
    var rules: AnswerRules = .verbatim
    /// Bins of the calibration error.
    var bins = 10
    /// The fields of a structured answer that count; all where empty.
    var fields: [String] = []
    /// Whether IP addresses count as secrets.
    var addresses = false
}
