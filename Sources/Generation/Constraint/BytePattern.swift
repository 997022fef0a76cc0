/// What some bytes must look like.
///
/// A regular expression over bytes that may also call rules by number, which may
/// call themselves: together they are a grammar.
public indirect enum BytePattern: Sendable {
    /// Exactly these bytes.
    case bytes([UInt8])
    /// One byte of a set.
    case one(ByteSet)
    /// One of these byte strings; a dictionary's worth of them costs no more than one.
    case words([[UInt8]])
    /// One after the other.
    case sequence([BytePattern])
    /// Any of them.
    case choice([BytePattern])
    /// So many in a row; without `atMost`, any number from there on.
    case repeated(BytePattern, atLeast: Int, atMost: Int?)
    /// What the rule of that number says.
    case rule(Int)

    /// The bytes of a text.
    public static func text(_ text: String) -> BytePattern { .bytes(Array(text.utf8)) }

    /// The pattern, or nothing at all.
    public static func optional(_ pattern: BytePattern) -> BytePattern {
        .repeated(pattern, atLeast: 0, atMost: 1)
    }

    /// Whether no byte at all can be a match; rules never are.
    public var isNullable: Bool {
        switch self {
        case .bytes(let bytes): bytes.isEmpty
        case .one, .rule: false
        case .words(let words): words.contains(where: \.isEmpty)
        case .sequence(let parts): parts.allSatisfy(\.isNullable)
        case .choice(let parts): parts.contains(where: \.isNullable)
        case .repeated(let part, let atLeast, _): atLeast == 0 || part.isNullable
        }
    }
}
