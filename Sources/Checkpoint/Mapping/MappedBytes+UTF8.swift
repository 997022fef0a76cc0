extension MappedBytes {
    /// The length of the well-formed UTF-8 character at an index, or nothing.
    ///
    /// Overlong forms, surrogates and values beyond U+10FFFF are not well formed
    /// (the table of RFC 3629).
    func lengthOfUTF8Character(at index: Int) -> Int? {
        func follows(_ distance: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xbf) -> Bool {
            index + distance < count && self[index + distance] >= low && self[index + distance] <= high
        }
        switch self[index] {
        case 0x00...0x7f: return 1
        case 0xc2...0xdf: return follows(1) ? 2 : nil
        case 0xe0: return follows(1, 0xa0) && follows(2) ? 3 : nil
        case 0xed: return follows(1, 0x80, 0x9f) && follows(2) ? 3 : nil
        case 0xe1...0xef: return follows(1) && follows(2) ? 3 : nil
        case 0xf0: return follows(1, 0x90) && follows(2) && follows(3) ? 4 : nil
        case 0xf1...0xf3: return follows(1) && follows(2) && follows(3) ? 4 : nil
        case 0xf4: return follows(1, 0x80, 0x8f) && follows(2) && follows(3) ? 4 : nil
        default: return nil
        }
    }

    /// Whether all of it is UTF-8.
    var isUTF8: Bool {
        var index = 0
        while index < count {
            guard let length = lengthOfUTF8Character(at: index) else { return false }
            index += length
        }
        return true
    }

    /// The text, or nothing where it is not UTF-8.
    public var text: String? {
        guard isUTF8 else { return nil }
        return withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
