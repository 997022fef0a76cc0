/// Which two neighbouring symbols join, how early, and into what.
struct MergeTable: Sendable {
    /// What two symbols become; a lower rank joins first.
    struct Merge {
        let rank: UInt32
        let id: Int32
    }

    private var keys: [UInt64]
    private var values: [UInt64]
    private(set) var count = 0

    private static let free = UInt64.max

    /// A table with room for so many merges before it has to grow.
    init(capacity: Int = 0) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        keys = [UInt64](repeating: Self.free, count: size)
        values = [UInt64](repeating: 0, count: size)
    }

    /// Adds a merge with the next rank; a pair that is there keeps its rank.
    mutating func append(_ left: Int32, _ right: Int32, into id: Int32) {
        if (count + 1) * 2 > keys.count { grow() }
        let slot = place(of: Self.key(left, right))
        if keys[slot] == Self.free {
            keys[slot] = Self.key(left, right)
            values[slot] = UInt64(count) << 32 | UInt64(UInt32(bitPattern: id))
        }
        count += 1
    }

    /// Leaves the next rank out.
    mutating func skip() { count += 1 }

    /// The merge of two symbols, if they have one.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        let slot = place(of: Self.key(left, right))
        guard keys[slot] != Self.free else { return nil }
        let value = values[slot]
        return Merge(
            rank: UInt32(truncatingIfNeeded: value >> 32),
            id: Int32(bitPattern: UInt32(truncatingIfNeeded: value)))
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: mixed(key)) & mask
        while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = [UInt64](repeating: Self.free, count: oldKeys.count * 2)
        values = [UInt64](repeating: 0, count: oldKeys.count * 2)
        for (key, value) in zip(oldKeys, oldValues) where key != Self.free {
            let slot = place(of: key)
            keys[slot] = key
            values[slot] = value
        }
    }
}
