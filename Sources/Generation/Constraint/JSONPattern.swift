/// The parts of JSON as patterns of bytes.
///
/// Contract: what they match is JSON, written without blanks except one that may
/// follow a colon or a comma. Why no more: a small model that may write blanks
/// writes them without end.
public enum JSONPattern {
    /// `,` between members or elements.
    public static let comma = BytePattern.sequence([.text(","), .optional(.text(" "))])
    /// `:` after a key.
    public static let colon = BytePattern.sequence([.text(":"), .optional(.text(" "))])
    /// `"`.
    public static let quote = BytePattern.text("\"")
    /// `true` or `false`.
    public static let bool = BytePattern.words([Array("true".utf8), Array("false".utf8)])
    /// `null`.
    public static let null = BytePattern.text("null")

    /// One character inside a string, raw or escaped; never half of a surrogate pair.
    public static let character: BytePattern = {
        let hex = ByteSet(Array("0123456789abcdefABCDEF".utf8))
        let notD = ByteSet(Array("0123456789abcefABCEF".utf8))
        let plain = BytePattern.sequence([.one(notD), .one(hex), .one(hex), .one(hex)])
        let belowSurrogates = BytePattern.sequence([
            .one(ByteSet(Array("dD".utf8))), .one(ByteSet(Array("01234567".utf8))), .one(hex), .one(hex),
        ])
        return .choice([
            CodePoints.all.without(CodePoints.escaped).utf8,
            .sequence([
                .text("\\"),
                .choice([
                    .one(ByteSet(Array("\"\\/bfnrt".utf8))),
                    .sequence([.text("u"), .choice([plain, belowSurrogates])]),
                ]),
            ]),
        ])
    }()
}

/// A set of Unicode code points, as ranges in ascending order; never a surrogate.
public struct CodePoints: Equatable, Sendable {
    /// The ranges, apart from one another.
    public private(set) var ranges: [ClosedRange<UInt32>]

    /// The code points of some ranges, whatever their order.
    public init(_ ranges: [ClosedRange<UInt32>]) {
        var kept: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = kept.last, range.lowerBound <= last.upperBound &+ 1 {
                kept[kept.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                kept.append(range)
            }
        }
        self.ranges = kept
    }

    /// The code points of a text.
    public init(_ text: String) { self.init(text.unicodeScalars.map { $0.value...$0.value }) }

    /// Every character there is.
    public static let all = CodePoints([0...0xD7FF, 0xE000...0x10FFFF])
    /// What JSON does not allow inside a string as it is.
    public static let escaped = CodePoints([0...0x1F, 0x22...0x22, 0x5C...0x5C])

    /// Those of both.
    public func union(_ other: CodePoints) -> CodePoints { CodePoints(ranges + other.ranges) }

    /// Those that are not in the other.
    public func without(_ other: CodePoints) -> CodePoints {
        var left = ranges
        for hole in other.ranges {
            left = left.flatMap { range -> [ClosedRange<UInt32>] in
                guard range.overlaps(hole) else { return [range] }
                var parts: [ClosedRange<UInt32>] = []
                if range.lowerBound < hole.lowerBound { parts.append(range.lowerBound...hole.lowerBound - 1) }
                if range.upperBound > hole.upperBound { parts.append(hole.upperBound + 1...range.upperBound) }
                return parts
            }
        }
        return CodePoints(left)
    }

    /// One of them, as it stands inside a JSON string.
    public var inString: BytePattern {
        var ways = [without(Self.escaped).utf8]
        let short: [(UInt32, String)] = [
            (0x22, "\\\""), (0x5C, "\\\\"), (0x0A, "\\n"), (0x0D, "\\r"), (0x09, "\\t"), (0x08, "\\b"),
            (0x0C, "\\f"),
        ]
        for (point, escape) in short where ranges.contains(where: { $0.contains(point) }) {
            ways.append(.text(escape))
        }
        return .choice(ways)
    }

    /// One of them, as UTF-8.
    public var utf8: BytePattern {
        let lengths: [ClosedRange<UInt32>] = [0...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x1_0000...0x10_FFFF]
        var ways: [BytePattern] = []
        for range in without(CodePoints([0xD800...0xDFFF])).ranges {
            for length in lengths where length.overlaps(range) {
                let part = range.clamped(to: length)
                ways += Self.ways(Self.encoded(part.lowerBound)[...], Self.encoded(part.upperBound)[...])
            }
        }
        return .choice(ways)
    }

    private static func encoded(_ point: UInt32) -> [UInt8] {
        Unicode.Scalar(point).map { Array(String($0).utf8) } ?? []
    }

    /// All byte strings between two of one length, as few patterns.
    private static func ways(_ low: ArraySlice<UInt8>, _ high: ArraySlice<UInt8>) -> [BytePattern] {
        guard let first = low.first, let last = high.first else { return [] }
        let (lowRest, highRest) = (low.dropFirst(), high.dropFirst())
        if lowRest.isEmpty { return [.one(ByteSet(first...last))] }
        if first == last {
            return [.sequence([.bytes([first]), .choice(ways(lowRest, highRest))])]
        }
        var parts: [BytePattern] = []
        var middle = (Int(first), Int(last))
        let (lowest, highest) = (lowRest.map { _ in UInt8(0x80) }, lowRest.map { _ in UInt8(0xBF) })
        if Array(lowRest) != lowest {
            parts.append(.sequence([.bytes([first]), .choice(ways(lowRest, highest[...]))]))
            middle.0 += 1
        }
        if Array(highRest) != highest {
            parts.append(.sequence([.bytes([last]), .choice(ways(lowest[...], highRest))]))
            middle.1 -= 1
        }
        if middle.0 <= middle.1 {
            let rest = lowRest.map { _ in BytePattern.one(ByteSet(0x80...0xBF)) }
            parts.append(.sequence([.one(ByteSet(UInt8(middle.0)...UInt8(middle.1)))] + rest))
        }
        return parts
    }
}
