/// Byte strings numbered in the order of their arrival, and found again by
/// content.
///
/// Why not a dictionary of strings: Swift compares strings by canonical
/// equivalence, which merges entries that a vocabulary keeps apart, and a
/// quarter of a million small arrays load slowly. Here all bytes lie in one
/// array. The hash is seeded anew in every process, so that a file cannot be
/// made to collide.
struct ByteTable: Sendable {
    private var pool: [UInt8] = []
    private var ends: [Int] = [0]
    private var slots: [Int32]
    private var filled = 0
    private let seed = processSeed

    /// A table with room for so many entries before it has to grow.
    init(capacity: Int = 0) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        ends.reserveCapacity(capacity + 1)
    }

    /// The number of entries.
    var count: Int { ends.count - 1 }

    /// The bytes of entry `index`.
    subscript(index: Int) -> ArraySlice<UInt8> { pool[ends[index]..<ends[index + 1]] }

    /// Adds an entry. An entry that is not `found` keeps its number but is no
    /// candidate for `index(of:)`. Returns false, adding nothing, if the
    /// bytes can be found already.
    mutating func append(_ bytes: some Collection<UInt8>, found: Bool = true) -> Bool {
        let start = pool.count
        pool.append(contentsOf: bytes)
        if found {
            if (filled + 1) * 2 > slots.count { grow() }
            let slot = place(of: pool, start..<pool.count)
            guard slots[slot] < 0 else {
                pool.removeSubrange(start...)
                return false
            }
            slots[slot] = Int32(count)
            filled += 1
        }
        ends.append(pool.count)
        return true
    }

    /// The number of the entry with these bytes.
    func index(of bytes: [UInt8], _ range: Range<Int>) -> Int? {
        let index = slots[place(of: bytes, range)]
        return index < 0 ? nil : Int(index)
    }

    /// The number of the entry with these bytes.
    func index(of bytes: [UInt8]) -> Int? { index(of: bytes, 0..<bytes.count) }

    /// The slot that holds the entry with these bytes, or the free one where
    /// it would go.
    private func place(of bytes: [UInt8], _ range: Range<Int>) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash(bytes, range)) & mask
        while slots[slot] >= 0, !equals(Int(slots[slot]), bytes, range) { slot = (slot + 1) & mask }
        return slot
    }

    private func equals(_ index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = ends[index]
        guard ends[index + 1] - start == range.count else { return false }
        for offset in 0..<range.count where pool[start + offset] != bytes[range.lowerBound + offset] {
            return false
        }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = [Int32](repeating: -1, count: old.count * 2)
        for index in old where index >= 0 {
            let range = ends[Int(index)]..<ends[Int(index) + 1]
            let mask = slots.count - 1
            var slot = Int(truncatingIfNeeded: hash(pool, range)) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = index
        }
    }

    private func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        var state = seed ^ UInt64(range.count)
        var word: UInt64 = 0
        var filled: UInt64 = 0
        for index in range {
            word |= UInt64(bytes[index]) << filled
            filled += 8
            if filled == 64 {
                state = mixed(state ^ word)
                (word, filled) = (0, 0)
            }
        }
        return mixed(state ^ word)
    }
}

/// A number that differs from process to process, for hashing only.
let processSeed: UInt64 = {
    var hasher = Hasher()
    hasher.combine(0)
    return UInt64(bitPattern: Int64(hasher.finalize()))
}()

/// Spreads a word over all its bits: both halves of a 128-bit product.
@inline(__always)
func mixed(_ word: UInt64) -> UInt64 {
    let product = (word ^ processSalt).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
}

private let processSalt = processSeed.byteSwapped
