import Checkpoint
import Text

/// What a record says, as far as records are compared: the text it shares with others, what it
/// asks, and what it answers.
struct RecordTexts: Sendable, Equatable {
    /// The paragraph, document or other long text that questions are about; nothing where there is none.
    var body = ""
    /// What is asked, without the body.
    var question = ""
    /// What is to be learnt.
    var answer = ""

    /// The record without its answer.
    var prompt: String { body + "\n" + question }
    /// All of it.
    var whole: String { prompt + "\n" + answer }

    /// The texts of a record of a known format, or of one with a report or text in it.
    init?(
        _ record: JSON, at place: RecordPlace, fields: FieldNames = FieldNames(), format: RecordFormat? = nil
    ) {
        let field = RecordField(record, at: place)
        if record["context"]?.string != nil, record["question"]?.string != nil {
            body = record["context"]?.string ?? ""
            question = record["question"]?.string ?? ""
            answer = Self.answers(record["answers"] ?? record["answer"] ?? .null).first ?? ""
            return
        }
        if let format = format ?? fields.recognise(field),
            let example = try? Importer(format: format, fields: fields).example(field)
        {
            self = RecordTexts(example)
            return
        }
        let texts = ["report", "text", "body", "document", "content"].compactMap { record[$0]?.string }
        guard let first = texts.first else { return nil }
        body = first
    }

    private init(_ example: Example) {
        switch example.content {
        case .text(let text): answer = text
        case .continuation(let prompt, let completion): (question, answer) = (prompt, completion)
        case .conversation(let conversation):
            let turns = conversation.turns.map(\.message)
            let asked = turns.indices.filter { turns[$0].role != .assistant }
            // The longest turn is the text that the others are about, if it is long at all.
            let longest = asked.max { turns[$0].content.utf8.count < turns[$1].content.utf8.count }
            if let longest, turns[longest].content.utf8.count >= Self.long { body = turns[longest].content }
            question = asked.filter { $0 != longest || body.isEmpty }.map { turns[$0].content }
                .joined(separator: "\n")
            answer = turns.filter { $0.role == .assistant }
                .map { message in
                    message.content + message.toolCalls.map { "\($0.name) \($0.arguments)" }.joined()
                }
                .joined(separator: "\n")
        }
    }

    /// From how many bytes on a turn is a text of its own.
    private static let long = 200

    /// The answers of SQuAD's shapes.
    static func answers(_ value: JSON) -> [String] {
        if let text = value.string { return [text] }
        let list = value.object == nil ? value.array : value["text"]?.array ?? value["text"].map { [$0] }
        return (list ?? []).compactMap { $0.string ?? $0["text"]?.string }
    }

    /// Takes away bodies that at least half of all records have: an instruction, not a document.
    static func withoutBoilerplate(_ all: [RecordTexts]) -> [RecordTexts] {
        var counts: [String: Int] = [:]
        for texts in all where !texts.body.isEmpty { counts[texts.body, default: 0] += 1 }
        guard let most = counts.max(by: { $0.value < $1.value }), most.value * 2 >= all.count,
            counts.count < 3,
            all.count >= 8
        else { return all }
        return all.map { texts in
            guard texts.body == most.key else { return texts }
            var own = texts
            own.body = ""
            return own
        }
    }
}
