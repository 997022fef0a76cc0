import Checkpoint
import Foundation
import Serving
import TestSupport
import Testing

@testable import hearth

/// The model that is served, where it was fetched.
private enum Fetched {
    static let model: String? = Shared.models.map { $0 + "/smollm2-135m-instruct.gguf" }
        .flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
}

/// What the server's engine tells, on a real model: the facts that clients count on.
@Suite(
    .serialized,
    .enabled(if: Fetched.model != nil, "needs smollm2-135m-instruct below $HEARTH_HOME/models"))
struct BackendTests {
    /// One engine for all tests: loading is what takes long.
    private static let backend = EngineBackend(
        EngineSettings(path: Fetched.model ?? "", parallel: 4, context: 512, queue: 3)
    ) { _ in }

    private func ready() async throws -> EngineBackend {
        while Self.backend.state == .loading { try await Task.sleep(for: .milliseconds(20)) }
        try #require(Self.backend.state == .ready)
        return Self.backend
    }

    private func request(_ text: String, _ backend: EngineBackend, tokens: Int = 12) throws -> AnswerRequest {
        let name = backend.models()[0].name
        let prompt = try backend.tokens(
            of: .chat([ChatTurn(role: .user, content: text)], tools: []), model: name)
        var request = AnswerRequest(id: "test", model: name, prompt: prompt, maximumTokens: tokens)
        request.sampling.temperature = 0
        return request
    }

    private func events(_ request: AnswerRequest, _ backend: EngineBackend) async throws -> [AnswerEvent] {
        let channel = TokenChannel()
        try backend.generate(request, into: channel)
        var events: [AnswerEvent] = []
        for try await event in channel { events.append(event) }
        return events
    }

    private func pieces(_ events: [AnswerEvent]) -> [AnswerPiece] {
        events.compactMap { if case .piece(_, let piece) = $0 { piece } else { nil } }
    }

    private func text(_ events: [AnswerEvent]) -> String { pieces(events).map(\.text).joined() }

    @Test func theTokenThatEndsAnAnswerIsAPieceWithoutText() async throws {
        let backend = try await ready()
        var request = try request("What is the capital of France?", backend, tokens: 300)
        request.logProbabilities = 2
        let events = try await events(request, backend)
        try #require(events.last == .finished(choice: 0, .stop))
        let last = try #require(pieces(events).last)
        #expect(last.text.isEmpty && last.tokens == 1 && last.scores.count == 1)
        #expect(last.scores[0].bytes.isEmpty)
        #expect(pieces(events).allSatisfy { $0.scores.count == $0.tokens })
    }

    /// Told twice, a number is the same number.
    @Test func alternativesHoldTheTokenItself() async throws {
        let backend = try await ready()
        var request = try request("Count to five.", backend)
        request.logProbabilities = 3
        for score in pieces(try await events(request, backend)).flatMap(\.scores) {
            #expect(score.alternatives.count == 3)
            #expect(score.alternatives[0].logProbability == score.logProbability)
            #expect(score.alternatives[0].bytes == score.bytes)
        }
    }

    @Test func aPromptAloneCanBeScored() async throws {
        let backend = try await ready()
        var request = try request("Hello there", backend, tokens: 0)
        request.logProbabilities = 1
        request.scoresPrompt = true
        let events = try await events(request, backend)
        guard case .prompt(let scores)? = events.dropFirst().first else {
            Issue.record("no scores of the prompt")
            return
        }
        #expect(scores.count == request.prompt.count)
        #expect(scores[0].logProbability == nil && scores.dropFirst().allSatisfy { $0.logProbability != nil })
        #expect(events.last == .finished(choice: 0, .length) && pieces(events).isEmpty)
    }

    /// What a stop cuts off is never sent, not even its beginning.
    @Test func textBeforeAStopIsWhole() async throws {
        let backend = try await ready()
        var request = try request("Write a sentence about rivers.", backend, tokens: 24)
        let free = text(try await events(request, backend))
        let words = free.split(separator: " ")
        try #require(words.count > 4)
        let stop = " " + words[2...3].joined(separator: " ")
        request.stops = [stop]
        let events = try await events(request, backend)
        let range = try #require(free.range(of: stop))
        #expect(text(events) == String(free[..<range.lowerBound]))
        #expect(events.last == .finished(choice: 0, .stop))
    }

