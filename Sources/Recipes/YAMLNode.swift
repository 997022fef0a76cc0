/// Where a piece of YAML was written.
///
/// Every node keeps its place, so that a wrong value found long after parsing
/// can still be told with its line.
public struct YAMLPlace: Sendable, Equatable {
    /// What the text was read from.
    public enum Source: Sendable, Equatable {
        /// A file, by the path it was opened with.
        case file(String)
        /// A `key=value` argument, as it was written.
        case argument(String)
    }
    /// The file or argument.
    public let source: Source
    /// The line, counted from 1; 0 where there is none.
    public let line: Int
    /// The column, counted from 1; 0 where there is none.
    public let column: Int

    /// A place in a source.
    public init(_ source: Source, line: Int = 0, column: Int = 0) {
        self.source = source
        self.line = line
        self.column = column
    }
}

/// One node of a YAML document: a scalar, a sequence or a mapping, and its place.
///
/// Scalars keep their text. What the text means is decided by who asks for it
/// (`flag`, `whole`, `number`, `text`), never guessed from its looks: `no` is a
/// string for a key that wants a string, and `5e-5` is a number for a key that
/// wants a number, whatever YAML 1.1 or 1.2 would have made of it.
public struct YAMLNode: Sendable, Equatable {
    /// The three shapes a node can have.
    public enum Content: Sendable, Equatable {
        /// Text; `quoted` when it stood in quotes or in a block.
        case scalar(String, quoted: Bool)
        /// Nodes in order.
        case sequence([YAMLNode])
        /// Entries in the order they were written; no key occurs twice.
        case mapping([YAMLEntry])
    }
    /// What the node holds.
    public let content: Content
    /// Where it was written.
    public let place: YAMLPlace

    /// A node at a place.
    public init(_ content: Content, at place: YAMLPlace) {
        self.content = content
        self.place = place
    }
}

/// One `key: value` of a mapping.
public struct YAMLEntry: Sendable, Equatable {
    /// The key's text.
    public let key: String
    /// Where the key was written.
    public let place: YAMLPlace
    /// The value.
    public let value: YAMLNode

    /// An entry whose key stands at a place.
    public init(key: String, at place: YAMLPlace, value: YAMLNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}

extension YAMLNode {
    /// The entries of a mapping, or nothing.
    public var mapping: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The nodes of a sequence, or nothing.
    public var sequence: [YAMLNode]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    /// The value under a key of a mapping, compared byte by byte, or nothing.
    public subscript(_ key: String) -> YAMLNode? {
        mapping?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Whether this is a plain `null`, `~` or nothing at all.
    public var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The scalar's text, or nothing for a sequence, a mapping or a plain null.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// The scalar as yes or no: `true false yes no on off`, in any case.
    public var flag: Bool? {
        switch text?.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// The scalar as a whole number in decimal digits that fits an `Int`.
    public var whole: Int? {
        guard let text, Self.isNumber(text, fraction: false) else { return nil }
        return Int(text)
    }

    /// The scalar as a finite decimal number: `1`, `-0.5`, `5e-5`, `1.0E+3`, `.5`.
    public var number: Double? {
        guard let text, Self.isNumber(text, fraction: true), let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// The words for the node's shape in a message: `a list`, `a mapping`, or the text itself.
    public var shape: String {
        switch content {
        case .scalar(let text, _): isNull ? "nothing" : text
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Swift's own `Double("0x1p3")` and `Double("nan")` succeed, so the digits are checked first.
    private static func isNumber(_ text: String, fraction: Bool) -> Bool {
        var rest = Array(text.utf8)[...]
        func digits() -> Int {
            let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ choices: String) -> Bool {
            guard let first = rest.first, choices.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("+-")
        var mantissa = digits()
        if fraction {
            if take(".") { mantissa += digits() }
            guard mantissa > 0 else { return false }
            if take("eE") {
                _ = take("+-")
                guard digits() > 0 else { return false }
            }
        }
        return mantissa > 0 && rest.isEmpty
    }
}
