import Checkpoint
import Testing

@testable import Text

struct TokenizerFileTests {
    @Test(arguments: SmallGolden.names)
    func `every shape of tokenizer.json gives Hugging Face's ids and text`(name: String) throws {
        let variant = try SmallGolden.variant(name)
        let tokenizer = try variant.tokenizer()
        #expect(variant.vectors.count > 60)
        for (text, plain, parsed, decoded) in variant.vectors {
            #expect(tokenizer.encode(text) == plain, "\(text.debugDescription)")
            #expect(tokenizer.encode(parsing: text) == parsed, "\(text.debugDescription)")
            #expect(tokenizer.decode(plain).utf8.elementsEqual(decoded.utf8), "\(text.debugDescription)")
        }
    }

    @Test(arguments: SmallGolden.names)
    func `parts are the whole, and each id is in the part where it begins`(name: String) throws {
        let variant = try SmallGolden.variant(name)
        let tokenizer = try variant.tokenizer()
        for (text, plain, _, _) in variant.vectors where !text.isEmpty {
            let scalars = Array(text.unicodeScalars)
            let cut = scalars.count / 2
            func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars)
                return String(view)
            }
            let halves = [string(scalars[..<cut]), "", string(scalars[cut...])]
            let (ids, parts) = tokenizer.encode(parts: halves)
            #expect(ids == plain)
            #expect(parts == parts.sorted() && !parts.contains(1), "an empty part holds no id")
            guard !tokenizer.addsSpacePrefix, name != "qwen", name != "no bytes" else { continue }
            // Where ids spell the text exactly, their bytes say where each one begins.
            // A space mark somebody typed comes back as a space.
            let isVerbatim = tokenizer.parts.spelling == .verbatim
            let seam =
                isVerbatim ? SpaceMark.removed(from: Array(halves[0].utf8)).count : halves[0].utf8.count
            var start = 0
            for (id, part) in zip(ids, parts) {
                #expect(part == (start < seam ? 0 : 2), "\(text.debugDescription)")
                start += tokenizer.bytes(of: id).count
            }
        }
    }

    /// Changes to a good file, and the part that must be named.
    static let unknown: [(key: String, value: String, field: String)] = [
        ("normalizer", #"{"type":"NFKC"}"#, "normalizer"),
        ("normalizer", #"{"type":"Lowercase"}"#, "normalizer"),
        ("normalizer", #"{"type":"Sequence","normalizers":[{"type":"Precompiled"}]}"#, "normalizer"),
        ("normalizer", #"{"type":"Replace","pattern":{"Regex":"a+"},"content":"b"}"#, "normalizer"),
        ("pre_tokenizer", #"{"type":"BertPreTokenizer"}"#, "pre_tokenizer"),
        ("pre_tokenizer", #"{"type":"ByteLevel","add_prefix_space":true}"#, "pre_tokenizer"),
        ("pre_tokenizer", #"{"type":"Metaspace","replacement":"_"}"#, "pre_tokenizer"),
        ("pre_tokenizer", #"{"type":"Metaspace","prepend_scheme":"often"}"#, "pre_tokenizer"),
        ("pre_tokenizer", #""x""#, "pre_tokenizer"),
        ("post_processor", #"{"type":"BertProcessing"}"#, "post_processor"),
        ("decoder", #"{"type":"WordPiece"}"#, "decoder"),
        ("model.type", #""Unigram""#, "model.type"),
        ("model.dropout", "0.1", "model.dropout"),
        ("model.end_of_word_suffix", #""</w>""#, "model.end_of_word_suffix"),
        ("model.continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix"),
    ]

    @Test(arguments: unknown.indices)
    func `what is not in the closed set is refused by name`(index: Int) throws {
        let (key, value, field) = Self.unknown[index]
        let file = try Self.changed(key, value)
        do throws(TextError) {
            _ = try BytePairTokenizer(TokenizerFile(MappedBytes(JSON.object(file).serialised())))
            Issue.record("\(field) was accepted")
        } catch {
            guard case .unknown(.tokenizerJSON, field, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `an unknown pattern is told as it stands`() throws {
        let file = try Self.changed(
            "pre_tokenizer",
            #"""
            {"type":"Sequence","pretokenizers":[
                {"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated","invert":false},
                {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}
            """#)
        #expect(
            throws: TextError.unknown(part: .tokenizerJSON, field: "pre_tokenizer.pattern", value: "(a+)+$")
        ) {
            try SmallGolden.tokenizer(file)
        }
    }

    /// Changes to a good file that break it, and the error.
    static let broken: [(key: String, value: String, error: TextError)] = [
        ("model.vocab", #"{"a":0,"b":0}"#, .badID(part: .tokenizerJSON, field: "model.vocab", id: 0)),
        ("model.vocab", #"{"a":-1}"#, .badID(part: .tokenizerJSON, field: "model.vocab", id: -1)),
        (
            "model.vocab", #"{"a":2000000000}"#,
            .badID(part: .tokenizerJSON, field: "model.vocab", id: 2_000_000_000)
        ),
        ("model.merges", #"["ab"]"#, .badMerge(part: .tokenizerJSON, index: 0)),
        ("model.merges", #"["a ☃"]"#, .badMerge(part: .tokenizerJSON, index: 0)),
        ("model.merges", #"[["a","b","c"]]"#, .badMerge(part: .tokenizerJSON, index: 0)),
        ("model.merges", #"[["a"]]"#, .badMerge(part: .tokenizerJSON, index: 0)),
        ("model.merges", #"[[]]"#, .badMerge(part: .tokenizerJSON, index: 0)),
        ("model.byte_fallback", #""yes""#, .invalid(part: .tokenizerJSON, field: "model.byte_fallback")),
        ("added_tokens", #"{"x":1}"#, .invalid(part: .tokenizerJSON, field: "added_tokens")),
        ("added_tokens", #"[{"id":1}]"#, .badToken(part: .tokenizerJSON, index: 0)),
        ("added_tokens", #"[{"id":1,"content":""}]"#, .badToken(part: .tokenizerJSON, index: 0)),
        (
            "added_tokens", #"[{"id":5,"content":"x"}]"#,
            .badID(part: .tokenizerJSON, field: "added_tokens", id: 5)
        ),
        (
            "added_tokens", #"[{"id":1,"content":"</s>","lstrip":true}]"#,
            .unknown(part: .tokenizerJSON, field: "added_tokens.lstrip", value: "</s>")
        ),
    ]

    @Test(arguments: broken.indices)
    func `a broken file is refused with its fault`(index: Int) throws {
        let (key, value, error) = Self.broken[index]
        let file = try Self.changed(key, value)
        #expect(throws: error) { try SmallGolden.tokenizer(file) }
    }

    @Test func `text that is no JSON is refused at its byte`() {
        #expect(throws: TextError.self) {
            try TokenizerFile(MappedBytes(Array("{\"model\":{\"vocab\":{\"a\":1,}}}".utf8)))
        }
        #expect(throws: TextError.self) { try TokenizerFile(MappedBytes([])) }
        #expect(throws: TextError.self) { try TokenizerFile(MappedBytes(Array("[]".utf8))) }
    }

    @Test func `added tokens without a row in the embedding are left out`() throws {
        let file = try SmallGolden.variant("gemma").file
        let all = try SmallGolden.tokenizer(file)
        let tool = try #require(all.id(of: "<tool>"))
        #expect(Int(tool) == all.vocabularySize - 1)
        let fewer = try BytePairTokenizer(
            TokenizerFile(MappedBytes(JSON.object(file).serialised())), rows: Int(tool))
        #expect(fewer.id(of: "<tool>") == nil)
        #expect(fewer.vocabularySize == Int(tool))
    }

    @Test func `keys that Swift takes for equal stay two pieces`() throws {
        var file = try SmallGolden.variant("gemma").file
        file["model"] = try JSON.parse(
            Array(
                #"""
                {"type":"BPE","vocab":{"\u00e9":0,"e\u0301":1,"e":2,"\u0301":3,"K":4,"\u212a":5},
                 "merges":[["e","\u0301"]]}
                """#.utf8))
        file["added_tokens"] = .array([])
        let tokenizer = try SmallGolden.tokenizer(file)
        #expect(tokenizer.encode("é") == [0])
        #expect(tokenizer.encode("e\u{301}") == [1])
        #expect(tokenizer.encode("K\u{212A}") == [4, 5])
        #expect(tokenizer.id(of: "\u{212A}") == 5)
    }

    /// A good file with one part changed.
    static func changed(_ key: String, _ value: String) throws -> JSONObject {
        var file = try SmallGolden.variant("gpt2").file
        let value = try JSON.parse(Array(value.utf8))
        if key.hasPrefix("model.") {
            var model = file["model"]?.object ?? JSONObject()
            model[String(key.dropFirst(6))] = value
            file["model"] = .object(model)
        } else {
            file[key] = value
        }
        return file
    }
}
