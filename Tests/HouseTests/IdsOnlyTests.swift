import Foundation
import TestSupport
import Testing

/// Models without a tokenizer, asked in ids.
@Suite struct IdsOnlyTests {
    private func ask(_ verb: String, _ model: String, _ requests: [[String: Any]]) throws -> Call {
        let folder = try TemporaryFolder()
        let lines = try requests.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        try folder.write(lines.joined(separator: "\n"), to: "requests.jsonl")
        return try Call([verb, model, "--requests", folder.path + "/requests.jsonl"])
    }

    private func answers(_ call: Call) throws -> [[String: Any]] {
        try #require(call.status == 0, "\(call.notices)")
        return try call.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test(arguments: ["gemma3-newer", "llama-tied", "qwen2-untied", "qwen3-tied"])
    func `the greedy ids are transformers'`(name: String) throws {
        let model = Shared.golden("models/\(name)")
        let data = try Data(contentsOf: URL(fileURLWithPath: model + "/golden.json"))
        let golden = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let greedy = try #require(golden["greedy"] as? [String: Any])
        let prompt = try #require(greedy["prompt"] as? [Int])
        let want = try #require(greedy["ids"] as? [Int])
        let request: [String: Any] = ["prompt_ids": prompt, "max_tokens": want.count, "temperature": 0]
        let answer = try #require(try answers(ask("generate", model, [request])).first)
        let ids = try #require(answer["ids"] as? [Int])
        #expect(ids == Array(want.prefix(ids.count)))
        #expect(ids.count == want.count || answer["finish_reason"] as? String == "stop")
        // One at a time: each is the likeliest after all before it.
        let scores = try answers(
            ask(
                "score", model,
                want.indices.map {
                    ["context_ids": prompt + want[..<$0], "continuation_ids": [want[$0]]]
                }))
        #expect(scores.allSatisfy { $0["greedy"] as? Bool == true })
    }

    @Test(arguments: [["prompt": "x"], ["prompt_ids": [1], "prompt": "x"]] as [[String: any Sendable]])
    func `text needs a tokenizer`(request: [String: any Sendable]) throws {
        let call = try ask("generate", Shared.golden("models/llama-tied"), [request])
        #expect(call.status == 2 && call.output.isEmpty)
        #expect(call.notices.contains("tokenizer.json"), "\(call.notices)")
    }
}
