import Checkpoint
import Foundation
import Testing

@testable import Serving

@Suite struct ChatTests {
    static let hello = #"{"model":"tiny","messages":[{"role":"user","content":"hi"}],"seed":7"#

    @Test(arguments: Way.allCases)
    func aWholeAnswerHasOpenAIsShape(_ way: Way) async throws {
        try await withService(way, FakeBackend(FakeBackend.saying("Hel", "lo"))) { caller in
            let reply = try await caller.post("/v1/chat/completions", Self.hello + "}")
            #expect(reply.status == 200)
            #expect(reply.json["object"]?.string == "chat.completion")
            let choice = reply.json["choices"]?.array?.first
            #expect(choice?["message"]?["content"]?.string == "Hello")
            #expect(choice?["message"]?["role"]?.string == "assistant")
            #expect(choice?["message"]?["refusal"]?.isNull == true)
            #expect(choice?["finish_reason"]?.string == "stop")
            #expect(choice?["logprobs"]?.isNull == true)
            #expect(reply.json["usage"]?["completion_tokens"]?.int == 2)
            #expect(reply.json["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.int == 2)
            #expect(reply.headers["x-request-id"]?.hasPrefix("req_") == true)
        }
    }

    @Test(arguments: Way.allCases)
    func aStreamBeginsWithTheRoleAndEndsWithUsageAndDone(_ way: Way) async throws {
        try await withService(way, FakeBackend(FakeBackend.saying("Hel", "lo"))) { caller in
            let body = Self.hello + #","stream":true,"stream_options":{"include_usage":true}}"#
            let reply = try await caller.post("/v1/chat/completions", body)
            #expect(reply.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(reply.text.hasSuffix("data: [DONE]\n\n"))
            let events = reply.events
            #expect(Set(events.compactMap { $0["id"]?.string }).count == 1)
            #expect(events.first?["choices"]?.array?.first?["delta"]?["role"]?.string == "assistant")
            #expect(events.dropLast().allSatisfy { $0["usage"]?.isNull == true })
            #expect(events.last?["choices"]?.array?.isEmpty == true)
            #expect(events.last?["usage"]?["total_tokens"]?.int != nil)
            let endings = events.compactMap { $0["choices"]?.array?.first?["finish_reason"]?.string }
            #expect(endings == ["stop"])
        }
    }

    @Test func aStreamPutTogetherIsTheWholeAnswer() async throws {
        try await withService { caller in
            for seed in 0..<200 {
                let body =
                    #"{"model":"tiny","messages":[{"role":"user","content":"hi"}],"seed":\#(seed),"n":2,"logprobs":true,"top_logprobs":2"#
                let whole = try await caller.post("/v1/chat/completions", body + "}")
                let stream = try await caller.post("/v1/chat/completions", body + #","stream":true}"#)
                for choice in 0..<2 {
                    let expected = whole.json["choices"]?.array?[choice]
                    let deltas = stream.events.compactMap { $0["choices"]?.array?.first }
                        .filter { $0["index"]?.int == choice }
                    let text = deltas.compactMap { $0["delta"]?["content"]?.string }.joined()
                    #expect(expected?["message"]?["content"]?.string == text)
                    let scores = deltas.flatMap { $0["logprobs"]?["content"]?.array ?? [] }
                    #expect(expected?["logprobs"]?["content"]?.array == scores)
                    #expect(expected?["finish_reason"] == deltas.last?["finish_reason"])
                }
            }
        }
    }

    @Test func everySamplingRuleReachesTheBackend() async throws {
        let backend = FakeBackend()
        try await withService(.inProcess, backend) { caller in
            let body = #"""
                {"model":"tiny-de","messages":[{"role":"developer","content":"be brief"},
                {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],
                "max_completion_tokens":9,"temperature":0.25,"top_p":0.5,"top_k":40,"min_p":0.1,"seed":-1,
                "stop":["x","y"],"presence_penalty":1,"frequency_penalty":-1,"repetition_penalty":1.5,
                "logit_bias":{"5":-100},"n":2,"logprobs":true,"top_logprobs":3,"user":"someone",
                "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}}}
                """#
            #expect(try await caller.post("/v1/chat/completions", body).status == 200)
            let asked = try #require(backend.notes.withLock { $0.asked.first })
            #expect(asked.model == "tiny-de")
            #expect(asked.choices == 2 && asked.maximumTokens == 9 && asked.logProbabilities == 3)
            #expect(asked.stops == ["x", "y"])
            #expect(asked.format == .jsonSchema(.object(["type": .string("object")])))
            var rules = SamplingRules()
            rules.temperature = 0.25
            rules.topP = 0.5
            rules.topK = 40
            rules.minP = 0.1
            rules.seed = .max
            rules.presencePenalty = 1
            rules.frequencyPenalty = -1
            rules.repetitionPenalty = 1.5
            rules.logitBias = [5: -100]
            #expect(asked.sampling == rules)
            #expect(
                String(decoding: asked.prompt.dropFirst().map { UInt8($0) }, as: UTF8.self)
                    == "developer: be brief\nuser: ab\n")
        }
    }

    @Test func aPromptBeyondTheContextIsRefusedWhole() async throws {
        let backend = FakeBackend()
        try await withService(.inProcess, backend) { caller in
            let long = String(repeating: "a", count: 600)
            let reply = try await caller.post(
                "/v1/chat/completions", #"{"model":"tiny","messages":[{"role":"user","content":"\#(long)"}]}"#
            )
            #expect(reply.status == 400 && reply.isOpenAIError)
            #expect(reply.json["error"]?["code"]?.string == "context_length_exceeded")
            let wanted = try await caller.post("/v1/chat/completions", Self.hello + #","max_tokens":511}"#)
            #expect(wanted.json["error"]?["code"]?.string == "context_length_exceeded")
            #expect(backend.asked == 0)
        }
    }

    @Test func aFailureMidStreamIsAnErrorEventAndNoDone() async throws {
        let backend = FakeBackend { _ in
            [.event(.piece(choice: 0, AnswerPiece(text: "Hel"))), .fail(.failed)]
        }
        try await withService(.live, backend) { caller in
            let reply = try await caller.post("/v1/chat/completions", Self.hello + #","stream":true}"#)
            #expect(reply.events.last?["error"]?["type"]?.string == "server_error")
            #expect(!reply.text.contains("[DONE]"))
            #expect(try await caller.post("/v1/chat/completions", Self.hello + "}").status == 500)
        }
    }

    @Test func aFullQueueSaysWhenToComeBack() async throws {
        let backend = FakeBackend()
        backend.notes.withLock { $0.busy = true }
        try await withService(.inProcess, backend) { caller in
            for stream in ["", #","stream":true"#] {
                let reply = try await caller.post("/v1/chat/completions", Self.hello + stream + "}")
                #expect(reply.status == 429 && reply.isOpenAIError)
                #expect(reply.headers["retry-after"] == "3")
            }
        }
    }
}
