import Generation

/// A regular expression of a schema, as far as every reader of schemas agrees on it.
///
/// Literals, `.`, classes, `\d \w \s`, groups, alternatives, counts, and `^` and `$`
/// at the ends of an alternative. Where dialects differ on which characters a class
/// has, the ones all of them agree on are taken: an answer must match for everyone.
indirect enum TextPattern: Equatable {
    case one(CodePoints)
    case sequence([TextPattern])
    case choice([TextPattern])
    case repeated(TextPattern, atLeast: Int, atMost: Int?)

    /// The fewest characters of a match.
    var shortest: Int {
        switch self {
        case .one: 1
        case .sequence(let parts): parts.reduce(0) { $0 + $1.shortest }
        case .choice(let parts): parts.map(\.shortest).min() ?? 0
        case .repeated(let part, let atLeast, _): part.shortest * atLeast
        }
    }

    /// The most characters of a match, where there is a most.
    var longest: Int? {
        switch self {
        case .one: return 1
        case .sequence(let parts), .choice(let parts):
            var most = 0
            for part in parts {
                guard let length = part.longest else { return nil }
                if case .sequence = self { most += length } else { most = max(most, length) }
            }
            return most
        case .repeated(let part, _, let atMost):
            guard let atMost, let length = part.longest else { return nil }
            return length * atMost
        }
    }

    /// The matches as they stand inside a JSON string.
    var bytes: BytePattern {
        switch self {
        case .one(let points): points == .all ? JSONPattern.character : points.inString
        case .sequence(let parts): .sequence(parts.map(\.bytes))
        case .choice(let parts): .choice(parts.map(\.bytes))
        case .repeated(let part, let atLeast, let atMost):
            .repeated(part.bytes, atLeast: atLeast, atMost: atMost)
        }
    }

    /// The same with so many characters at least and at most; nothing where that
    /// cannot be seen from the pattern.
    func limited(from low: Int, to high: Int?) -> TextPattern? {
        if shortest >= low, high == nil || (longest.map { $0 <= high ?? .max } ?? false) { return self }
        // One part that repeats a character takes up all the freedom.
        guard case .sequence(var parts) = self else {
            return TextPattern.sequence([self]).limited(from: low, to: high)
        }
        let loose = parts.indices.filter { parts[$0].longest != parts[$0].shortest }
        guard loose.count == 1, case .repeated(.one(let points), let atLeast, let atMost) = parts[loose[0]]
        else {
            return nil
        }
        let fixed = shortest - parts[loose[0]].shortest
        let from = max(atLeast, low - fixed)
        let to = [atMost, high.map { $0 - fixed }].compactMap { $0 }.min()
        if let to, to < from { return nil }
        parts[loose[0]] = .repeated(.one(points), atLeast: from, atMost: to)
        return .sequence(parts)
    }
}

/// Reads a regular expression.
struct TextPatternReader {
    private var rest: Substring.UnicodeScalarView
    private var depth = 0
    private static let mostRepeats = 4096

    /// The pattern of a whole string that has a match somewhere in it; nothing where
    /// it says something that is not in our subset.
    static func read(_ text: String) -> TextPattern? {
        guard text.utf8.count <= 4096 else { return nil }
        var reader = TextPatternReader(rest: Substring(text).unicodeScalars)
        guard let pattern = reader.alternatives(isWhole: true), reader.rest.isEmpty else { return nil }
        return pattern
    }

    private init(rest: Substring.UnicodeScalarView) { self.rest = rest }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func alternatives(isWhole: Bool) -> TextPattern? {
        depth += 1
        defer { depth -= 1 }
        if depth > 16 { return nil }
        var ways: [TextPattern] = []
        repeat {
            let any = TextPattern.repeated(.one(.all), atLeast: 0, atMost: nil)
            let begins = isWhole && take("^")
            guard var parts = sequence() else { return nil }
            let ends = isWhole && take("$")
            if isWhole, !begins { parts.insert(any, at: 0) }
            if isWhole, !ends { parts.append(any) }
            ways.append(.sequence(parts))
        } while take("|")
        return ways.count == 1 ? ways[0] : .choice(ways)
    }

    private mutating func sequence() -> [TextPattern]? {
        var parts: [TextPattern] = []
        while let next = rest.first, next != "|", next != ")", next != "$" {
            guard let atom = atom(), let part = counted(atom) else { return nil }
            parts.append(part)
        }
        return parts
    }

