import Checkpoint
import Testing
import Text

@testable import Corpus

/// One dataset that is wrong in one way.
struct BadData: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var format: RecordFormat?
    var file = "d.jsonl"
    var chat: ChatFormat? = .gemma
    /// The line or record at fault, or nothing where the whole file is.
    var line: Int? = 1
    let problem: CorpusError.Problem
    var testDescription: String { name }

    static func messages(_ name: String, _ list: String, _ problem: CorpusError.Problem) -> BadData {
        BadData(name: name, text: #"{"messages":\#(list)}"#, problem: problem)
    }

    static let good = #"{"text":"t"}"#

    static let all: [BadData] = [
        BadData(name: "empty file", text: "", line: nil, problem: .empty),
        BadData(name: "blank lines only", text: "\n \n\r\n", line: nil, problem: .empty),
        BadData(name: "empty array", text: "[]", file: "d.json", line: nil, problem: .empty),
        BadData(
            name: "broken line", text: good + "\n" + #"{"text":"t""#, line: 2,
            problem: .json(JSONError(offset: 11, problem: .endOfText))),
        BadData(
            name: "duplicate field", text: #"{"text":"a","text":"b"}"#,
            problem: .json(JSONError(offset: 12, problem: .duplicateKey("text")))),
        BadData(
            name: "byte order mark", text: "\u{FEFF}" + good,
            problem: .json(JSONError(offset: 0, problem: .byteOrderMark))),
        BadData(
            name: "array cut off", text: "[" + good, file: "d.json", line: nil,
            problem: .json(JSONError(offset: 13, problem: .endOfText))),
        BadData(
            name: "something after the array", text: "[\(good)] x", file: "d.json", line: nil,
            problem: .json(JSONError(offset: 15, problem: .trailingBytes))),
        BadData(
            name: "a number for a record", text: good + "\n\n7", line: 3,
            problem: .wrongKind(field: "", wanted: "an object", found: .number)),
        BadData(
            name: "a text in an array", text: "[\(good),\"x\"]", file: "d.json", line: 2,
            problem: .wrongKind(field: "", wanted: "an object", found: .string)),
        BadData(
            name: "fields of no format", text: #"{"frage":"q","antwort":"a"}"#,
            problem: .unknownFormat(fields: ["frage", "antwort"])),
        BadData(
            name: "later record without the field", text: good + "\n" + #"{"txt":"t"}"#, line: 2,
            problem: .missingField("text")),
        BadData(
            name: "null field", text: #"{"text":null}"#, format: .text, problem: .missingField("text")),
        BadData(
            name: "number for text", text: #"{"text":7}"#,
            problem: .wrongKind(field: "text", wanted: "a text", found: .number)),
        .messages(
            "messages not a list", #""x""#, .wrongKind(field: "messages", wanted: "a list", found: .string)),
        .messages("no messages", "[]", .emptyList(field: "messages")),
        .messages(
            "message not an object", "[1]",
            .wrongKind(field: "messages[0]", wanted: "an object", found: .number)),
        .messages("no role", #"[{"content":"x"}]"#, .missingField("messages[0].role")),
        .messages("no content", #"[{"role":"user"}]"#, .missingField("messages[0].content")),
        .messages(
            "unknown role", #"[{"role":"user","content":"x"},{"role":"robot","content":"y"}]"#,
            .unknownRole(field: "messages[1].role", role: "robot")),
        .messages(
            "an image", #"[{"role":"user","content":[{"type":"image_url"}]}]"#,
            .wrongKind(field: "messages[0].content[0].type", wanted: "\"text\"", found: .string)),
        .messages(
            "half a weight", #"[{"role":"user","content":"x","weight":0.5}]"#,
            .notAWeight(field: "messages[0].weight")),
        .messages(
            "train as text", #"[{"role":"user","content":"x","train":"no"}]"#,
            .wrongKind(field: "messages[0].train", wanted: "true or false", found: .string)),
        .messages(
            "call without a name", #"[{"role":"assistant","tool_calls":[{"function":{"arguments":{}}}]}]"#,
            .notACall(field: "messages[0].tool_calls[0].function")),
        .messages(
            "roles do not alternate", #"[{"role":"user","content":"x"},{"role":"user","content":"y"}]"#,
            .chat(.roleOutOfTurn(.gemma, message: 1, found: .user, expected: .assistant))),
        .messages(
            "system alone", #"[{"role":"system","content":"x"}]"#, .chat(.systemOnly(.gemma))),
        .messages("nothing to train", #"[{"role":"user","content":"x"}]"#, .noTrainedToken),
        BadData(
            name: "marker the model lacks", text: #"{"messages":[{"role":"user","content":"x"}]}"#,
            chat: .llama3, problem: .chat(.missingToken(.llama3, piece: "<|begin_of_text|>"))),
        BadData(
            name: "no chat format", text: #"{"messages":[{"role":"user","content":"x"}]}"#, chat: nil,
            problem: .noChatFormat),
        BadData(
            name: "call that is no JSON",
            text: #"{"conversations":[{"from":"function_call","value":"f()"}]}"#,
            problem: .notACall(field: "conversations[0].value")),
        BadData(
            name: "history of one", text: #"{"instruction":"i","output":"o","history":[["q"]]}"#,
            problem: .wrongKind(
                field: "history[0]", wanted: "a list of a question and an answer", found: .array)),
        BadData(
            name: "text and list", text: #"{"prompt":"p","completion":[{"role":"assistant","content":"c"}]}"#,
            problem: .wrongKind(field: "prompt", wanted: "a list", found: .string)),
        BadData(
            name: "no answer", text: #"{"context":"c","question":"q","answers":{"text":[]}}"#,
            problem: .noAnswer(field: "answers")),
        BadData(
            name: "unanswerable in SQuAD's file",
            text: #"{"data":[{"paragraphs":[{"context":"c","qas":[{"question":"q","answers":[]}]}]}]}"#,
            file: "d.json", problem: .noAnswer(field: "data[0].paragraphs[0].qas[0].answers")),
        BadData(
            name: "SQuAD without questions", text: #"{"data":[{"title":"t"}]}"#, file: "d.json",
            problem: .missingField("data[0].paragraphs")),
        BadData(
            name: "too long",
            text: good + "\n" + #"{"text":"0123456789"}"# + "\n" + #"{"text":"0123456789"}"#,
            line: 2, problem: .tooLong(tokens: 12, limit: 10, others: 1)),
    ]
}

@Suite struct BadDataTests {
    let folder = TemporaryFolder()

    @Test(arguments: BadData.all)
    func isRefusedWithItsOwnErrorAndLine(bad: BadData) throws {
        let source = CorpusSource(path: try folder.file(bad.file, bad.text), format: bad.format)
        var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: bad.chat)
        encoder.maxLength = bad.name == "too long" ? 10 : 100
        let expected =
            bad.line.map { line in
                let isLine = bad.file.hasSuffix("l")
                return CorpusError(
                    bad.problem, at: RecordPlace(file: source.path, number: line, isLine: isLine))
            } ?? CorpusError(bad.problem, path: source.path)
        #expect(throws: expected) { try Dataset.load([source], with: encoder) }
    }

    @Test func placesThatHoldNoDataAreErrors() throws {
        let encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: nil)
        func problem(_ source: CorpusSource) -> CorpusError.Problem? {
            do throws(CorpusError) {
                _ = try Dataset.load([source], with: encoder)
                return nil
            } catch { return error.problem }
        }
        #expect(problem(CorpusSource(path: folder.path + "/none.jsonl")) == .notThere)
        #expect(problem(CorpusSource(path: "/dev/zero")) == .file(.notAFile))
        #expect(problem(CorpusSource(path: folder.path)) == .noSplit("train", found: []))
        let file = try folder.file("d.jsonl", BadData.good)
        #expect(problem(CorpusSource(path: file, split: "train")) == .splitOfFile("train"))
    }

    @Test func twoBeginsAreAnError() throws {
        // A vocabulary in which a control token can be typed, as faulty exports have it.
        struct Leaky: Tokenizer {
            let bytes = ByteTokenizer()
            var vocabularySize: Int { bytes.vocabularySize }
            var bos: Int32? { 256 }
            var eos: Int32? { 257 }
            var addsBOS: Bool { true }
            var addsSpacePrefix: Bool { false }
            func encode(parts: [String]) -> (ids: [Int32], parts: [Int]) {
                parts.first == "<bos>x" ? ([256, 120], [0, 0]) : bytes.encode(parts: parts)
            }
            func encode(parsing text: String) -> [Int32] { encode(text) }
            func bytes(of id: Int32) -> [UInt8] { bytes.bytes(of: id) }
            func piece(_ id: Int32) -> String { bytes.piece(id) }
            func id(of piece: String) -> Int32? { bytes.id(of: piece) }
            func isControl(_ id: Int32) -> Bool { bytes.isControl(id) }
        }
        let place = RecordPlace(file: "x", number: 3)
        #expect(throws: CorpusError(.doubledBOS, at: place)) {
            try ExampleEncoder(tokenizer: Leaky(), chatFormat: nil)
                .encode(Example(.text("<bos>x"), at: place))
        }
    }

    @Test func everyCutOfADatasetIsReadOrRefused() throws {
        let text = Array(
            (#"[{"messages":[{"role":"user","content":"é"},{"role":"assistant","content":"b"}]}]"#).utf8)
        let encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: .gemma)
        for end in text.indices {
            for name in ["d.json", "d.jsonl"] {
                let source = CorpusSource(
                    path: try folder.file(name, String(decoding: text[..<end], as: UTF8.self)))
                #expect(throws: CorpusError.self) { try Dataset.load([source], with: encoder) }
            }
        }
    }
}
