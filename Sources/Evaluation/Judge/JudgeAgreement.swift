/// How often a judge says what people said of the same answers.
public struct JudgeAgreement: Sendable, Equatable {
    /// Labelled answers the judge gave a sensible verdict on.
    public let judged: Int
    /// Those on which it agreed with the label.
    public let agreed: Int
    /// Those on which it said nothing sensible.
    public let nonsense: Int
    /// Cohen's kappa: agreement beyond what chance alone would give, 1 at most.
    public let kappa: Double

    /// The share of all labelled answers on which it agreed; nonsense is no agreement.
    public var agreement: Double {
        judged + nonsense == 0 ? 0 : Double(agreed) / Double(judged + nonsense)
    }

    /// Pairs of the judge's verdict (nothing where it spoke nonsense) and people's label.
    init(_ pairs: [(verdict: Int?, label: Int)]) {
        let sensible = pairs.compactMap { pair in pair.verdict.map { ($0, pair.label) } }
        judged = sensible.count
        nonsense = pairs.count - sensible.count
        agreed = sensible.count { $0 == $1 }
        let count = Double(max(1, sensible.count))
        let values = Set(sensible.flatMap { [$0, $1] }).sorted()
        let chance = values.reduce(0) { sum, value in
            let left = Double(sensible.count { $0.0 == value }) / count
            let right = Double(sensible.count { $0.1 == value }) / count
            return sum + left * right
        }
        let observed = Double(agreed) / count
        kappa = chance == 1 ? 1 : (observed - chance) / (1 - chance)
    }
}
