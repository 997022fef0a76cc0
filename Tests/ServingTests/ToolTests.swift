import Checkpoint
import Testing

@testable import Serving

@Suite struct ToolTests {
    static let tools = [
        ToolDefinition(name: "weather", description: nil, parameters: .object([:])),
        ToolDefinition(name: "time", description: nil, parameters: .object([:])),
    ]

    private func parse(_ pieces: [String]) -> [ToolCallParser.Output] {
        var parser = ToolCallParser(tools: Self.tools)
        var all: [ToolCallParser.Output] = []
        for output in pieces.flatMap({ parser.push($0) }) + parser.finish() {
            if case .text(let more) = output, case .text(let before)? = all.last {
                all[all.count - 1] = .text(before + more)
            } else {
                all.append(output)
            }
        }
        return all
    }

    static let cases: [(String, [ToolCallParser.Output])] = [
        ("", []), ("plain text", [.text("plain text")]), (" \n", [.text(" \n")]),
        ("a < b <tool", [.text("a < b <tool")]),
        (
            "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Köln\"}}\n</tool_call>",
            [.call(name: "weather", arguments: "{\"city\":\"Köln\"}")]
        ),
        (
            "Let me see. \n<tool_call>{\"name\":\"time\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"weather\"}</tool_call>",
            [
                .text("Let me see."), .call(name: "time", arguments: "{}"),
                .call(name: "weather", arguments: "{}"),
            ]
        ),
        (
            "<tool_call>{\"name\":\"rm\",\"arguments\":{}}</tool_call>",
            [.text("<tool_call>{\"name\":\"rm\",\"arguments\":{}}</tool_call>")]
        ),
        ("<tool_call>not json</tool_call> x", [.text("<tool_call>not json</tool_call> x")]),
        ("<tool_call>{\"name\":\"time\"}", [.call(name: "time", arguments: "{}")]),
        ("<tool_call>{\"name\":", [.text("<tool_call>{\"name\":")]),
        (" {\"name\":\"time\",\"parameters\":{\"z\":1}}", [.call(name: "time", arguments: "{\"z\":1}")]),
        ("{\"name\":\"time\",\"arguments\":\"{}\"}\n", [.call(name: "time", arguments: "{}")]),
        ("{\"answer\":42}", [.text("{\"answer\":42}")]),
        (
            "<tool_call>{\"name\":\"time\",\"arguments\":[1]}</tool_call>",
            [.text("<tool_call>{\"name\":\"time\",\"arguments\":[1]}</tool_call>")]
        ),
    ]

    @Test func callsAreFoundHoweverTheTextIsCut() {
        for (text, expected) in Self.cases {
            #expect(parse([text]) == expected, "\(text)")
            let scalars = Array(text.unicodeScalars)
            #expect(parse(scalars.map { String($0) }) == expected, "\(text), one by one")
            for cut in 1..<max(1, scalars.count) {
                let pieces = [scalars[..<cut], scalars[cut...]].map { part in
                    part.reduce(into: "") { $0.unicodeScalars.append($1) }
                }
                #expect(parse(pieces) == expected, "\(text), cut at \(cut)")
            }
        }
    }

