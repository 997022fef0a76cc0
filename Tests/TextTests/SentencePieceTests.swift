import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Text

struct SentencePieceTests {
    /// A model of pieces that spell "ab" and "abc", with all byte pieces.
    static func model(prefix: Bool = false) -> SentencePieceModel {
        var vocabulary = Vocabulary()
        var scores: [Float] = []
        func add(_ piece: String, _ kind: Vocabulary.Kind, _ score: Float) {
            _ = vocabulary.append(piece.utf8, kind)
            scores.append(score)
        }
        add("<unk>", .unknown, 0)
        add("<s>", .control, 0)
        add("</s>", .control, 0)
        for byte in 0..<256 { add(ByteFallback.name(UInt8(byte)), .byte, 0) }
        for (index, piece) in ["ab", "▁ab", "abc", "▁", "a", "b", "c"].enumerated() {
            add(piece, .normal, -Float(index))
        }
        add("<i>", .userDefined, 0)
        return SentencePieceModel(
            vocabulary: vocabulary, scores: scores, addsSpacePrefix: prefix, bos: 1, eos: 2)
    }

    static func file(_ model: SentencePieceModel) -> [UInt8] {
        model.serialized(addsSpacePrefix: model.addsSpacePrefix)
    }

    @Test func `a model that was written is read again`() throws {
        let model = try SentencePieceModel(MappedBytes(Self.file(Self.model(prefix: true))))
        #expect(model.vocabulary.id(Array("▁ab".utf8)) == Self.model().vocabulary.id(Array("▁ab".utf8)))
        #expect(model.vocabulary.kinds == Self.model().vocabulary.kinds)
        #expect(model.scores == Self.model().scores)
        #expect(model.addsSpacePrefix && !model.removesExtraSpaces)
        #expect(model.bos == 1 && model.eos == 2)
    }

    @Test func `text is joined, control pieces are not read in it, verbatim ones are`() throws {
        let tokenizer = try SentencePieceTokenizer(Self.model())
        let pieces = { (text: String) in tokenizer.encode(text).map { tokenizer.piece($0) } }
        #expect(pieces("abc ab") == ["abc", "▁ab"])
        #expect(pieces("a<i>b") == ["a", "<i>", "b"])
        #expect(!pieces("</s>").contains("</s>"))
        #expect(tokenizer.encode(parsing: "ab</s>ab").contains(2))
        #expect(tokenizer.decode(tokenizer.encode("é🎉 </s>\n")) == "é🎉 </s>\n")
        #expect(tokenizer.encode("") == [])
    }

    @Test func `the space before a text is put there once`() throws {
        let tokenizer = try SentencePieceTokenizer(Self.model(prefix: true))
        #expect(tokenizer.encode("ab").map { tokenizer.piece($0) } == ["▁ab"])
        #expect(tokenizer.encode("") == [])
        let long = String(repeating: "ab ", count: 5000)
        #expect(tokenizer.encode(long).count == 5001, "5000 words and the last space")
        #expect(tokenizer.decode(tokenizer.encode(long)) == long)
        let (ids, parts) = tokenizer.encode(parts: ["ab", " ab"])
        #expect(ids.map { tokenizer.piece($0) } == ["▁ab", "▁ab"])
        #expect(parts == [0, 1])
    }

    @Test(.enabled(if: SharedTokenizers.folder != nil, "needs ../shared"))
    func `cutting a long text at seams changes no id`() throws {
        let file = try #require(Shared.file("data/tokenizers/gemma3/vectors.jsonl"))
        let text = try Vector.lines(file).map(\.text).joined(separator: " > ")
        #expect(text.utf8.count > 20_000)
        let model = try SentencePieceModel(
            MappedFile(path: try #require(SharedTokenizers.folder) + "/" + SharedTokenizers.gemma3Model).bytes
        )
        let whole = try SentencePieceLibrary(model.serialized(addsSpacePrefix: false)).encode(
            Array(text.utf8)[...])
        #expect(SentencePieceSeams(model).exist)
        #expect(try SentencePieceTokenizer(model).encode(text) == whole)
    }

    @Test func `a file cut anywhere is an error, never a crash`() {
        let bytes = Self.file(Self.model())
        for length in stride(from: 0, to: bytes.count, by: 7) {
            _ = try? SentencePieceModel(MappedBytes(Array(bytes[..<length])))
        }
        for index in stride(from: 0, to: bytes.count, by: 11) {
            var changed = bytes
            changed[index] ^= 0xFF
            guard let model = try? SentencePieceModel(MappedBytes(changed)) else { continue }
            _ = try? SentencePieceTokenizer(model).encode("ab abc é")
        }
        #expect(throws: TextError.protobuf(offset: 2)) { try SentencePieceModel(MappedBytes([0x0A, 0xFF])) }
        #expect(throws: TextError.missing(part: .sentencePiece, field: "pieces")) {
            try SentencePieceModel(MappedBytes([]))
        }
    }

    @Test func `what the library takes for granted is checked before`() {
        func fault(_ change: (inout SentencePieceModel) -> Void) -> TextError? {
            var model = Self.model()
            change(&model)
            do throws(TextError) {
                try model.check(.gguf)
                return nil
            } catch { return error }
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.scores[5] = .nan } == .badToken(part: .gguf, index: 5))
        #expect(
            fault { $0.vocabulary.setKind(.normal, of: 0) } == .missing(part: .gguf, field: "unknown token"))
        #expect(
            fault { $0.vocabulary.setKind(.unknown, of: 1) } == .invalid(part: .gguf, field: "unknown token"))
        #expect(
            fault { $0.vocabulary.setKind(.normal, of: 3) } == .invalid(part: .gguf, field: "byte tokens"))
        #expect(fault { $0.vocabulary.setKind(.byte, of: 1) } == .badToken(part: .gguf, index: 1))
        for bad: [UInt8] in [[], [0xFF], [0x61, 0], [UInt8](repeating: 0x61, count: 2000)] {
            let index = Self.model().vocabulary.count
            let error = fault {
                _ = $0.vocabulary.append(bad, .normal, found: false)
                $0.scores.append(0)
            }
            #expect(error == .badToken(part: .gguf, index: index))
        }
    }

    @Test func `a control piece of one character is no trap for texts that have it`() throws {
        // Found by Fuzz/FuzzSentencePiece: the library failed on "🎉".
        var model = Self.model()
        _ = model.vocabulary.append("🎉".utf8, .control)
        model.scores.append(0)
        let tokenizer = try SentencePieceTokenizer(model)
        #expect(tokenizer.decode(tokenizer.encode("a🎉b")) == "a🎉b")
        #expect(tokenizer.encode(parsing: "🎉") == [Int32(model.vocabulary.count - 1)])
    }

    @Test func `unigram models and character maps are refused by name`() {
        let bytes = Self.file(Self.model())
        // Later fields win: a second trainer and normaliser are appended.
        #expect(throws: TextError.unknown(part: .sentencePiece, field: "model_type", value: "unigram")) {
            try SentencePieceModel(MappedBytes(bytes + [0x12, 2, 0x18, 1]))
        }
        #expect(throws: TextError.unknown(part: .sentencePiece, field: "normalizer", value: "identity")) {
            try SentencePieceModel(MappedBytes(bytes + [0x1A, 4, 0x12, 2, 0, 0]))
        }
    }
}
