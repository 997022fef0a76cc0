/// Random numbers that are a pure function of a seed and two counters.
///
/// There is no state to save or to share: the same seed, round and draw give the
/// same number whatever was drawn before and on whichever thread.
struct CounterRandom: Sendable {
    let seed: UInt64

    init(seed: UInt64) { self.seed = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) }

    func bits(_ round: Int, _ draw: Int) -> UInt64 {
        let row = Self.mixed(seed ^ UInt64(bitPattern: Int64(round)))
        return Self.mixed(row &+ UInt64(bitPattern: Int64(draw)) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A whole number from 0 up to but without the bound, which is positive.
    func below(_ bound: Int, _ round: Int, _ draw: Int) -> Int {
        Int(bits(round, draw).multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number from 0 up to but without 1.
    func unit(_ round: Int, _ draw: Int) -> Double {
        Double(bits(round, draw) >> 11) * 0x1p-53
    }

    /// The finaliser of SplitMix64: every input bit reaches every output bit.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