    static let ask = #"""
        {"model":"tiny","messages":[{"role":"user","content":"weather?"}],
        "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":
        {"type":"object","$defs":{"c":{"type":"string"}},"properties":{"city":{"$ref":"#/$defs/c"}}}}},
        {"type":"function","function":{"name":"time"}}]
        """#

    @Test(arguments: Way.allCases)
    func callsComeBackParsedStreamedOrNot(_ way: Way) async throws {
        let backend = FakeBackend(
            FakeBackend.saying(
                "On it.\n<tool_", "call>{\"name\":\"weather\",\"argu",
                "ments\":{\"city\":\"Ulm\"}}</tool_call>",
                "\n<tool_call>{\"name\":\"time\"}</tool_call>"))
        try await withService(way, backend) { caller in
            let whole = try await caller.post("/v1/chat/completions", Self.ask + "}")
            let choice = try #require(whole.json["choices"]?.array?.first)
            #expect(choice["finish_reason"]?.string == "tool_calls")
            #expect(choice["message"]?["content"]?.string == "On it.")
            let calls = try #require(choice["message"]?["tool_calls"]?.array)
            #expect(calls.map { $0["function"]?["name"]?.string } == ["weather", "time"])
            #expect(calls[0]["function"]?["arguments"]?.string == #"{"city":"Ulm"}"#)
            let stream = try await caller.post("/v1/chat/completions", Self.ask + #","stream":true}"#)
            let deltas = stream.events.compactMap { $0["choices"]?.array?.first?["delta"] }
            let streamed = deltas.flatMap { $0["tool_calls"]?.array ?? [] }
            #expect(streamed.map { $0["index"]?.int } == [0, 1])
            #expect(streamed.map { $0["function"] } == calls.map { $0["function"] })
            #expect(deltas.compactMap { $0["content"]?.string }.joined() == "On it.")
        }
    }

    @Test func onlyOneCallIsTakenWhereCallsMayNotBeParallel() async throws {
        let backend = FakeBackend { _ in
            [
                .event(.piece(choice: 0, AnswerPiece(text: #"<tool_call>{"name":"time"}</tool_call>"#))),
                .forever(piece: #"<tool_call>{"name":"weather"}</tool_call>"#),
            ]
        }
        try await withService(.inProcess, backend) { caller in
            let reply = try await caller.post(
                "/v1/chat/completions", Self.ask + #","parallel_tool_calls":false}"#)
            #expect(reply.json["choices"]?.array?.first?["message"]?["tool_calls"]?.array?.count == 1)
            #expect(await eventually { backend.notes.withLock { $0.dropped } == 1 })
        }
    }

    @Test func aDemandedCallBecomesASchemaWithReferencesThatLeadHome() async throws {
        let backend = FakeBackend(FakeBackend.saying(#"{"name":"weather","arguments":{"city":"Ulm"}}"#))
        try await withService(.inProcess, backend) { caller in
            let choice = #","tool_choice":{"type":"function","function":{"name":"weather"}}}"#
            let reply = try await caller.post("/v1/chat/completions", Self.ask + choice)
            #expect(reply.json["choices"]?.array?.first?["message"]?["tool_calls"]?.array?.count == 1)
            guard case .jsonSchema(let schema)? = backend.notes.withLock({ $0.asked.first?.format }) else {
                Issue.record("a schema was demanded")
                return
            }
            let properties = schema["properties"]
            #expect(properties?["name"]?["const"]?.string == "weather")
            #expect(
                properties?["arguments"]?["properties"]?["city"]?["$ref"]?.string
                    == "#/properties/arguments/$defs/c")
            _ = try await caller.post("/v1/chat/completions", Self.ask + #","tool_choice":"required"}"#)
            guard case .jsonSchema(let any)? = backend.notes.withLock({ $0.asked.last?.format }) else {
                return
            }
            #expect(any["anyOf"]?.array?.count == 2)
        }
    }

    @Test func withAFormatTheAnswerIsACallOrWhatWasAskedFor() async throws {
        let backend = FakeBackend(FakeBackend.saying(#"{"degrees":7}"#))
        try await withService(.inProcess, backend) { caller in
            let form = #"""
                ,"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":
                {"$defs":{"d":{"type":"integer"}},"properties":{"degrees":{"$ref":"#/$defs/d"}}}}}}
                """#
            let reply = try await caller.post("/v1/chat/completions", Self.ask + form)
            let message = reply.json["choices"]?.array?.first?["message"]
            #expect(message?["content"]?.string == #"{"degrees":7}"#)
            #expect(message?["tool_calls"] == nil)
            guard case .jsonSchema(let any)? = backend.notes.withLock({ $0.asked.first?.format }) else {
                Issue.record("a schema was demanded")
                return
            }
            #expect(any["anyOf"]?.array?.count == 3)
            let degrees = any["anyOf"]?.array?.last?["properties"]?["degrees"]
            #expect(degrees?["$ref"]?.string == "#/anyOf/2/$defs/d")
        }
    }

    @Test func aStrictToolsCallKeepsToItsSchemaOrIsText() async throws {
        let tool = #"""
            {"model":"tiny","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":
            {"name":"weather","strict":true,"parameters":{"type":"object","required":["city"]}}}]}
            """#
        let said = #"<tool_call>{"name":"weather","arguments":{"town":1}}</tool_call>"#
        for (text, count) in [(said, 0), (said.replacing("town", with: "city"), 1)] {
            try await withService(.inProcess, FakeBackend(FakeBackend.saying(text))) { caller in
                let reply = try await caller.post("/v1/chat/completions", tool)
                let message = reply.json["choices"]?.array?.first?["message"]
                #expect(message?["tool_calls"]?.array?.count ?? 0 == count)
                #expect(message?["content"]?.string == (count == 0 ? text : nil))
            }
        }
        try await withService { caller in
            let unclear = tool.replacing(#""required":["city"]"#, with: #""pattern":"a""#)
            let reply = try await caller.post("/v1/chat/completions", unclear)
            #expect(reply.status == 400 && reply.json["error"]?["code"]?.string == "invalid_schema")
        }
    }

    @Test func aToolsAnswerMustFollowItsCall() async throws {
        try await withService { caller in
            func body(_ id: String) -> String {
                #"""
                {"model":"tiny","messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,
                "tool_calls":[{"id":"call_1","type":"function","function":{"name":"time","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"\#(id)","content":"12:00"}]}
                """#
            }
            #expect(try await caller.post("/v1/chat/completions", body("call_1")).status == 200)
            let wrong = try await caller.post("/v1/chat/completions", body("call_2"))
            #expect(wrong.status == 400)
            #expect(wrong.json["error"]?["param"]?.string == "messages[2].tool_call_id")
        }
    }
}
