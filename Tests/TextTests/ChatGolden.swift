import Checkpoint
import Foundation
import TestSupport

@testable import Text

/// Conversations with what Hugging Face makes of them.
struct ChatGolden {
    struct Rendering {
        let name: String
        let format: ChatFormat
        let messages: [ChatMessage]
        let options: ChatOptions
        let prompt: Bool
        /// Nothing where Hugging Face refuses.
        let text: String?
        let ids: [Int32]?
    }

    struct Malformed: Error {}

    static func load() throws -> [Rendering] {
        let data = try Data(contentsOf: URL(fileURLWithPath: Shared.golden("text/chat.json")))
        let root = try JSON.parse(Array(data))
        let conversations = root["conversations"]?.array ?? []
        return try (root["renderings"]?.array ?? []).map { entry in
            guard let format = entry["format"]?.string.flatMap(ChatFormat.init(rawValue:)),
                let index = entry["conversation"]?.int, let prompt = entry["prompt"]?.bool,
                let thinking = entry["thinking"]?.bool, let name = conversations[index]["name"]?.string
            else { throw Malformed() }
            return Rendering(
                name: name, format: format,
                messages: try (conversations[index]["messages"]?.array ?? []).map(message),
                options: ChatOptions(thinking: thinking, tools: conversations[index]["tools"]?.array ?? []),
                prompt: prompt, text: entry["text"]?.string,
                ids: entry["ids"]?.array?.compactMap { $0.int.map(Int32.init) })
        }
    }

    private static func message(_ value: JSON) throws -> ChatMessage {
        guard let role = value["role"]?.string.flatMap(ChatMessage.Role.init(rawValue:)),
            let content = value["content"]?.string
        else { throw Malformed() }
        let calls = try (value["tool_calls"]?.array ?? []).map { call in
            guard let name = call["function"]?["name"]?.string, let arguments = call["function"]?["arguments"]
            else { throw Malformed() }
            return ChatMessage.ToolCall(name: name, arguments: arguments)
        }
        return ChatMessage(role, content, reasoning: value["reasoning_content"]?.string, toolCalls: calls)
    }
}
