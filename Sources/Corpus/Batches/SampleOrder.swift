/// The order of examples, as a pure function of seed and epoch.
///
/// Why pure: to resume, a step number is all that has to be remembered.
public struct SampleOrder: Sendable, Equatable {
    /// What all orders are a function of.
    public let seed: UInt64

    /// The orders of a seed.
    public init(seed: UInt64) { self.seed = seed }

    /// The numbers below `count`, shuffled for an epoch.
    ///
    /// `stream` gives several independent orders to one epoch.
    public func permutation(of count: Int, epoch: Int, stream: Int = 0) -> [Int] {
        let draws = CounterDraws(
            seed: seed, UInt64(truncatingIfNeeded: epoch), UInt64(truncatingIfNeeded: stream))
        var order = Array(0..<count)
        // Fisher and Yates, from the end.
        for at in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(at, draws.below(at + 1, at: at))
        }
        return order
    }
}
