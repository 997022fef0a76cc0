/// Student's t distribution.
enum StudentT {
    static func cumulative(_ t: Double, freedom: Double) -> Double {
        let tail = tail(abs(t), freedom)
        return t < 0 ? tail : 1 - tail
    }

    /// The chance of a value at least this far from zero, either way.
    static func twoSided(_ t: Double, freedom: Double) -> Double { min(1, 2 * tail(abs(t), freedom)) }

    /// The point below which the share `p` lies; `p` between 0 and 1, both excluded.
    static func quantile(_ p: Double, freedom: Double) -> Double {
        precondition(p > 0 && p < 1)
        if p > 0.5 { return -quantile(1 - p, freedom: freedom) }
        if p == 0.5 { return 0 }
        var high = 1.0
        while tail(high, freedom) > p { high *= 2 }
        var low = high / 2
        if high == 1 { low = 0 }
        while high - low > 1e-15 * high {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if tail(middle, freedom) > p { low = middle } else { high = middle }
        }
        return -(low + high) / 2
    }

    /// The share beyond t, which is not negative.
    private static func tail(_ t: Double, _ freedom: Double) -> Double {
        IncompleteBeta.regularised(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    }
}
