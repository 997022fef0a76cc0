import Checkpoint
import Text

extension ModelFiles {
    /// The chat template in the model's files.
    var chatTemplate: String? {
        switch self {
        case .directory(let directory): directory.chatTemplate
        case .gguf(let file, _): file.metadata.string("tokenizer.chat_template")
        }
    }

    /// The template that goes with an adapter trained in a format: the model's own
    /// where that is in the format, otherwise ours.
    public func chatTemplate(for format: ChatFormat?) -> String? {
        guard let format else { return nil }
        if let own = chatTemplate, ChatFormat.recognise(template: own) == format { return own }
        return format.template
    }
}

extension ChatFormat {
    /// A template of ours that writes conversations in this format, where there is one.
    ///
    /// It covers text turns. The formats with tools have none of ours: checkpoints
    /// that speak them bring their own.
    public var template: String? {
        switch self {
        case .gemma: Self.gemmaTemplate
        case .chatml: Self.chatMLTemplate
        case .smollm2: Self.smolTemplate
        case .qwen25, .qwen25Plain, .qwen3, .llama3: nil
        }
    }

    private static let gemmaTemplate = """
        {{ bos_token }}{% set loop_messages = messages %}{% set first_user_prefix = "" %}\
        {% if messages[0]["role"] == "system" %}\
        {% set first_user_prefix = messages[0]["content"] + "\\n\\n" %}{% set loop_messages = messages[1:] %}\
        {% endif %}\
        {% for message in loop_messages %}\
        {% if (message["role"] == "user") != (loop.index0 % 2 == 0) %}\
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}\
        {% endif %}\
        {% if message["role"] == "assistant" %}{% set role = "model" %}\
        {% else %}{% set role = message["role"] %}{% endif %}\
        {{ "<start_of_turn>" + role + "\\n" }}{% if loop.first %}{{ first_user_prefix }}{% endif %}\
        {{ message["content"] | trim }}{{ "<end_of_turn>\\n" }}\
        {% endfor %}\
        {% if add_generation_prompt %}{{ "<start_of_turn>model\\n" }}{% endif %}
        """

    private static let chatMLTemplate = """
        {% for message in messages %}\
        {{ "<|im_start|>" + message["role"] + "\\n" + message["content"] + "<|im_end|>\\n" }}\
        {% endfor %}\
        {% if add_generation_prompt %}{{ "<|im_start|>assistant\\n" }}{% endif %}
        """

    private static let smolTemplate = """
        {% for message in messages %}\
        {% if loop.first and messages[0]["role"] != "system" %}\
        {{ "<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n" }}\
        {% endif %}\
        {{ "<|im_start|>" + message["role"] + "\\n" + message["content"] + "<|im_end|>\\n" }}\
        {% endfor %}\
        {% if add_generation_prompt %}{{ "<|im_start|>assistant\\n" }}{% endif %}
        """
}
