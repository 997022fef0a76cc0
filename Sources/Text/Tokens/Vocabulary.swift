/// The tokens of a model by number: the bytes each one adds, and its kind.
struct Vocabulary: Sendable {
    /// What a token is for; the numbers are the ones SentencePiece models and
    /// GGUF files use.
    enum Kind: UInt8, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    private var table: ByteTable
    private(set) var kinds: [Kind] = []

    /// An empty vocabulary with room for so many tokens.
    init(capacity: Int = 0) {
        table = ByteTable(capacity: capacity)
        kinds.reserveCapacity(capacity)
    }

    var count: Int { kinds.count }

    /// Gives the next number to a token. Returns false, adding nothing, if a
    /// token with these bytes can be found already.
    mutating func append(_ bytes: some Collection<UInt8>, _ kind: Kind, found: Bool = true) -> Bool {
        guard table.append(bytes, found: found) else { return false }
        kinds.append(kind)
        return true
    }

    /// Whether the id has a token.
    func contains(_ id: Int32) -> Bool { id >= 0 && Int(id) < count }

    /// The kind of a token; ids outside are unused.
    func kind(_ id: Int32) -> Kind { contains(id) ? kinds[Int(id)] : .unused }

    /// Changes the kind of a token that is there.
    mutating func setKind(_ kind: Kind, of id: Int32) { kinds[Int(id)] = kind }

    /// The bytes of a token; none for ids outside.
    func bytes(_ id: Int32) -> ArraySlice<UInt8> { contains(id) ? table[Int(id)] : [] }

    /// The number of the token with these bytes.
    func id(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { table.index(of: bytes, range).map(Int32.init) }

    /// The number of the token with these bytes.
    func id(_ bytes: [UInt8]) -> Int32? { id(bytes, 0..<bytes.count) }
}
