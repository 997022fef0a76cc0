/// Why a text is not YAML that Hearth reads, and where.
public struct YAMLError: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Problem: Sendable, Equatable {
        /// The text is longer than the limit.
        case tooLong(bytes: Int, limit: Int)
        /// The text is not UTF-8, or begins with a byte order mark.
        case notUTF8
        /// There is no document in the text.
        case empty
        /// A second document follows the first.
        case secondDocument
        /// libyaml cannot read it; its own few words say why.
        case syntax(String)
        /// An anchor or an alias: they let a short text stand for a huge one.
        case anchor
        /// A tag such as `!!python/object`.
        case tag(String)
        /// Lists and mappings nested deeper than the limit.
        case tooDeep(limit: Int)
        /// More nodes than the limit.
        case tooMany(limit: Int)
        /// A mapping's key that is itself a list or a mapping.
        case keyIsNotText
        /// A key that the same mapping has already.
        case duplicateKey(String, firstLine: Int)
    }
    /// What is wrong.
    public let problem: Problem
    /// Where it was found.
    public let place: YAMLPlace

    /// A problem at a place.
    public init(_ problem: Problem, at place: YAMLPlace) {
        self.problem = problem
        self.place = place
    }
}

/// How large a YAML text may be.
///
/// A recipe has some dozens of lines; the limits only keep a hostile one from
/// costing more than its own size.
public struct YAMLLimits: Sendable {
    /// The most bytes.
    public var bytes = 1 << 20
    /// The deepest nesting of lists and mappings.
    public var depth = 32
    /// The most scalars, lists and mappings together.
    public var nodes = 100_000

    /// The limits a recipe is read with.
    public init() {}
}
