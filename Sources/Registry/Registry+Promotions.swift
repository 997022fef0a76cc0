/// The decision whether an adapter may be served under a name.
public struct PromotionFacts: Sendable, Equatable {
    /// The name it would be served under.
    public var name: String
    /// The adapter.
    public var adapter: RowID<AdapterRow>
    /// The adapter that held the name before, or none.
    public var incumbent: RowID<AdapterRow>?
    /// The evaluation that decided, or none.
    public var evaluation: RowID<EvaluationRow>?
    /// Whether it was promoted.
    public var promoted: Bool
    /// Why, for people.
    public var reason: String
    /// When it was decided, in seconds since 1970.
    public var created: Double

    /// The facts of a decision.
    public init(
        name: String, adapter: RowID<AdapterRow>, incumbent: RowID<AdapterRow>?,
        evaluation: RowID<EvaluationRow>?, promoted: Bool, reason: String, created: Double
    ) {
        (self.name, self.adapter, self.incumbent) = (name, adapter, incumbent)
        (self.evaluation, self.promoted) = (evaluation, promoted)
        (self.reason, self.created) = (reason, created)
    }
}

/// A decision about a promotion.
public struct PromotionRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<PromotionRow>
    /// What was decided.
    public let facts: PromotionFacts

    static let table = "promotions"
    static let columns = "id, name, adapter, incumbent, evaluation, promoted, reason, created"

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let name = row[1].text, let adapter = row[2].integer,
            let promoted = row[5].integer, let reason = row[6].text, let created = row[7].real
        else { return nil }
        self.id = RowID(id)
        facts = PromotionFacts(
            name: name, adapter: RowID(adapter), incumbent: row[3].integer.map { RowID($0) },
            evaluation: row[4].integer.map { RowID($0) }, promoted: promoted == 1, reason: reason,
            created: created)
    }
}

extension Registry {
    /// Puts a decision in.
    public func record(_ promotion: PromotionFacts) throws(RegistryError) -> RowID<PromotionRow> {
        RowID(
            try insert(
                "promotions",
                [
                    ("name", .text(promotion.name)), ("adapter", .integer(promotion.adapter.number)),
                    ("incumbent", .optional(promotion.incumbent?.number)),
                    ("evaluation", .optional(promotion.evaluation?.number)),
                    ("promoted", .integer(promotion.promoted ? 1 : 0)), ("reason", .text(promotion.reason)),
                    ("created", .real(promotion.created)),
                ]))
    }

    /// All decisions about a name, the newest first.
    public func promotions(of name: String) throws(RegistryError) -> [PromotionRow] {
        try rows("WHERE name = ? ORDER BY id DESC", [.text(name)])
    }

    /// The adapter that holds a name, if any was promoted to it.
    public func promoted(_ name: String) throws(RegistryError) -> AdapterRow? {
        let last: PromotionRow? = try first(
            "WHERE name = ? AND promoted = 1 ORDER BY id DESC", [.text(name)])
        guard let last else { return nil }
        return try adapter(last.facts.adapter)
    }
}
