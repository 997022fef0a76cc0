/// Turns text into token ids and back.
///
/// There are two doors in. `encode(_:)` is for text somebody wrote: control
/// tokens are never recognised in it, so nobody can type a turn marker.
/// `encode(parsing:)` is for text a program wrote and trusts. Pieces that a
/// vocabulary defines verbatim without control meaning (Gemma's runs of
/// newlines, Qwen's `<think>`) are ordinary text to the model and are
/// recognised by both, as llama.cpp and Hugging Face do.
public protocol Tokenizer: Sendable {
    /// The number of ids, holes included; every id is below it.
    var vocabularySize: Int { get }

    /// The id that begins a text, where the vocabulary has one.
    var bos: Int32? { get }

    /// The id that ends a text, where the vocabulary has one.
    var eos: Int32? { get }

    /// Whether the model expects `bos` before a text. No encoder adds it.
    var addsBOS: Bool { get }

    /// Whether encoding puts a space before the text, so that decoding takes
    /// one away from its start.
    var addsSpacePrefix: Bool { get }

    /// The ids of parts that are read as one text, and for each id the index
    /// of the part in which it begins.
    ///
    /// Merges cross the seams, so this is not the same as encoding the parts
    /// one by one. It is what loss masks need.
    func encode(parts: [String]) -> (ids: [Int32], parts: [Int])

    /// The ids of a text in which control tokens are recognised too.
    func encode(parsing text: String) -> [Int32]

    /// The bytes a token adds to the text; none for control tokens and for
    /// ids outside the vocabulary.
    func bytes(of id: Int32) -> [UInt8]

    /// The token as the vocabulary spells it, for people.
    func piece(_ id: Int32) -> String

    /// The id of a piece, spelled as the vocabulary spells it, compared byte
    /// by byte.
    func id(of piece: String) -> Int32?

    /// Whether the token steers the model and adds nothing to the text.
    func isControl(_ id: Int32) -> Bool
}

extension Tokenizer {
    /// The ids of a text somebody wrote; control tokens in it stay text, and
    /// no BOS is added.
    public func encode(_ text: String) -> [Int32] { encode(parts: [text]).ids }

    /// The text of the ids, control tokens left out; bytes that are not UTF-8
    /// become U+FFFD.
    public func decode(_ ids: [Int32]) -> String {
        var bytes: [UInt8] = []
        for id in ids { bytes += self.bytes(of: id) }
        let strips = addsSpacePrefix && bytes.first == UInt8(ascii: " ")
        return String(decoding: strips ? bytes[1...] : bytes[...], as: UTF8.self)
    }
}
