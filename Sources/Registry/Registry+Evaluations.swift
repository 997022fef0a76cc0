/// One metric of one suite on one model or adapter.
public struct EvaluationFacts: Sendable, Equatable {
    /// The base model.
    public var model: RowID<ModelRow>
    /// The adapter on it, or none.
    public var adapter: RowID<AdapterRow>?
    /// The suite's name.
    public var suite: String
    /// SHA-256 of the suite and its data.
    public var suiteDigest: String
    /// The metric's name.
    public var metric: String
    /// Its value.
    public var value: Double
    /// The ends of its confidence interval, if it has one.
    public var interval: ClosedRange<Double>?
    /// How many items it was measured on.
    public var items: Int
    /// The folder of the full report.
    public var report: String
    /// When it was measured, in seconds since 1970.
    public var created: Double

    /// The facts of an evaluation.
    public init(
        model: RowID<ModelRow>, adapter: RowID<AdapterRow>?, suite: String, suiteDigest: String,
        metric: String, value: Double, interval: ClosedRange<Double>?, items: Int, report: String,
        created: Double
    ) {
        (self.model, self.adapter, self.suite, self.suiteDigest) = (model, adapter, suite, suiteDigest)
        (self.metric, self.value, self.interval, self.items) = (metric, value, interval, items)
        (self.report, self.created) = (report, created)
    }
}

/// An evaluation.
public struct EvaluationRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<EvaluationRow>
    /// What was measured.
    public let facts: EvaluationFacts

    static let table = "evaluations"
    static let columns =
        "id, model, adapter, suite, suite_digest, metric, value, low, high, items, report, created"

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let model = row[1].integer, let suite = row[3].text,
            let suiteDigest = row[4].text, let metric = row[5].text, let items = row[9].integer,
            let report = row[10].text, let created = row[11].real
        else { return nil }
        var interval: ClosedRange<Double>?
        if let low = row[7].real, let high = row[8].real, low <= high { interval = low...high }
        self.id = RowID(id)
        facts = EvaluationFacts(
            model: RowID(model), adapter: row[2].integer.map { RowID($0) }, suite: suite,
            suiteDigest: suiteDigest, metric: metric, value: row[6].real ?? .nan, interval: interval,
            items: Int(items), report: report, created: created)
    }
}

extension Registry {
    /// Puts a measured metric in.
    public func record(_ evaluation: EvaluationFacts) throws(RegistryError) -> RowID<EvaluationRow> {
        RowID(
            try insert(
                "evaluations",
                [
                    ("model", .integer(evaluation.model.number)),
                    ("adapter", .optional(evaluation.adapter?.number)), ("suite", .text(evaluation.suite)),
                    ("suite_digest", .text(evaluation.suiteDigest)), ("metric", .text(evaluation.metric)),
                    ("value", .real(evaluation.value)), ("low", .optional(evaluation.interval?.lowerBound)),
                    ("high", .optional(evaluation.interval?.upperBound)),
                    ("items", .integer(Int64(evaluation.items))), ("report", .text(evaluation.report)),
                    ("created", .real(evaluation.created)),
                ]))
    }

    /// All evaluations, or those of one adapter, the newest first.
    public func evaluations(of adapter: RowID<AdapterRow>? = nil) throws(RegistryError) -> [EvaluationRow] {
        guard let adapter else { return try rows("ORDER BY id DESC") }
        return try rows("WHERE adapter = ? ORDER BY id DESC", [.integer(adapter.number)])
    }
}
