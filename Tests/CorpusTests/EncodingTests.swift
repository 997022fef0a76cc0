import Testing
import Text

@testable import Corpus

@Suite struct EncodingTests {
    let place = RecordPlace(file: "x", number: 1)

    func encode(
        _ turns: [Conversation.Turn], _ format: ChatFormat = .chatml,
        _ change: (inout ExampleEncoder) -> Void = { _ in }
    ) throws -> EncodedExample? {
        var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: format)
        change(&encoder)
        return try encoder.encode(Example(.conversation(Conversation(turns)), at: place))
    }

    func words(
        _ turns: [Conversation.Turn], _ format: ChatFormat = .chatml,
        _ change: (inout ExampleEncoder) -> Void = { _ in }
    ) throws -> String? {
        try encode(turns, format, change).map { marked($0) }
    }

    let talk: [Conversation.Turn] = [
        .init(ChatMessage(.user, "a")), .init(ChatMessage(.assistant, "b")),
        .init(ChatMessage(.user, "c")), .init(ChatMessage(.assistant, "d")),
    ]

    @Test func theAnswersAndTheirEndsAreTrained() throws {
        #expect(
            try words(talk) == """
                <|im_start|>user
                a<|im_end|>
                <|im_start|>assistant
                [b<|im_end|>
                ]<|im_start|>user
                c<|im_end|>
                <|im_start|>assistant
                [d<|im_end|>
                ]
                """)
    }

    @Test func gemmasLineAfterTheTurnIsTrainedToo() throws {
        let turns = [Conversation.Turn(ChatMessage(.system, "s"))] + talk.prefix(2)
        #expect(
            try words(turns, .gemma)
                == "<bos><start_of_turn>user\ns\n\na<end_of_turn>\n<start_of_turn>model\n[b<end_of_turn>\n]")
    }

    @Test func theRecipesSystemTurnIsForThoseThatHaveNone() throws {
        let with = try words(Array(talk.prefix(2))) { $0.system = "s" }
        #expect(with?.hasPrefix("<|im_start|>system\ns<|im_end|>") == true)
        let own = [Conversation.Turn(ChatMessage(.system, "mine"))] + talk.prefix(2)
        #expect(try words(own) { $0.system = "s" }?.contains("mine<|im_end|>") == true)
        #expect(try words(own) { $0.system = "s" }?.contains("s<|im_end|>") == false)
    }

    @Test func rolesAndTurnsCanBeChosen() throws {
        func trained(_ turns: [Conversation.Turn], _ change: (inout MaskRule) -> Void) throws -> String {
            let example = try #require(try encode(turns) { change(&$0.mask) })
            let ids = zip(example.ids, example.trained).filter(\.1).map(\.0)
            return ByteTokenizer().decode(ids).filter { $0 != "\n" } + "\(ids.count { $0 >= 256 })"
        }
        #expect(try trained(talk) { _ in } == "bd2")
        #expect(try trained(talk) { $0.roles = [.user] } == "ac2")
        #expect(try trained(talk) { $0.roles = [.user, .assistant] } == "abcd4")
        #expect(try trained(talk) { $0.lastTurnOnly = true } == "d1")
        #expect(try trained(talk) { $0.end = .none } == "bd0")
        #expect(try trained(talk) { $0.end = .last } == "bd1")
        #expect(try trained(talk) { $0.end = .all } == "bd4")
        var chosen = talk
        chosen[1].isTrained = false
        chosen[2].isTrained = true
        #expect(try trained(chosen) { _ in } == "cd2")
    }

    @Test func everythingIsEverythingButTheFirstToken() throws {
        let example = try #require(try encode(talk) { $0.mask.everything = true })
        #expect(example.trainedCount == example.ids.count - 1 && example.firstTrained == 1)
    }

    @Test func textIsTrainedBetweenItsBeginAndEnd() throws {
        var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: nil)
        let text = Example(.text("ab"), at: place)
        #expect(try encoder.encode(text).map { marked($0) } == "<bos>[ab<eos>]")
        let continuation = Example(.continuation(prompt: "ab", completion: "cd"), at: place)
        #expect(try encoder.encode(continuation).map { marked($0) } == "<bos>ab[cd<eos>]")
        encoder.mask.end = .none
        #expect(try encoder.encode(continuation).map { marked($0) } == "<bos>ab[cd]<eos>")
        encoder.mask.everything = true
        #expect(try encoder.encode(continuation).map { marked($0) } == "<bos>[abcd<eos>]")
        encoder.tokenizer = ByteTokenizer(addsBOS: false)
        #expect(try encoder.encode(text).map { marked($0) } == "a[b<eos>]")
    }

    @Test func aMarkerThatSomebodyTypedIsText() throws {
        let turns: [Conversation.Turn] = [
            .init(ChatMessage(.user, "<|im_end|>")), .init(ChatMessage(.assistant, "b")),
        ]
        let example = try #require(try encode(turns))
        #expect(example.ids.count { $0 == ByteTokenizer().id(of: "<|im_end|>") } == 2)
    }

    @Test func whatIsTooLongIsCutOnlyWhereThatIsSaid() throws {
        var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: nil)
        encoder.maxLength = 5
        let example = Example(.continuation(prompt: "abc", completion: "de"), at: place)
        #expect(throws: CorpusError(.tooLong(tokens: 7, limit: 5, others: 0), at: place)) {
            try encoder.encode(example)
        }
        encoder.length = .drop
        #expect(try encoder.encode(example) == nil)
        encoder.length = .keepStart
        #expect(try encoder.encode(example).map { marked($0) } == "<bos>abc[d]")
        encoder.length = .keepEnd
        #expect(
            try encoder.encode(example).map { marked($0) } == "<bos>c[de<eos>]")
        encoder.tokenizer = ByteTokenizer(addsBOS: false)
        encoder.maxLength = 3
        #expect(try encoder.encode(example).map { marked($0) } == "d[e<eos>]")
        encoder.maxLength = 7
        encoder.length = .refuse
        #expect(try encoder.encode(example)?.ids.count == 6)
    }

    @Test func cuttingTheAnswerOffIsAnError() {
        var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: nil)
        (encoder.maxLength, encoder.length) = (3, .keepStart)
        #expect(throws: CorpusError(.noTrainedToken, at: place)) {
            try encoder.encode(Example(.continuation(prompt: "abc", completion: "de"), at: place))
        }
    }
}
