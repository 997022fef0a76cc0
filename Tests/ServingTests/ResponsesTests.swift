import Checkpoint
import Testing

@testable import Serving

@Suite struct ResponsesTests {
    @Test(arguments: Way.allCases)
    func aStreamsLastEventIsTheWholeResponse(_ way: Way) async throws {
        let scripts: [@Sendable (AnswerRequest) -> [FakeBackend.Step]] = [
            FakeBackend.saying("Hel", "lo"), FakeBackend.saying(),
            FakeBackend.saying("Wait.", #"<tool_call>{"name":"time","arguments":{"z":1}}</tool_call>"#),
        ]
        let body =
            #"{"model":"tiny","input":"hi","instructions":"be brief","metadata":{"a":"b"},"tools":[{"type":"function","name":"time","parameters":{}}]"#
        for script in scripts {
            try await withService(way, FakeBackend(script)) { caller in
                let whole = try await caller.post("/v1/responses", body + "}").json
                #expect(whole["object"]?.string == "response" && whole["status"]?.string == "completed")
                let events = try await caller.post("/v1/responses", body + #","stream":true}"#).events
                #expect(events.compactMap { $0["sequence_number"]?.int } == Array(0..<events.count))
                #expect(events.first?["type"]?.string == "response.created")
                #expect(events.last?["type"]?.string == "response.completed")
                let output = events.last?["response"]?["output"]?.array ?? []
                let expected = whole["output"]?.array ?? []
                #expect(output.map { $0["type"]?.string } == expected.map { $0["type"]?.string })
                #expect(output.map { $0["content"] } == expected.map { $0["content"] })
                #expect(output.map { $0["arguments"] } == expected.map { $0["arguments"] })
                #expect(events.last?["response"]?["usage"] == whole["usage"])
                let deltas = events.filter { $0["type"]?.string == "response.output_text.delta" }
                let text = expected.first?["content"]?.array?.first?["text"]?.string ?? ""
                #expect(deltas.compactMap { $0["delta"]?.string }.joined() == text)
                let done = events.filter { $0["type"]?.string == "response.output_item.done" }.compactMap {
                    $0["item"]
                }
                #expect(done.map { $0["type"] } == expected.map { $0["type"] })
                #expect(
                    events.filter { $0["type"]?.string == "response.output_item.added" }
                        .compactMap { $0["output_index"]?.int } == Array(0..<expected.count))
            }
        }
    }

    @Test func aConversationIsGivenAsItems() async throws {
        let backend = FakeBackend()
        try await withService(.inProcess, backend) { caller in
            let body = #"""
                {"model":"tiny","instructions":"i","max_output_tokens":2,"seed":5,"input":[
                {"role":"user","content":[{"type":"input_text","text":"q"}]},
                {"type":"function_call","call_id":"c1","name":"time","arguments":"{}"},
                {"type":"function_call_output","call_id":"c1","output":"noon"},
                {"type":"message","role":"assistant","id":"msg_1","status":"completed",
                 "content":[{"type":"output_text","text":"a","annotations":[],"logprobs":[]}]}]}
                """#
            let reply = try await caller.post("/v1/responses", body)
            #expect(reply.json["status"]?.string == "incomplete")
            #expect(reply.json["incomplete_details"]?["reason"]?.string == "max_output_tokens")
            let prompt = backend.notes.withLock { $0.asked.first?.prompt } ?? []
            let text = String(decoding: prompt.dropFirst().map { UInt8($0) }, as: UTF8.self)
            #expect(text == "system: i\nuser: q\nassistant: \ntool: noon\nassistant: a\n")
        }
    }
}
