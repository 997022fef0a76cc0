import Checkpoint

extension Scenario {
    /// So many scenarios, every cause in turn, as a pure function of the seed.
    ///
    /// A third have three days of history, a fifth a way back that stalls; two to five red
    /// herrings each. Settings are tuned on one seed and measured on others.
    public static func generated(_ count: Int, seed: UInt64) -> [Scenario] {
        var dice = Dice(seed: seed, part: "scenarios")
        let causes = Cause.allCases
        return (0..<count).map { number in
            let cause = causes[number % causes.count]
            return Scenario(
                name: "\(cause.rawValue)-\(number / causes.count + 1)", seed: dice.next() >> 16, cause: cause,
                days: dice.chance(1 / 3) ? 3.2 : 0.4, herrings: dice.whole(2...5), stalls: dice.chance(0.2))
        }
    }

    /// The line of a file this scenario is.
    public var json: JSON {
        .object([
            "name": .string(name), "seed": .integer(Int64(seed)), "cause": .string(cause.rawValue),
            "days": .number(days), "herrings": .integer(Int64(herrings)), "stalls": .bool(stalls),
        ])
    }
}
