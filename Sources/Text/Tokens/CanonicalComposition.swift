import Foundation

/// Unicode's canonical composition (NFC), in time linear in the text.
///
/// Foundation's is quadratic (1 MB of composed letters took 2 s), so it gets
/// the text in pieces, cut where no mark can reach across.
enum CanonicalComposition {
    /// Bytes after which a piece ends at the next place where it may.
    private static let pieceLength = 2048
    /// Bytes after which it ends in any case. Only tens of thousands of marks
    /// in a row get there, and they are no text.
    private static let longestPiece = 32_768

    /// The composed text.
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        // Everything below U+0300 is composed as it stands.
        guard bytes.contains(where: { $0 >= 0xCC }) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var (start, index) = (0, 0)
        while index < bytes.count {
            let scalar = DecodedScalar(bytes, at: index)
            let length = index - start
            if length >= longestPiece || (length >= pieceLength && isBoundary(scalar.value)) {
                compose(bytes[start..<index], into: &result)
                start = index
            }
            index += scalar.length
        }
        compose(bytes[start...], into: &result)
        return result
    }

    private static func compose(_ piece: ArraySlice<UInt8>, into result: inout [UInt8]) {
        // Decomposing first is not idle: composition alone leaves a Hangul
        // syllable and the final consonant after it apart (Swift 6.3), and
        // Unicode joins them.
        let text = String(decoding: piece, as: UTF8.self).decomposedStringWithCanonicalMapping
        result += text.precomposedStringWithCanonicalMapping.utf8
    }

    /// Whether nothing composes with what stands before this scalar: it is no
    /// mark, no Hangul vowel or final, and in no young script, whose vowel
    /// signs may count as letters.
    private static func isBoundary(_ value: UInt32) -> Bool {
        if value < 0x300 { return true }
        guard value < 0x1160 || value > 0x11FF, value < 0x10000 || value >= 0x1F000,
            let scalar = Unicode.Scalar(value)
        else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .unassigned: return false
        default: return true
        }
    }
}