    private mutating func counted(_ atom: TextPattern) -> TextPattern? {
        var pattern = atom
        if take("*") {
            pattern = .repeated(atom, atLeast: 0, atMost: nil)
        } else if take("+") {
            pattern = .repeated(atom, atLeast: 1, atMost: nil)
        } else if take("?") {
            pattern = .repeated(atom, atLeast: 0, atMost: 1)
        } else if rest.first == "{" {
            rest.removeFirst()
            guard let low = number() else { return nil }
            var high: Int? = low
            if take(",") { high = number() }
            guard take("}"), low <= Self.mostRepeats, high ?? low <= Self.mostRepeats, high ?? low >= low
            else {
                return nil
            }
            pattern = .repeated(atom, atLeast: low, atMost: high)
        } else {
            return atom
        }
        // Counting what may be nothing, or counts within counts, has no end of states.
        guard atom.shortest > 0, !atom.counts else { return nil }
        _ = take("?")
        return rest.first.map { "*+?{".unicodeScalars.contains($0) } == true ? nil : pattern
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard (1...6).contains(digits.count), let value = Int(String(digits)) else { return nil }
        rest.removeFirst(digits.count)
        return value
    }

    private mutating func atom() -> TextPattern? {
        let next = rest.removeFirst()
        switch next {
        case "(":
            if take("?"), !take(":") { return nil }
            guard let inner = alternatives(isWhole: false), take(")") else { return nil }
            return inner
        case "[": return set().map(TextPattern.one)
        case ".": return .one(CodePoints.all.without(CodePoints("\n\r\u{2028}\u{2029}")))
        case "\\": return escape()?.points.map(TextPattern.one)
        case "*", "+", "?", "{", "}", "]", "^", "$": return nil
        default: return .one(CodePoints([next.value...next.value]))
        }
    }

    /// What follows a backslash: a character, or a class of them.
    private struct Escape {
        var points: CodePoints?
        var isClass = false
    }

    private static let digits = CodePoints([48...57])
    private static let letters = CodePoints([48...57, 65...90, 95...95, 97...122])
    private static let blanks = CodePoints(" \t\n\r\u{0B}\u{0C}")
    private static let visible = CodePoints([0x20...0x7E])

    private mutating func escape() -> Escape? {
        guard let next = rest.popFirst() else { return nil }
        switch next {
        case "d": return Escape(points: Self.digits, isClass: true)
        case "D": return Escape(points: Self.visible.without(Self.digits), isClass: true)
        case "w": return Escape(points: Self.letters, isClass: true)
        case "W": return Escape(points: Self.visible.without(Self.letters), isClass: true)
        case "s": return Escape(points: Self.blanks, isClass: true)
        case "S": return Escape(points: Self.visible.without(Self.blanks), isClass: true)
        case "n": return Escape(points: CodePoints("\n"))
        case "r": return Escape(points: CodePoints("\r"))
        case "t": return Escape(points: CodePoints("\t"))
        case "f": return Escape(points: CodePoints("\u{0C}"))
        case "v": return Escape(points: CodePoints("\u{0B}"))
        case "x", "u":
            let count = next == "x" ? 2 : 4
            let digits = String(rest.prefix(count))
            guard digits.utf8.count == count, let value = UInt32(digits, radix: 16),
                Unicode.Scalar(value) != nil
            else { return nil }
            rest.removeFirst(count)
            return Escape(points: CodePoints([value...value]))
        default:
            // A letter or digit we do not know may mean anything; punctuation means itself.
            guard next.isASCII, !next.properties.isAlphabetic, !("0"..."9").contains(next) else { return nil }
            return Escape(points: CodePoints([next.value...next.value]))
        }
    }

    private mutating func set() -> CodePoints? {
        let isNegated = take("^")
        var points = CodePoints([])
        var hasClass = false
        while !take("]") {
            guard let first = member() else { return nil }
            hasClass = hasClass || first.isClass
            guard let found = first.points else { return nil }
            let isRange = rest.first == "-" && rest.dropFirst().first != "]"
            guard isRange else {
                points = points.union(found)
                continue
            }
            rest.removeFirst()
            guard let last = member(), !first.isClass, !last.isClass,
                let low = found.ranges.first?.lowerBound,
                let high = last.points?.ranges.first?.lowerBound, low <= high
            else { return nil }
            points = points.union(CodePoints([low...high]))
        }
        let set = isNegated ? (hasClass ? Self.visible : .all).without(points) : points
        return set.ranges.isEmpty ? nil : set
    }

    private mutating func member() -> Escape? {
        guard let next = rest.popFirst(), next != "[" else { return nil }
        return next == "\\" ? escape() : Escape(points: CodePoints([next.value...next.value]))
    }
}

extension TextPattern {
    /// Whether something in it is counted far.
    fileprivate var counts: Bool {
        switch self {
        case .one: false
        case .sequence(let parts), .choice(let parts): parts.contains(where: \.counts)
        case .repeated(let part, let atLeast, let atMost): max(atLeast, atMost ?? 0) > 8 || part.counts
        }
    }
}
