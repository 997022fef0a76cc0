/// What stands for the tokenizer of a model that has none: it knows how many
/// ids there are, and nothing of what they say.
///
/// Requests of ids alone need no more. To ask it for a text's ids is a
/// programmer error: whoever may be asked for texts opens the model with
/// `TextModel.load`, which refuses a model without a tokenizer.
struct NoTokenizer: Tokenizer {
    let vocabularySize: Int

    var bos: Int32? { nil }
    var eos: Int32? { nil }
    var addsBOS: Bool { false }
    var addsSpacePrefix: Bool { false }

    func encode(parts: [String]) -> (ids: [Int32], parts: [Int]) {
        preconditionFailure("a model without a tokenizer was given a text")
    }

    func encode(parsing text: String) -> [Int32] {
        preconditionFailure("a model without a tokenizer was given a text")
    }

    func bytes(of id: Int32) -> [UInt8] { [] }
    func piece(_ id: Int32) -> String { String(id) }
    func id(of piece: String) -> Int32? { nil }
    func isControl(_ id: Int32) -> Bool { false }
}
