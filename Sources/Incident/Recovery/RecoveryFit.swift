import Foundation

/// When a series will be back in its usual range, from how it has come back so far.
///
/// Two ways back are tried, a constant pace and a halving pace; the one that has
/// described the way so far better is believed. The pace is the median over all
/// pairs of samples (Theil and Sen), and the interval comes from the spread of the
/// paces of those pairs: a restless series gets a wide one.
public struct RecoveryFit: Sendable, Equatable {
    /// The moment at which it is expected to be back.
    public let back: Double
    /// It is likely back no earlier than this.
    public let earliest: Double
    /// And no later than this; nothing where the slow pace never arrives.
    public let latest: Double?

    /// Fits distances (in spreads, never negative) after their highest point; `band` is where usual begins.
    public init?(times: [Double], distances: [Double], band: Double, now: Double) {
        guard times.count == distances.count, times.count >= 6, let first = times.first else { return nil }
        // At most 40 points: pairs grow with the square.
        let stride = max(1, times.count / 40)
        let picked = Swift.stride(from: (times.count - 1) % stride, to: times.count, by: stride).map { $0 }
        let x = picked.map { times[$0] - first }
        let plain = picked.map { distances[$0] }
        let logs = plain.map { log(max($0, 0.25)) }
        let ways = [Way(x, plain, isLog: false), Way(x, logs, isLog: true)].compactMap { $0 }
        guard
            let way = ways.min(by: { $0.misfit(x, plain) < $1.misfit(x, plain) }), way.pace < 0
        else { return nil }
        guard let middle = way.arrival(after: now, from: now - first, band: band, pace: way.pace) else {
            return nil
        }
        back = middle
        // Early on both ways fit: the interval holds what either of them allows.
        let others = ways.filter { $0.pace < 0 }
        let soon = others.compactMap { way in
            way.arrival(after: now, from: now - first, band: band, pace: way.fast)
        }
        let late = others.map { $0.arrival(after: now, from: now - first, band: band, pace: $0.slow) }
        earliest = min(middle, soon.min() ?? middle)
        latest = late.contains(nil) ? nil : max(middle, late.compactMap { $0 }.max() ?? middle)
    }

    private struct Way {
        let isLog: Bool
        let pace: Double
        let fast: Double
        let slow: Double
        let start: Double

        init?(_ x: [Double], _ y: [Double], isLog: Bool) {
            var paces: [Double] = []
            paces.reserveCapacity(x.count * (x.count - 1) / 2)
            let span = (x.last ?? 0) - (x.first ?? 0)
            for j in x.indices {
                for i in 0..<j where x[j] - x[i] >= span / 4 { paces.append((y[j] - y[i]) / (x[j] - x[i])) }
            }
            guard paces.count >= 3 else { return nil }
            paces.sort()
            self.isLog = isLog
            pace = Baseline.middle(paces)
            fast = Baseline.quantile(paces, 0.1)
            slow = Baseline.quantile(paces, 0.9)
            let pace = pace
            start = Baseline.median(zip(x, y).map { $1 - pace * $0 }) ?? 0
        }

        /// When the way arrives at the band, going on at a pace; nothing where it does not within two days.
        func arrival(after now: Double, from elapsed: Double, band: Double, pace: Double) -> Double? {
            let target = isLog ? log(band) : band
            let here = start + self.pace * elapsed
            if here <= target { return now }
            guard pace < 0 else { return nil }
            let wait = (target - here) / pace
            return wait.isFinite && wait <= 172_800 ? now + wait : nil
        }

        /// The median error in spreads, the later half counting.
        func misfit(_ x: [Double], _ plain: [Double]) -> Double {
            let errors = zip(x, plain).suffix(x.count / 2 + 1).map { x, y in
                abs((isLog ? exp(start + pace * x) : start + pace * x) - y)
            }
            return Baseline.median(errors) ?? .infinity
        }
    }
}
