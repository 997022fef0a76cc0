/// Resampling with replacement, whole groups at a time, with a fixed seed.
///
/// Every metric here is a function of sums over items (a mean is the sum of
/// values over the sum of ones, BLEU a function of summed counts), so a
/// resample adds up rows and takes the function once.
struct Bootstrap: Sendable {
    /// What one group contributes to each sum.
    private let rows: [[Double]]
    private let random: CounterRandom
    let rounds: Int

    /// At least one item; each contributes equally many numbers. Items of one
    /// group are drawn together.
    init(_ items: [[Double]], groups: [Int]? = nil, rounds: Int = 2000, seed: UInt64 = 1234) {
        precondition(!items.isEmpty && rounds > 0)
        if let groups {
            var places: [Int: Int] = [:]
            var rows: [[Double]] = []
            for (item, group) in zip(items, groups) {
                if let place = places[group] {
                    rows[place] = zip(rows[place], item).map(+)
                } else {
                    places[group] = rows.count
                    rows.append(item)
                }
            }
            self.rows = rows
        } else {
            rows = items
        }
        self.rounds = rounds
        random = CounterRandom(seed: seed)
    }

    /// The statistic of every resample, in the order of the rounds.
    func statistics(_ statistic: ([Double]) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: rows[0].count)
        return (0..<rounds).map { round in
            for place in sums.indices { sums[place] = 0 }
            for draw in rows.indices {
                let row = rows[random.below(rows.count, round, draw)]
                for place in sums.indices { sums[place] += row[place] }
            }
            return statistic(sums)
        }
    }

    /// Where the true value lies with 95 % confidence: percentiles of the
    /// resamples, a little further out than 2.5 and 97.5; nothing for one group.
    ///
    /// Resamples of few groups scatter too little, by a factor of √((n−1)/n), and
    /// have a normal's tails where Student's are right. The percentiles make up for
    /// both ("expanded percentiles"), which keeps the promise with thirty items too.
    func interval(_ statistics: [Double], share: Double = 0.95) -> ClosedRange<Double>? {
        guard rows.count > 1 else { return nil }
        let reach = StudentT.quantile((1 + share) / 2, freedom: Double(rows.count - 1)) / shrinking
        let tail = Normal.cumulative(-reach)
        let sorted = statistics.sorted()
        func at(_ p: Double) -> Double {
            let place = p * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        return at(tail)...at(1 - tail)
    }

    /// The chance of so large a difference, either way, were there none: how
    /// often the resamples fall on the other side of zero, read as the interval reads them.
    func twoSided(_ differences: [Double]) -> Double {
        guard rows.count > 1 else { return 1 }
        let below = differences.count { $0 <= 0 }
        let above = differences.count { $0 >= 0 }
        let tail = (Double(min(below, above)) + 0.5) / Double(differences.count + 1)
        guard tail < 0.5 else { return 1 }
        return StudentT.twoSided(-Normal.quantile(tail) * shrinking, freedom: Double(rows.count - 1))
    }

    private var shrinking: Double { (Double(rows.count - 1) / Double(rows.count)).squareRoot() }

    /// The spread of the resamples, which estimates the standard error.
    static func error(_ statistics: [Double]) -> Double {
        let mean = statistics.reduce(0, +) / Double(statistics.count)
        let squares = statistics.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(max(1, statistics.count - 1))).squareRoot()
    }
}