    @Test func choicesDifferAndEachIsReproducible() async throws {
        let backend = try await ready()
        var request = try request("Tell me a story.", backend)
        request.sampling.temperature = 1
        request.sampling.seed = 5
        request.choices = 3
        func texts(_ events: [AnswerEvent]) -> [String] {
            (0..<3).map { choice in
                events.map { if case .piece(choice, let piece) = $0 { piece.text } else { "" } }.joined()
            }
        }
        let first = texts(try await events(request, backend))
        #expect(Set(first).count > 1)
        #expect(texts(try await events(request, backend)) == first)
    }

    @Test(arguments: [
        #"{"type":"object","properties":{"a":{"type":"integer"},"b":{"enum":["x","y"]}},"required":["a","b"]}"#,
        #"{"type":"array","items":{"type":"string"},"minItems":2}"#, #"{"const":{"k":[1,null]}}"#,
    ])
    func formsAreKeptHoweverFewTheTokens(_ schema: String) async throws {
        let backend = try await ready()
        let json = try JSON.parse(Array(schema.utf8))
        for tokens in [24, 60] {
            var request = try request("Give an example.", backend, tokens: tokens)
            request.format = .jsonSchema(json)
            let answer = text(try await events(request, backend))
            let value = try JSON.parse(Array(answer.utf8))
            #expect(try SchemaCompiler(root: json).accepts(json, value, at: "#"), "\(answer)")
        }
    }

    @Test func aSchemaIsRefusedBeforeTheModelWorks() async throws {
        let backend = try await ready()
        var request = try request("x", backend)
        request.format = .jsonSchema(.object(["type": .string("string"), "pattern": .string("(?=a)")]))
        #expect(throws: BackendError.schema(path: "#/pattern", fault: .unsupportedPattern)) {
            try backend.generate(request, into: TokenChannel())
        }
    }

    @Test func whoLeavesLeavesNothingBehind() async throws {
        let backend = try await ready()
        for _ in 0..<5 {
            let channel = TokenChannel()
            try backend.generate(try request("Tell me everything.", backend, tokens: 400), into: channel)
            _ = try await channel.next()
            channel.cancel()
        }
        for _ in 0..<200 where backend.statistics().running + backend.statistics().waiting > 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(backend.statistics().running == 0 && backend.statistics().waiting == 0)
    }

    @Test func aFullQueueSaysWhenToComeBack() async throws {
        let backend = try await ready()
        var channels: [TokenChannel] = []
        var refusals = 0
        for _ in 0..<12 {
            let channel = TokenChannel()
            do {
                try backend.generate(try request("Tell me everything.", backend, tokens: 400), into: channel)
                channels.append(channel)
            } catch BackendError.busy(let seconds) {
                refusals += 1
                #expect(seconds >= 1)
            }
        }
        #expect(refusals > 0)
        for channel in channels { channel.cancel() }
    }

    /// A model whose format knows no tools is told of them in words.
    @Test func toolsAreOfferedWhateverTheFormat() async throws {
        let backend = try await ready()
        let tool = ToolDefinition(name: "weather", description: nil, parameters: .object([:]))
        let turns = [
            ChatTurn(role: .user, content: "Weather?"),
            ChatTurn(
                role: .assistant, content: "",
                toolCalls: [ToolCall(id: "1", name: "weather", arguments: "{\"city\":\"Köln\"}")]),
            ChatTurn(role: .tool, content: "rain", toolCallID: "1"),
        ]
        let name = backend.models()[0].name
        let tokens = try backend.tokens(of: .chat(turns, tools: [tool]), model: name)
        let text = try backend.text(of: tokens, model: name)
        for part in ["<tools>", "\"weather\"", "<tool_call>", "Köln", "<tool_response>\nrain"] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
