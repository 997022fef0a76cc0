extension ChatFormat {
    /// The format a checkpoint's template describes, or nothing if it is none
    /// of ours.
    ///
    /// The template is cut into words and string literals and compared with
    /// what each format's published templates are made of: it must have what
    /// is distinctive, and nothing that they do not have, neither a word (an
    /// unknown filter, attribute or variable) nor a text (another default
    /// system turn). It is never run.
    public static func recognise(template: String) -> ChatFormat? {
        guard template.utf8.count <= 1 << 20, let source = TemplateSource(template), !source.writesSpace
        else { return nil }
        return allCases.first { TemplateShape.of($0).matches(source) }
    }
}

/// What the templates of a format are made of.
private struct TemplateShape {
    /// Words that must be there, beyond the ones every template has.
    var requiredWords: [String] = []
    /// Further words that may be there.
    var words: [String] = []
    /// Texts that must be there.
    var requiredTexts: [String]
    /// Further texts that literals may be made of.
    var texts: [String] = []

    private static let everyWord: Set<String> = [
        "for", "endfor", "in", "if", "elif", "else", "endif", "set", "not", "and", "or", "is", "none", "true",
        "false", "messages", "message", "role", "content", "loop", "first", "last", "index0", "index",
        "add_generation_prompt", "bos_token", "defined", "string",
    ]
    private static let everyText = [
        "role", "content", "system", "user", "assistant", "tool", "\n", " ",
    ]

    func matches(_ source: TemplateSource) -> Bool {
        let words = Self.everyWord.union(requiredWords).union(self.words)
        guard source.words.isSubset(of: words), source.words.isSuperset(of: requiredWords),
            source.words.contains("messages"), source.words.contains("add_generation_prompt")
        else { return false }
        let texts = (Self.everyText + requiredTexts + self.texts).map { Array($0.utf8) }
            .sorted { $0.count > $1.count }
        guard source.literals.allSatisfy({ Self.isMade($0, of: texts) }) else { return false }
        return requiredTexts.allSatisfy { text in
            source.literals.contains { PythonText.split(String(decoding: $0, as: UTF8.self), text).count > 1 }
        }
    }

    /// Whether a literal is nothing but these texts, one after another.
    private static func isMade(_ literal: [UInt8], of texts: [[UInt8]]) -> Bool {
        var rest = literal[...]
        while !rest.isEmpty {
            guard let text = texts.first(where: { rest.starts(with: $0) }) else { return false }
            rest = rest.dropFirst(text.count)
        }
        return true
    }

    static func of(_ format: ChatFormat) -> TemplateShape {
        switch format {
        case .gemma:
            TemplateShape(
                requiredWords: ["raise_exception", "trim"],
                words: ["first_user_prefix", "loop_messages", "iterable", "item"] + trainingWords,
                requiredTexts: ["<start_of_turn>", "<end_of_turn>\n", "model"],
                texts: [
                    "System role not supported", "Invalid content type", "type", "image", "text",
                    "<start_of_image>", "<bos>",
                    "Conversation roles must alternate user/assistant/user/assistant/...",
                ])
        case .chatml: TemplateShape(words: trainingWords, requiredTexts: ["<|im_start|>", "<|im_end|>"])
        case .smollm2:
            TemplateShape(requiredTexts: [
                "<|im_start|>", "<|im_end|>",
                "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
            ])
        case .qwen25, .qwen25Plain:
            TemplateShape(
                requiredWords: ["tools", "tool_calls", "tojson"],
                words: ["tool", "tool_call", "function", "name", "arguments"] + trainingWords,
                requiredTexts: [
                    "<|im_start|>", "<|im_end|>", "<tool_response>", "\n<tool_call>\n{\"name\": \"",
                    format.qwenIntroduction,
                ],
                texts: qwenTexts)
        case .qwen3:
            TemplateShape(
                requiredWords: [
                    "tools", "tojson", "enable_thinking", "last_query_index", "reasoning_content",
                ],
                words: [
                    "tool", "tool_call", "tool_calls", "function", "name", "arguments", "ns", "namespace",
                    "multi_step_tool", "length", "startswith", "endswith", "split", "strip", "lstrip",
                    "rstrip",
                ],
                requiredTexts: ["<|im_start|>", "<|im_end|>", "<tool_response>", "<think>\n", "</think>"],
                texts: qwenTexts + ["<think>"])
        case .llama3:
            TemplateShape(
                requiredWords: ["date_string", "tools_in_user_message", "system_message", "trim", "tojson"],
                words: [
                    "custom_tools", "tools", "strftime_now", "t", "indent", "length", "first_user_message",
                    "raise_exception", "tool_calls", "tool_call", "function", "name", "arguments", "mapping",
                    "iterable", "builtin_tools", "reject", "equalto", "join", "arg_name", "arg_val", "items",
                ],
                requiredTexts: [
                    "<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>",
                    "Cutting Knowledge Date: December 2023\n", "Today Date: ",
                ],
                texts: llamaTexts)
        }
    }

    /// Words of the variants that mark what is trained and write the same.
    /// Qwen 3's variant writes something else, so they are not among its own.
    private static let trainingWords = ["generation", "endgeneration"]

    private static let qwenTexts = [
        """
        # Tools

        You may call one or more functions to assist with the user query.

        You are provided with function signatures within <tools></tools> XML tags:
        <tools>
        """,
        """
        </tools>

        For each function call, return a json object with function name and arguments within \
        <tool_call></tool_call> XML tags:
        <tool_call>
        {"name": <function-name>, "arguments": <args-json-object>}
        </tool_call>
        """,
        "<tool_call>\n{\"name\": \"", "{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>",
        "</tool_response>",
        "<tool_call>",
    ]

    private static let llamaTexts = [
        "Environment: ipython\n", "%d %b %Y", "26 Jul 2024", "ipython", "tool_calls",
        "Do not use variables.\n\n",
        "You have access to the following functions. To call a function, please respond with JSON for a function call.",
        "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its value}.",
        "Cannot put tools in the first user message when there's no first user message!",
        "Given the following functions, please respond with a JSON for a function call ",
        "with its proper arguments that best answers the given prompt.\n\n",
        "This model only supports single tool-calls at once!",
        "{\"name\": \"", "\", ", "\"parameters\": ", "\"", "}", "<|eom_id|>", "<|python_tag|>", ".call(", "=",
        ", ", ")",
        "Tools: ", "code_interpreter", "\n\n",
    ]
}
