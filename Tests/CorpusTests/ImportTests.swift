import Testing
import Text

@testable import Corpus

@Suite struct ImportTests {
    let folder = TemporaryFolder()

    /// The examples of a file as short words: a letter for the role, then the text.
    func read(
        _ text: String, name: String = "d.jsonl", _ format: RecordFormat? = nil,
        _ fields: [FieldNames.Field: String] = [:]
    ) throws -> [String] {
        var source = CorpusSource(path: try folder.file(name, text), format: format)
        for (field, name) in fields { source.fields[field] = name }
        var words: [String] = []
        try source.examples { example in
            switch example.content {
            case .text(let text): words.append("T:" + text)
            case .continuation(let prompt, let completion): words.append("P:\(prompt)>\(completion)")
            case .conversation(let conversation):
                words.append(
                    conversation.turns.map { turn in
                        let flag = turn.isTrained.map { $0 ? "+" : "-" } ?? ""
                        let calls = turn.message.toolCalls.map { "{\($0.name)}" }.joined()
                        return
                            "\(turn.message.role.rawValue.prefix(1))\(flag):\(turn.message.content)\(calls)"
                    }.joined(separator: " ") + (conversation.tools.isEmpty ? "" : " tools"))
            }
            return true
        }
        return words
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"#, "u:q a:a"),
        (
            #"{"messages":[{"role":"developer","content":"s"},{"role":"user","content":[{"type":"text","text":"q"},"#
                + #"{"type":"text","text":"r"}]},{"role":"assistant","content":"a","weight":0}]}"#,
            "d:s u:qr a-:a"
        ),
        (
            #"{"messages":[{"role":"user","content":"q","train":true},{"role":"assistant","content":"a","weight":1}]}"#,
            "u+:q a:a"
        ),
        (
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":"#
                + #"[{"type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"r"}],"#
                + #""tools":[{"type":"function"}]}"#, "u:q a:{f} t:r tools"
        ),
        (
            #"{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}],"system":"s"}"#,
            "s:s u:q a:a"
        ),
        (
            #"{"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"#
                + #""{\"name\":\"f\",\"arguments\":{}}"},{"from":"observation","value":"r"}]}"#,
            "u:q a:{f} t:r"
        ),
        (#"{"prompt":"p","completion":"c","id":7}"#, "P:p>c"),
        (
            #"{"prompt":[{"role":"assistant","content":"p"}],"completion":[{"role":"assistant","content":"c"}]}"#,
            "a-:p a:c"
        ),
        (#"{"instruction":"i","input":"","output":"o"}"#, "u:i a:o"),
        (
            #"{"instruction":"i","input":"j","output":"o","system":"s","history":[["q","a"]]}"#,
            "s:s u:q a:a u:i\nj a:o"
        ),
        (#"{"text":"t"}"#, "T:t"),
        (#"{"context":"c","question":"q","answers":{"text":["a","b"],"answer_start":[1,2]}}"#, "s:c u:q a:a"),
        (#"{"context":"c","question":"q","answers":[{"text":"a","answer_start":1}]}"#, "s:c u:q a:a"),
        (#"{"context":"c","question":"q","answers":["a"]}"#, "s:c u:q a:a"),
        (#"{"context":"c","question":"q","answers":"a"}"#, "s:c u:q a:a"),
    ])
    func theFormatIsRecognised(line: String, words: String) throws {
        #expect(try read(line + "\n") == [words])
        #expect(try read("[\(line),\n \(line)]", name: "d.json") == [words, words])
        #expect(try read(" \n" + line + "\r\n\n" + line, name: "d.json") == [words, words])
    }

    @Test func fieldsMayHaveOtherNames() throws {
        #expect(
            try read(
                #"{"frage":"q","ziel":"a","text":"t"}"#, nil, [.instruction: "frage", .output: "ziel"])
                == ["u:q a:a"])
        #expect(
            try read(
                #"{"chat":[{"wer":"user","was":"q"}]}"#, .messages,
                [
                    .messages: "chat", .role: "wer", .content: "was",
                ]) == ["u:q"])
        #expect(
            try read(#"{"items":[{"from":"human","value":"q"}]}"#, .conversations, [.messages: "items"])
                == ["u:q"])
    }

    @Test func aGivenFormatWinsOverWhatIsThere() throws {
        #expect(try read(#"{"text":"t","prompt":"p","completion":"c"}"#, .text) == ["T:t"])
        #expect(try read(#"{"text":"t","prompt":"p","completion":"c"}"#) == ["P:p>c"])
    }

    @Test func squadsOwnFileIsRead() throws {
        let nested = """
            {"version": "1.1", "data": [
              {"title": "t", "paragraphs": [
                {"context": "c", "qas": [
                  {"id": "1", "question": "q", "answers": [{"text": "a", "answer_start": 0}]},
                  {"id": "2", "question": "r", "answers": [{"text": "b", "answer_start": 0}]}]},
                {"context": "d", "qas": []}]}]}
            """
        #expect(try read(nested, name: "d.json") == ["s:c u:q a:a", "s:c u:r a:b"])
        #expect(
            try read(nested.replacing("\n", with: ""), name: "e.json", .squad) == [
                "s:c u:q a:a", "s:c u:r a:b",
            ])
        let place = RecordPlace(file: folder.path + "/d.json", number: 1, isLine: false)
        #expect(throws: CorpusError(.nestedSquad(.alpaca), at: place)) {
            try read(nested, name: "d.json", .alpaca)
        }
    }

    @Test func oneObjectIsOneRecord() throws {
        #expect(try read("{\n \"text\": \"t\"\n}\n", name: "d.json") == ["T:t"])
    }

    @Test func aFolderHasAFileForEverySplit() throws {
        _ = try folder.file("train.jsonl", #"{"text":"t"}"#)
        _ = try folder.file("test.json", #"[{"text":"e"}]"#)
        func file(_ split: String?) throws(CorpusError) -> String {
            try CorpusSource(path: folder.path, split: split).file()
        }
        #expect(try file(nil) == folder.path + "/train.jsonl")
        #expect(try file("test") == folder.path + "/test.json")
        #expect(throws: CorpusError(.noSplit("dev", found: ["test.json", "train.jsonl"]), path: folder.path))
        {
            try file("dev")
        }
    }

    @Test func canonicallyEqualFieldsAreDifferentFields() throws {
        #expect(try read("{\"e\u{301}\":\"a\",\"\u{e9}\":\"b\"}", .text, [.text: "\u{e9}"]) == ["T:b"])
    }
}
