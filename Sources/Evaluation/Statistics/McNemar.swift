/// McNemar's test: two systems, right or wrong on the same items.
///
/// Only items on which they differ speak. Were the systems equally good, each
/// such item would be a coin's toss, so the chance of so lopsided a split is
/// binomial and needs no approximation. The exact p-value is conservative; the
/// mid-p, which counts half of the observed split's own chance, keeps the level
/// close to the nominal one, and it is the one a verdict rests on.
struct McNemar: Sendable, Equatable {
    /// Items the second got right and the first wrong.
    let gained: Int
    /// Items the first got right and the second wrong.
    let lost: Int

    init(gained: Int, lost: Int) {
        precondition(gained >= 0 && lost >= 0)
        self.gained = gained
        self.lost = lost
    }

    init(_ before: [Bool], _ after: [Bool]) {
        precondition(before.count == after.count)
        self.init(
            gained: zip(before, after).count { !$0 && $1 },
            lost: zip(before, after).count { $0 && !$1 })
    }

    var exact: Double { Self.exact(min(gained, lost), of: gained + lost) }

    var middle: Double { Self.middle(min(gained, lost), of: gained + lost) }

    private static func exact(_ fewer: Int, of discordant: Int) -> Double {
        min(1, 2 * Binomial(trials: discordant, chance: 0.5).cumulative(fewer))
    }

    private static func middle(_ fewer: Int, of discordant: Int) -> Double {
        let coin = Binomial(trials: discordant, chance: 0.5)
        // An even split is the least lopsided there is.
        if 2 * fewer == discordant { return 1 }
        return min(1, 2 * coin.cumulative(fewer) - coin.mass(fewer))
    }

    /// The chance that the test with mid-p shows a difference at the level, for
    /// so many items of which these shares are gained and lost.
    static func power(items: Int, gained: Double, lost: Double, level: Double = 0.05) -> Double {
        precondition(items > 0 && gained >= 0 && lost >= 0 && gained + lost <= 1)
        guard gained + lost > 0 else { return 0 }
        let discordant = Binomial(trials: items, chance: gained + lost)
        return (1...items).reduce(0) { power, split in
            let weight = discordant.mass(split)
            guard weight > 1e-12 else { return power }
            // The most lopsided splits are rejected; the last rejected one bounds both sides.
            guard let edge = (0...(split / 2)).last(where: { middle($0, of: split) <= level })
            else { return power }
            let gains = Binomial(trials: split, chance: gained / (gained + lost))
            return power + weight * (gains.cumulative(edge) + 1 - gains.cumulative(split - edge - 1))
        }
    }
}
