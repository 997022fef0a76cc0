/// The block formats of GGUF as their layouts are written down: which bits of a
/// block make the number at a place. Slow, and independent of the kernels.
enum BlockFormat: CaseIterable {
    case q4_0, q4_1, q5_0, q5_1, q8_0, q4_K, q5_K, q6_K

    var elements: Int {
        switch self {
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: 32
        case .q4_K, .q5_K, .q6_K: 256
        }
    }

    var bytes: Int {
        switch self {
        case .q4_0: 2 + 16
        case .q4_1: 4 + 16
        case .q5_0: 2 + 4 + 16
        case .q5_1: 4 + 4 + 16
        case .q8_0: 2 + 32
        case .q4_K: 4 + 12 + 128
        case .q5_K: 4 + 12 + 32 + 128
        case .q6_K: 128 + 64 + 16 + 2
        }
    }

    /// Where the f16 scales of a block stand.
    var scales: [Int] {
        switch self {
        case .q4_0, .q5_0, .q8_0: [0]
        case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
        case .q6_K: [208]
        }
    }

    /// The number at place `i` of a block.
    func number(_ i: Int, of block: [UInt8]) -> Double {
        func half(_ at: Int) -> Double {
            Double(Float16(bitPattern: UInt16(block[at]) | UInt16(block[at + 1]) << 8))
        }
        /// Four bits of 32 numbers: the first 16 low, the others high.
        func nibble(_ at: Int) -> Int { Int(block[at + i % 16] >> (i < 16 ? 0 : 4)) & 15 }
        func fifth(_ at: Int) -> Int { Int(block[at + i / 8] >> (i % 8)) & 1 }
        switch self {
        case .q4_0: return Double(nibble(2) - 8) * half(0)
        case .q4_1: return Double(nibble(4)) * half(0) + half(2)
        case .q5_0: return Double(nibble(6) + 16 * fifth(2) - 16) * half(0)
        case .q5_1: return Double(nibble(8) + 16 * fifth(4)) * half(0) + half(2)
        case .q8_0: return Double(Int8(bitPattern: block[2 + i])) * half(0)
        case .q4_K, .q5_K:
            let group = i / 32
            let (scale, least) = Self.scaleAndMinimum(group, Array(block[4..<16]))
            let low = self == .q4_K ? 16 : 48
            let byte = Int(block[low + 32 * (group / 2) + i % 32])
            var value = group % 2 == 0 ? byte % 16 : byte / 16
            if self == .q5_K { value += 16 * (Int(block[16 + i % 32]) >> group & 1) }
            return half(0) * Double(scale) * Double(value) - half(2) * Double(least)
        case .q6_K:
            let (part, place) = (i / 128, i % 128)
            let byte = Int(block[64 * part + place % 64])
            let low = place < 64 ? byte % 16 : byte / 16
            let high = Int(block[128 + 32 * part + place % 32]) >> (2 * (place / 32)) & 3
            let scale = Int8(bitPattern: block[192 + 8 * part + place / 16])
            return half(208) * Double(scale) * Double(low + 16 * high - 32)
        }
    }

    /// Six bits each for group 0 … 7 out of twelve bytes: groups 0 to 3 lie in
    /// the low bits of bytes 0–3 and 4–7, whose two top bits are the top bits of
    /// groups 4 to 7; their low four bits are the nibbles of bytes 8–11.
    private static func scaleAndMinimum(_ group: Int, _ packed: [UInt8]) -> (Int, Int) {
        let bytes = packed.map(Int.init)
        if group < 4 { return (bytes[group] % 64, bytes[4 + group] % 64) }
        let low = bytes[4 + group]
        return (low % 16 + 16 * (bytes[group - 4] / 64), low / 16 + 16 * (bytes[group] / 64))
    }
}
