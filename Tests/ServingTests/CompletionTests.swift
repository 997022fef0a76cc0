import Checkpoint
import Foundation
import Testing

@testable import Serving

@Suite struct CompletionTests {
    @Test(arguments: Way.allCases)
    func severalPromptsAnswerInOrderWithTheirOwnChoices(_ way: Way) async throws {
        let backend = FakeBackend { request in
            let text = String(decoding: request.prompt.dropFirst().map { UInt8($0) }, as: UTF8.self)
            return (0..<request.choices).flatMap { choice -> [FakeBackend.Step] in
                [
                    .event(.piece(choice: choice, AnswerPiece(text: "\(text)-\(choice)"))),
                    .event(.finished(choice: choice, .length)),
                ]
            }
        }
        try await withService(way, backend) { caller in
            let prompts = (0..<20).map { "\"p\($0)\"" }.joined(separator: ",")
            let body = #"{"model":"tiny","prompt":[\#(prompts)],"n":2,"max_tokens":1"#
            let whole = try await caller.post("/v1/completions", body + "}")
            let texts = whole.json["choices"]?.array?.compactMap { $0["text"]?.string }
            let expected = (0..<20).flatMap { ["p\($0)-0", "p\($0)-1"] }
            #expect(texts == expected)
            #expect(whole.json["choices"]?.array?.compactMap { $0["index"]?.int } == Array(0..<40))
            #expect(whole.json["usage"]?["completion_tokens"]?.int == 40)
            let stream = try await caller.post(
                "/v1/completions", body + #","stream":true,"stream_options":{"include_usage":true}}"#)
            var streamed = Array(repeating: "", count: 40)
            for choice in stream.events.compactMap({ $0["choices"]?.array?.first }) {
                streamed[choice["index"]?.int ?? 0] += choice["text"]?.string ?? ""
            }
            #expect(streamed == expected)
            #expect(stream.events.last?["usage"] == whole.json["usage"])
        }
    }

    @Test func echoWithLogProbabilitiesScoresThePromptAsLmEvalReadsIt() async throws {
        try await withService { caller in
            let reply = try await caller.post(
                "/v1/completions",
                #"{"model":"tiny","prompt":[0,104,105],"max_tokens":1,"echo":true,"logprobs":1,"temperature":0,"seed":1}"#
            )
            let choice = try #require(reply.json["choices"]?.array?.first)
            let scores = try #require(choice["logprobs"])
            let count = try #require(scores["tokens"]?.array?.count)
            #expect(count == 4)
            #expect(scores["token_logprobs"]?.array?.first?.isNull == true)
            #expect(scores["top_logprobs"]?.array?.first?.isNull == true)
            #expect(scores["top_logprobs"]?.array?.dropFirst().allSatisfy { $0.object?.count == 2 } == true)
            #expect(scores["text_offset"]?.array?.prefix(4).map { $0.int } == [0, 0, 1, 2])
            #expect(choice["text"]?.string?.hasPrefix("hi") == true)
            #expect(scores["tokens"]?.array?.compactMap(\.string).joined() == choice["text"]?.string)
        }
    }

    @Test func echoAloneRepeatsThePrompt() async throws {
        try await withService(.inProcess, FakeBackend(FakeBackend.saying("!"))) { caller in
            for stream in ["", #","stream":true"#] {
                let reply = try await caller.post(
                    "/v1/completions", #"{"model":"tiny","prompt":"hi","echo":true\#(stream)}"#)
                let objects = stream.isEmpty ? [reply.json] : reply.events
                let text = objects.compactMap { $0["choices"]?.array?.first?["text"]?.string }.joined()
                #expect(text == "hi!")
            }
        }
    }

    @Test func aStreamedEchoWithScoresIsTheWholeOne() async throws {
        try await withService { caller in
            for seed in 0..<50 {
                let body =
                    #"{"model":"tiny","prompt":["ab","c"],"echo":true,"logprobs":2,"n":2,"seed":\#(seed)"#
                let whole = try await caller.post("/v1/completions", body + "}")
                let stream = try await caller.post("/v1/completions", body + #","stream":true}"#)
                for index in 0..<4 {
                    let expected = try #require(whole.json["choices"]?.array?[index])
                    let steps = stream.events.compactMap { $0["choices"]?.array?.first }
                        .filter { $0["index"]?.int == index }
                    #expect(expected["text"]?.string == steps.compactMap { $0["text"]?.string }.joined())
                    for name in ["tokens", "token_logprobs", "top_logprobs", "text_offset"] {
                        let joined = steps.flatMap { $0["logprobs"]?[name]?.array ?? [] }
                        #expect(expected["logprobs"]?[name]?.array == joined, "\(name)")
                    }
                }
            }
        }
    }

    @Test func aTokenThatIsPartOfACharacterIsWrittenAsBytes() async throws {
        let backend = FakeBackend { _ in
            let score = ScoredToken(bytes: [0xE2, 0x82], logProbability: -1)
            return [
                .event(.piece(choice: 0, AnswerPiece(text: "", scores: [score]))),
                .event(.finished(choice: 0, .stop)),
            ]
        }
        try await withService(.inProcess, backend) { caller in
            let reply = try await caller.post(
                "/v1/completions", #"{"model":"tiny","prompt":"a","logprobs":0}"#)
            let tokens = reply.json["choices"]?.array?.first?["logprobs"]?["tokens"]?.array
            #expect(tokens?.first?.string == #"bytes:\xe2\x82"#)
        }
    }

    @Test func embeddingsComeAsNumbersOrBase64() async throws {
        try await withService { caller in
            let plain = try await caller.post("/v1/embeddings", #"{"model":"tiny","input":["ab","c"]}"#)
            let vectors = plain.json["data"]?.array?.compactMap {
                $0["embedding"]?.array?.compactMap(\.double)
            }
            #expect(vectors == [[3, 0.5, -1], [2, 0.5, -1]])
            #expect(plain.json["usage"]?["prompt_tokens"]?.int == 5)
            let coded = try await caller.post(
                "/v1/embeddings", #"{"model":"tiny","input":"ab","encoding_format":"base64"}"#)
            let text = try #require(coded.json["data"]?.array?.first?["embedding"]?.string)
            let bytes = Array(try #require(Data(base64Encoded: text)))
            #expect(bytes.prefix(4) == [0, 0, 0x40, 0x40])
        }
    }

    @Test func tokensGoThereAndBack() async throws {
        try await withService { caller in
            let there = try await caller.post("/tokenize", #"{"prompt":"hé","add_special_tokens":false}"#)
            #expect(there.json["tokens"]?.array?.compactMap(\.int) == [104, 195, 169])
            #expect(there.json["count"]?.int == 3 && there.json["max_model_len"]?.int == 512)
            let back = try await caller.post("/detokenize", #"{"model":"tiny","tokens":[104,195,169]}"#)
            #expect(back.json["prompt"]?.string == "hé")
            let chat = try await caller.post("/tokenize", #"{"messages":[{"role":"user","content":"a"}]}"#)
            #expect(chat.json["count"]?.int == 9)
        }
    }
}
