/// Random numbers as a function of a key and a counter: no state, so any can be had at any time.
///
/// SplitMix64's finaliser over the counter. It decides orders, not secrets.
struct CounterDraws: Sendable {
    private let key: UInt64

    /// The draws of a seed for one purpose, each word of which gives other numbers.
    init(seed: UInt64, _ purpose: UInt64...) {
        key = purpose.reduce(Self.mix(seed)) { Self.mix($0 &+ Self.mix($1 &+ 1)) }
    }

    /// A number below `bound`, every one equally likely.
    func below(_ bound: Int, at counter: Int) -> Int {
        precondition(bound > 0)
        let bound = UInt64(bound)
        let own = Self.mix(key ^ Self.mix(UInt64(counter) &+ 1))
        // Lemire's product: the few low halves that would favour some numbers are drawn again.
        let unfair = (0 &- bound) % bound
        var attempt: UInt64 = 0
        while true {
            let product = Self.mix(own &+ attempt).multipliedFullWidth(by: bound)
            if product.low >= unfair { return Int(product.high) }
            attempt += 1
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
