/// The keys seen so far in one object, as eight bytes a key.
///
/// A slot holds half a hash and where the key stands in the text; keys whose half
/// hashes agree are compared in the text itself. The hash is seeded anew in every
/// process, so a file cannot be made to collide.
///
/// Why not a `Set<String>`: a vocabulary has hundreds of thousands of keys, and a
/// hostile text could have millions; this stays below the size of the text.
struct JSONKeys {
    /// Members allowed in one object.
    static let limit = 1 << 20

    private var slots: [UInt64] = []
    private var used = 0

    mutating func removeAll() {
        used = 0
        // A table that grew once is given back, not cleared for every small object.
        if slots.count > 64 { slots = [] } else { for i in slots.indices { slots[i] = 0 } }
    }

    var count: Int { used }

    /// Adds a key; `false` when it was there already.
    ///
    /// - Parameter same: whether the key at an earlier place in the text is this one.
    mutating func insert(hash: Int, offset: Int, same: (Int) -> Bool) -> Bool {
        if used * 4 >= slots.count * 3 { grow() }
        let tag = UInt64(truncatingIfNeeded: hash) & 0xffff_ffff_0000_0000
        var slot = place(tag)
        while slots[slot] != 0 {
            let entry = slots[slot]
            if entry & 0xffff_ffff_0000_0000 == tag, same(Int(entry & 0xffff_ffff) - 1) { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = tag | UInt64(offset + 1)
        used += 1
        return true
    }

    private func place(_ tag: UInt64) -> Int { Int(tag >> 32) & (slots.count - 1) }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(16, old.count * 2))
        for entry in old where entry != 0 {
            var slot = place(entry & 0xffff_ffff_0000_0000)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = entry
        }
    }
}
