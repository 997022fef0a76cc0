import Checkpoint

/// Reads SQuAD's files, versions 1.1 and 2.0, nested as published or flat as on Hugging Face.
public struct SquadImport: Sendable {
    /// What a model should say where the text does not answer; nothing to leave such questions out.
    public var unanswerable: String?

    /// An import that leaves out what cannot be answered, unless it is told what to say.
    public init(unanswerable: String? = nil) { self.unanswerable = unanswerable }

    /// The questions of a file as flat records. Untrusted input: the first fault throws.
    public func read(_ path: String) throws(CorpusError) -> Imported {
        var imported = Imported()
        let file = try DataFile(path)
        if let fault = file.faults.first { throw fault }
        // A nested file comes flattened without its titles; those are read again below.
        if let nested = try Self.nested(path) {
            try read(nested, path, into: &imported)
        } else {
            for record in file.records {
                try take(RecordField(record.value, at: record.place), into: &imported)
            }
        }
        guard !imported.records.isEmpty else { throw CorpusError(.empty, path: path) }
        return imported
    }

    private static func nested(_ path: String) throws(CorpusError) -> JSON? {
        guard !path.hasSuffix(".jsonl"), !path.hasSuffix(".ndjson"),
            let bytes = try? MappedFile(path: path).bytes,
            let root = try? JSON.parse(bytes, limits: .largeFile), root["data"]?.array != nil
        else { return nil }
        return root
    }

    private func read(_ root: JSON, _ path: String, into imported: inout Imported) throws(CorpusError) {
        var number = 0
        for article in root["data"]?.array ?? [] {
            for paragraph in article["paragraphs"]?.array ?? [] {
                for question in paragraph["qas"]?.array ?? [] {
                    number += 1
                    var flat = question.object ?? JSONObject()
                    flat["context"] = paragraph["context"]
                    flat["title"] = flat["title"] ?? article["title"]
                    let place = RecordPlace(file: path, number: number, isLine: false)
                    try take(RecordField(.object(flat), at: place), into: &imported)
                }
            }
        }
    }

    private func take(_ record: RecordField, into imported: inout Imported) throws(CorpusError) {
        let context = try record.required("context").string()
        let question = try record.required("question").string()
        let answers = try record.required("answers").value
        let texts = RecordTexts.answers(answers)
        let starts =
            (answers["answer_start"]?.array ?? (answers.array ?? []).map { $0["answer_start"] ?? .null })
            .map(\.int)
        let isOpen = texts.allSatisfy(\.trimmed.isEmpty) || record.value["is_impossible"]?.bool == true
        var spans: [(text: String, start: Int)] = []
        if isOpen {
            guard let unanswerable else { return imported.note(.unanswerable, at: record.place) }
            spans = [(unanswerable, -1)]
        } else {
            for (place, text) in texts.enumerated() where !spans.contains(where: { $0.text == text }) {
                let told = place < starts.count ? starts[place] : nil
                let start = Masking.start(of: text, near: told ?? -1, in: context)
                if start < 0 {
                    imported.note(.notInText, at: record.place)
                } else if let told, start != told {
                    imported.note(.moved, at: record.place)
                }
                spans.append((text, start))
            }
        }
        var members: [(key: String, value: JSON)] = []
        for name in ["id", "title"] {
            if let value = record.value[name] { members.append((name, value)) }
        }
        members.append(("context", .string(context)))
        members.append(("question", .string(question)))
        members.append(
            (
                "answers",
                .object(
                    JSONObject([
                        ("text", .array(spans.map { .string($0.text) })),
                        ("answer_start", .array(spans.map { .integer(Int64($0.start)) })),
                    ]))
            ))
        members.append(("spans", .array(isOpen ? [] : spans.map { .string($0.text) })))
        members.append(("is_impossible", .bool(isOpen)))
        imported.records.append(.object(JSONObject(members)))
    }
}
