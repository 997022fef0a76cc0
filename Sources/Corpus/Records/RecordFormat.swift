/// The shape of a dataset's records.
public enum RecordFormat: String, Sendable, CaseIterable {
    /// `{"messages": [{"role", "content"}]}`.
    case messages
    /// ShareGPT: `{"conversations": [{"from", "value"}]}`.
    case conversations
    /// `{"prompt", "completion"}`, texts or lists of messages.
    case promptCompletion = "prompt_completion"
    /// `{"instruction", "input", "output", "system", "history"}`.
    case alpaca
    /// `{"text"}`.
    case text
    /// `{"context", "question", "answers"}`, flat or nested as SQuAD publishes it.
    case squad
}

/// What the fields of records are called, where that differs from the usual.
public struct FieldNames: Sendable, Equatable {
    /// A field that a format reads.
    public enum Field: String, Sendable, CaseIterable {
        /// Of chat formats.
        case messages, role, content, train, weight, tools
        /// Of prompt and completion.
        case prompt, completion
        /// Of Alpaca.
        case instruction, input, output, system, history
        /// Of plain text.
        case text
        /// Of questions and answers.
        case context, question, answers
    }

    private var names: [Field: String] = [:]

    /// The usual names.
    public init() {}

    /// The name of a field where it is not the usual one.
    public subscript(_ field: Field) -> String? {
        get { names[field] }
        set { names[field] = newValue }
    }

    /// The name of a field in records of a format.
    func name(_ field: Field, in format: RecordFormat) -> String {
        if let name = names[field] { return name }
        guard format == .conversations else { return field.rawValue }
        return switch field {
        case .messages: "conversations"
        case .role: "from"
        case .content: "value"
        default: field.rawValue
        }
    }

    /// The format whose fields a record has, the most telling first.
    func recognise(_ record: RecordField) -> RecordFormat? {
        let telling: [(RecordFormat, [Field])] = [
            (.messages, [.messages]), (.conversations, [.messages]),
            (.promptCompletion, [.prompt, .completion]), (.squad, [.context, .question, .answers]),
            (.alpaca, [.instruction, .output]), (.text, [.text]),
        ]
        return telling.first { format, fields in
            fields.allSatisfy { record.has(name($0, in: format)) }
        }?.0
    }
}
