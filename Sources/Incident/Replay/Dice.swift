import Foundation

/// Numbers that look random and are a pure function of a seed: SplitMix64.
struct Dice: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A die of its own for a part of a thing, so that parts do not shift each other.
    init(seed: UInt64, part: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 to 1, without 1.
    mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + share() * (range.upperBound - range.lowerBound)
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[Int(next() % UInt64(list.count))] }

    mutating func chance(_ share: Double) -> Bool { self.share() < share }

    /// Of the normal distribution.
    mutating func bell() -> Double {
        let radius = (-2 * log(max(share(), 1e-300))).squareRoot()
        return radius * cos(2 * .pi * share())
    }
}
