import Checkpoint
import Text

/// Turns records into examples: one format, its field names.
struct Importer {
    let format: RecordFormat
    let fields: FieldNames

    func name(_ field: FieldNames.Field) -> String { fields.name(field, in: format) }

    func example(_ record: RecordField) throws(CorpusError) -> Example {
        let content: Example.Content =
            switch format {
            case .messages, .conversations: .conversation(try conversation(record))
            case .promptCompletion: try promptAndCompletion(record)
            case .alpaca: .conversation(try alpaca(record))
            case .text: .text(try record.required(name(.text)).string())
            case .squad: .conversation(try squad(record))
            }
        return Example(content, at: record.place)
    }

    // MARK: - Prompt and completion

    private func promptAndCompletion(_ record: RecordField) throws(CorpusError) -> Example.Content {
        let prompt = try record.required(name(.prompt))
        let completion = try record.required(name(.completion))
        guard prompt.value.array != nil || completion.value.array != nil else {
            return .continuation(prompt: try prompt.string(), completion: try completion.string())
        }
        // Nothing in the prompt is trained, not even the assistant's own turns.
        let asked = try turns(prompt).map { Conversation.Turn($0.message, isTrained: false) }
        return .conversation(Conversation(asked + (try turns(completion)), tools: try tools(record)))
    }

    // MARK: - Alpaca

    private func alpaca(_ record: RecordField) throws(CorpusError) -> Conversation {
        var turns: [Conversation.Turn] = []
        if let system = try record.member(name(.system))?.string(), !system.isEmpty {
            turns.append(.init(ChatMessage(.system, system)))
        }
        if let history = record.member(name(.history)), history.value.array?.isEmpty != true {
            for pair in try history.elements() {
                let sides = try pair.elements()
                guard sides.count == 2 else { throw pair.wrongKind("a list of a question and an answer") }
                turns.append(.init(ChatMessage(.user, try sides[0].string())))
                turns.append(.init(ChatMessage(.assistant, try sides[1].string())))
            }
        }
        var question = try record.required(name(.instruction)).string()
        if let input = try record.member(name(.input))?.string(), !input.isEmpty { question += "\n" + input }
        turns.append(.init(ChatMessage(.user, question)))
        turns.append(.init(ChatMessage(.assistant, try record.required(name(.output)).string())))
        return Conversation(turns)
    }

    // MARK: - Questions and answers

    private func squad(_ record: RecordField) throws(CorpusError) -> Conversation {
        Conversation([
            .init(ChatMessage(.system, try record.required(name(.context)).string())),
            .init(ChatMessage(.user, try record.required(name(.question)).string())),
            .init(ChatMessage(.assistant, try firstAnswer(try record.required(name(.answers))))),
        ])
    }

    /// The first answer, however it is written: `{"text": […]}`, `[{"text": …}]`, `[…]` or a text.
    private func firstAnswer(_ answers: RecordField) throws(CorpusError) -> String {
        if answers.value.string != nil { return try answers.string() }
        let list = answers.value.object == nil ? answers : try answers.required("text")
        if list.value.string != nil { return try list.string() }
        if list.value.array?.isEmpty == true { throw answers.error(.noAnswer(field: answers.path)) }
        guard let first = try list.elements().first else { throw list.wrongKind("a list") }
        return first.value.object == nil ? try first.string() : try first.required("text").string()
    }
}
