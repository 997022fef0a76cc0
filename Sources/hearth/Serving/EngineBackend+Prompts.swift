import Checkpoint
import Serving
import Text

extension EngineBackend {
    func tokens(of prompt: Prompt, model: String) throws(BackendError) -> [Int32] {
        let ready = try ready()
        let adapter = try adapter(named: model, ready)
        let tokenizer = ready.text.tokenizer
        switch prompt {
        case .text(let text, let special):
            let start = special && tokenizer.addsBOS ? [tokenizer.bos].compactMap { $0 } : []
            return start + tokenizer.encode(text)
        case .chat(let turns, let tools):
            guard let format = adapter?.format ?? settings.format ?? ready.text.chatFormat else {
                throw .conversation(.noTemplate)
            }
            var options = ChatOptions()
            var messages = turns.map(ChatMessage.init)
            if format.hasTools {
                options.tools = tools.map(\.json)
            } else if !tools.isEmpty || turns.contains(where: { $0.role == .tool || !$0.toolCalls.isEmpty }) {
                messages = PlainTools.written(messages, tools: tools.map(\.json))
            }
            do throws(ChatError) {
                return try format.tokens(
                    messages, generationPrompt: true, tokenizer: tokenizer, options: options
                ).ids
            } catch {
                throw .conversation(ConversationFault(error))
            }
        }
    }

    func ends() throws(BackendError) -> (first: String?, last: String?) {
        let tokenizer = try ready().text.tokenizer
        return (tokenizer.bos.map { tokenizer.piece($0) }, tokenizer.eos.map { tokenizer.piece($0) })
    }

    func text(of tokens: [Int32], model: String) throws(BackendError) -> String {
        let ready = try ready()
        guard tokens.allSatisfy({ (0..<Int32(clamping: ready.base.vocabularySize)).contains($0) }) else {
            throw .tokenOutOfRange
        }
        return ready.text.tokenizer.decode(tokens)
    }
}

extension ToolDefinition {
    /// As a chat format wants to be told of it.
    fileprivate var json: JSON {
        var function: JSONObject = ["name": .string(name)]
        if let description { function["description"] = .string(description) }
        function["parameters"] = parameters
        return .object(["type": .string("function"), "function": .object(function)])
    }
}

extension ChatMessage {
    fileprivate init(_ turn: ChatTurn) {
        let role: Role =
            switch turn.role {
            case .system: .system
            case .developer: .developer
            case .user: .user
            case .assistant: .assistant
            case .tool: .tool
            }
        self.init(
            role, turn.content,
            toolCalls: turn.toolCalls.map {
                let arguments = try? JSON.parse(Array($0.arguments.utf8))
                return ToolCall(name: $0.name, arguments: arguments ?? .string($0.arguments))
            })
    }
}

extension ConversationFault {
    fileprivate init(_ error: ChatError) {
        self =
            switch error {
            case .noMessages, .systemOnly: .rolesMustAlternate
            case .roleOutOfTurn(_, _, let found, _):
                found == .system || found == .developer ? .systemNotFirst : .rolesMustAlternate
            case .toolsUnsupported, .severalToolCalls: .toolsNotSupported
            case .toolCallsNotAllowed: .unsupportedRole
            case .missingToken: .noTemplate
            }
    }
}
