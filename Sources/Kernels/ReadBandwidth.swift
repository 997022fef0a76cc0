import CKernels

/// How fast this machine reads memory: the limit of writing one token after the other.
///
/// Its memory stays between measurements, because a machine's neighbours change the figure
/// within seconds: what is to be compared with it is measured between two of them.
public struct ReadBandwidth {
    private static let bytes = 256 << 20
    private let storage = Storage(byteCount: bytes)

    /// Takes memory that no cache holds.
    public init() {
        // A page that was never written is no memory of its own.
        storage.base.initializeMemory(as: UInt8.self, repeating: 1, count: Self.bytes)
    }

    /// Bytes a second that all workers together read: the best of some passes.
    public func measure(_ workers: Workers, passes: Int = 3) -> Double {
        let bytes = Self.bytes
        let words = storage.base.assumingMemoryBound(to: UInt64.self)
        let share = bytes / 8 / workers.count / 32 * 32
        let sums = Matrix(workers.count, 16)
        let clock = ContinuousClock()
        let best = (0..<passes).map { _ in
            let start = clock.now
            workers.run(parts: workers.count) { part in
                let sum = Kernel.table.pointee.sum_of_words(words + part * share, share)
                sums[part, 0] = Float(sum & 1)
            }
            return (clock.now - start) / .seconds(1)
        }.min()
        return Double(share * workers.count * 8) / (best ?? .infinity)
    }
}
