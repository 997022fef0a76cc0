/// Random numbers that are a pure function of where they are used.
///
/// SplitMix64 over a seed and a position: no state to save, and the same answer
/// alone, in a crowd and after a restart.
public enum CounterRandom {
    /// 64 well-mixed bits for a seed and a position.
    public static func bits(seed: UInt64, position: UInt64) -> UInt64 {
        var z = seed &+ (position &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 up to but not 1.
    public static func uniform(seed: UInt64, position: UInt64) -> Double {
        Double(bits(seed: seed, position: position) >> 11) * 0x1p-53
    }

    /// One number made of two, for keys that have parts.
    public static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 { bits(seed: a, position: b) }
}
