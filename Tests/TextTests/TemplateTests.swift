import Foundation
import TestSupport
import Testing

@testable import Text

@Suite(.enabled(if: SharedTokenizers.folder != nil, "needs ../shared"))
struct TemplateTests {
    @Test(arguments: [
        ("tokenizers/chat_templates/google-gemma-2-2b-it.jinja", ChatFormat.gemma),
        ("tokenizers/chat_templates/Qwen-Qwen2.5-7B-Instruct.jinja", .qwen25),
        ("tokenizers/chat_templates/Qwen-Qwen3-0.6B.jinja", .qwen3),
        ("tokenizers/chat_templates/meta-llama-Llama-3.2-3B-Instruct.jinja", .llama3),
        ("models/peft_adapter_real/chat_template.jinja", .qwen25),
        ("tokenizers/chat_templates/HuggingFaceTB-SmolLM3-3B.jinja", nil),
    ])
    func `a real template is recognised or refused`(path: String, format: ChatFormat?) throws {
        let file = try #require(Shared.file("data/" + path))
        let template = try String(contentsOfFile: file, encoding: .utf8)
        #expect(ChatFormat.recognise(template: template) == format)
    }
}
