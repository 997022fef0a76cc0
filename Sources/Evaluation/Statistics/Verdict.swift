/// What a paired test lets one say of the second system.
public enum Verdict: String, Sendable {
    /// It is better: a difference at least this large is rarer than the level by chance alone.
    case better
    /// It is worse, in the same sense.
    case worse
    /// The data show neither; that is not the same as equal.
    case notShown = "not shown"

    init(difference: Double, p: Double, higherIsBetter: Bool, level: Double) {
        if p > level || difference == 0 {
            self = .notShown
        } else {
            self = (difference > 0) == higherIsBetter ? .better : .worse
        }
    }
}
