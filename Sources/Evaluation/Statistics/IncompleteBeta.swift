import Foundation

/// The regularised incomplete beta function: what Student's t and the binomial
/// distribution are made of.
enum IncompleteBeta {
    /// The share of the beta distribution (a, b) that lies below x; a and b are
    /// positive, x is between 0 and 1.
    static func regularised(_ x: Double, _ a: Double, _ b: Double) -> Double {
        precondition(a > 0 && b > 0 && x >= 0 && x <= 1)
        if x == 0 || x == 1 { return x }
        let front = exp(
            a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
        // The fraction converges fast on its own side of the mean only.
        return x < (a + 1) / (a + b + 2)
            ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }

    /// Lentz's evaluation of the continued fraction.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return result
    }
}
