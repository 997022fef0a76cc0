/// Memory that one thread uses for the length of one call.
///
/// It grows to the largest call and stays: what is in it is of no interest.
final class Scratch {
    private var storage = Storage(byteCount: 64)

    /// Room for some numbers, which hold whatever was there before.
    func numbers(_ count: Int) -> UnsafeMutablePointer<Float> {
        if storage.byteCount < count * 4 { storage = Storage(byteCount: count * 5) }
        return storage.base.assumingMemoryBound(to: Float.self)
    }

    /// Room for some words, likewise.
    func words(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(numbers(count)).assumingMemoryBound(to: UInt32.self)
    }
}
