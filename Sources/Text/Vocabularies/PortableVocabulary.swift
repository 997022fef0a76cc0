import Checkpoint

/// A model's vocabulary on its way from one kind of file to another.
///
/// A GGUF keeps it in its metadata, a Hugging Face folder in `tokenizer.json` or
/// `tokenizer.model`; this is what both say. Pieces are spelled as a GGUF spells
/// them.
public struct PortableVocabulary: Sendable {
    /// How text becomes pieces.
    enum Kind: Sendable {
        /// Pairs of byte pieces are joined in the order of a list.
        case bytePair(merges: [Merge], preTokenizer: String)
        /// Pairs of character pieces are joined, the best score first.
        case sentencePiece(scores: [Float])
    }

    /// The two sides of a join.
    struct Merge: Sendable, Equatable {
        var left: [UInt8]
        var right: [UInt8]
    }

    var kind: Kind
    var pieces: [[UInt8]]
    var kinds: [Vocabulary.Kind]
    var bos: Int32?
    var eos: Int32?
    var unknown: Int32?
    var padding: Int32?
    var addsBOS: Bool
    var addsSpacePrefix: Bool
    /// The chat template, as the model's files have it.
    public var chatTemplate: String?

    /// The vocabulary of a model.
    ///
    /// - Parameter rows: the rows of its embedding, each of which gets a piece:
    ///   llama.cpp refuses a file with more rows than pieces.
    public init(_ files: ModelFiles, rows: Int) throws(TextError) {
        // Loading checks everything that is taken for granted here.
        let text = try TextModel.load(files)
        switch files {
        case .gguf(let file, _): try self.init(gguf: file.metadata)
        case .directory(let directory): try self.init(directory: directory, text.tokenizer)
        }
        let holes = max(rows - pieces.count, 0)
        pieces += (0..<holes).map { Array("[PAD\(pieces.count + $0)]".utf8) }
        kinds += Array(repeating: .unused, count: holes)
        if case .sentencePiece(let scores) = kind {
            kind = .sentencePiece(scores: scores + Array(repeating: -10_000, count: holes))
        }
    }

    /// The tokens that the model's configuration names, in Hugging Face's keys.
    public var configuration: JSONObject {
        func id(_ id: Int32?) -> JSON { id.map { .integer(Int64($0)) } ?? .null }
        return ["bos_token_id": id(bos), "eos_token_id": id(eos), "pad_token_id": id(padding)]
    }

    func piece(_ id: Int32?) -> String? {
        id.flatMap {
            $0 >= 0 && Int($0) < pieces.count ? String(validating: pieces[Int($0)], as: UTF8.self) : nil
        }
    }
}
