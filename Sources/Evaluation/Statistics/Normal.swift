import Foundation

/// The standard normal distribution.
enum Normal {
    static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

    /// The point below which the share `p` lies; `p` between 0 and 1, both excluded.
    ///
    /// A rough start is made exact by Newton's steps on the logarithm of the
    /// tail, which is nearly a parabola there and so converges from any start.
    static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1)
        if p > 0.5 { return -quantile(1 - p) }
        if p == 0.5 { return 0 }
        var x = -(-2 * log(p)).squareRoot()
        for _ in 0..<60 {
            let tail = cumulative(x)
            let step = (log(tail) - log(p)) * tail / density(x)
            x -= step
            if abs(step) <= 1e-15 * abs(x) { break }
        }
        return x
    }
}
