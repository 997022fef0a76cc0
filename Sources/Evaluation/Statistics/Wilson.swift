/// Where a proportion lies, after Wilson.
///
/// Unlike the mean plus and minus its error it stays between 0 and 1, and says
/// something sensible where every answer was right.
enum Wilson {
    static func interval(successes: Int, of trials: Int, share: Double = 0.95) -> ClosedRange<Double> {
        precondition(trials > 0 && (0...trials).contains(successes))
        let z = Normal.quantile((1 + share) / 2)
        let count = Double(trials)
        let proportion = Double(successes) / count
        let middle = (proportion + z * z / (2 * count)) / (1 + z * z / count)
        let scatter = proportion * (1 - proportion) / count + z * z / (4 * count * count)
        let reach = z * scatter.squareRoot() / (1 + z * z / count)
        return max(0, middle - reach)...min(1, middle + reach)
    }
}
