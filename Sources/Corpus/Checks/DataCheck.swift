import Checkpoint
import Text

/// Looks through datasets for what spoils training or makes a measurement worthless.
///
/// The files given together are splits of one dataset: what two of them have in
/// common is told.
public struct DataCheck: Sendable {
    /// How alike texts have to be to count as almost the same.
    public var likeness = 0.8
    /// Whether IP addresses count as personal data.
    public var addresses = false
    /// What the examples are made tokens with, where their length is to be checked.
    public var encoder: ExampleEncoder?
    /// The format, where it is not to be recognised.
    public var format: RecordFormat?
    /// What the fields are called.
    public var fields = FieldNames()

    /// A check with the usual rules.
    public init() {}

    /// What was found in the files, file by file, line by line.
    public func findings(_ files: [DataFile]) -> [DataFinding] {
        var findings: [DataFinding] = []
        var entries: [Entry] = []
        for (number, file) in files.enumerated() {
            findings += file.faults.map {
                DataFinding(
                    place: $0.place ?? RecordPlace(file: file.path, number: 1), kind: .unreadable($0.problem))
            }
            let format =
                format ?? file.records.first.flatMap { fields.recognise(RecordField($0.value, at: $0.place)) }
            for record in file.records {
                findings += self.findings(in: record, format)
                if let texts = RecordTexts(record.value, at: record.place, fields: fields, format: format) {
                    entries.append(Entry(file: number, place: record.place, texts: texts))
                }
            }
        }
        let texts = RecordTexts.withoutBoilerplate(entries.map(\.texts))
        for place in entries.indices { entries[place].texts = texts[place] }
        findings += repetitions(entries)
        findings += sharedTexts(entries)
        let order = Dictionary(
            files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
        return findings.enumerated().sorted { a, b in
            let (first, second) = (order[a.element.place.file] ?? 0, order[b.element.place.file] ?? 0)
            return (first, a.element.place.number, a.offset) < (second, b.element.place.number, b.offset)
        }.map(\.element)
    }

    private struct Entry {
        let file: Int
        let place: RecordPlace
        var texts: RecordTexts
    }

    // MARK: - Single records

    private func findings(in record: DataFile.Record, _ format: RecordFormat?) -> [DataFinding] {
        var kinds: [DataFinding.Kind] = []
        if let format {
            do throws(CorpusError) {
                let example = try Importer(format: format, fields: fields).example(
                    RecordField(record.value, at: record.place))
                if let encoder { kinds += lengths(example, encoder) }
            } catch {
                kinds.append(.unreadable(error.problem))
            }
        }
        kinds += answers(record.value)
        texts(record.value, path: "") { path, text in
            kinds += form(text, path)
            kinds += DataMarks.findings(in: text, addresses: addresses).map { found in
                found.isSecret ? .secret(found.word, field: path) : .personal(found.word, field: path)
            }
        }
        return kinds.map { DataFinding(place: record.place, kind: $0) }
    }

    private func lengths(_ example: Example, _ encoder: ExampleEncoder) -> [DataFinding.Kind] {
        do throws(CorpusError) {
            _ = try encoder.encode(example)
            return []
        } catch {
            if case .tooLong(let tokens, let limit, _) = error.problem {
                return [.tooLong(tokens: tokens, limit: limit)]
            }
            return [.unreadable(error.problem)]
        }
    }

    private func answers(_ record: JSON) -> [DataFinding.Kind] {
        guard let context = record["context"]?.string, record["question"]?.string != nil,
            record["is_impossible"]?.bool != true, let answers = record["answers"]
        else { return [] }
        let texts = RecordTexts.answers(answers)
        let starts =
            (answers["answer_start"]?.array ?? answers.array?.compactMap { $0["answer_start"] } ?? []).map(
                \.int)
        return texts.enumerated().compactMap { place, text in
            guard !text.isEmpty else { return nil }
            let start = place < starts.count ? starts[place] : nil
            let found = Masking.start(of: text, near: start ?? 0, in: context)
            // A record that says itself that the answer stands nowhere is right.
            if found < 0 { return start.map { $0 < 0 } == true ? nil : .answerNotThere }
            guard let start, start >= 0 else { return nil }
            return found == start ? nil : .answerElsewhere(found)
        }
    }

    private func texts(_ value: JSON, path: String, _ visit: (String, String) -> Void) {
        switch value {
        case .string(let text): visit(path, text)
        case .array(let elements):
            for (place, element) in elements.enumerated() { texts(element, path: "\(path)[\(place)]", visit) }
        case .object(let object):
            for member in object.members {
                texts(member.value, path: path.isEmpty ? member.key : "\(path).\(member.key)", visit)
            }
        default: break
        }
    }

    /// Fields that say where a record comes from may be empty or anything.
    private static let plain: Set<String> = [
        "id", "path", "source", "title", "date", "url", "commit", "licence",
    ]

    private func form(_ text: String, _ path: String) -> [DataFinding.Kind] {
        if Self.plain.contains(path) { return [] }
        guard !text.isEmpty else {
            // A system text or a tool's answer may be empty; a question or an answer may not.
            return path.hasSuffix("system") || path.hasSuffix("input") || path.contains("tool")
                ? [] : [.empty(field: path)]
        }
        var kinds: [DataFinding.Kind] = []
        let isPlainText = path == "text" || path == "prompt" || path == "completion" || path == "report"
        if !isPlainText, text.first?.isWhitespace == true || text.last?.isWhitespace == true {
            kinds.append(.edges(field: path))
        }
        var hasControl = false, isDamaged = false
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            let value = scalar.value
            if (value < 0x20 && ![0x09, 0x0A, 0x0D].contains(value)) || value == 0x7F { hasControl = true }
            // UTF-8 read as Latin-1: Ã or Â with a sign that stands alone in no language.
            let isPair = (before == "\u{C3}" || before == "\u{C2}") && (0x80...0xBF).contains(value)
            if value == 0xFFFD || isPair { isDamaged = true }
            before = scalar
        }
        if hasControl { kinds.append(.control(field: path)) }
        if isDamaged { kinds.append(.damaged(field: path)) }
        return kinds
    }

    // MARK: - Records among each other

    private func repetitions(_ entries: [Entry]) -> [DataFinding] {
        var findings: [DataFinding] = []
        var whole: [[UInt32]: [Int]] = [:]
        var prompts: [[UInt32]: [Int]] = [:]
        var isRepeated = [Bool](repeating: false, count: entries.count)
        for (number, entry) in entries.enumerated() {
            let key = NearDuplicates.plain(entry.texts.whole)
            let same = whole[key] ?? []
            if let earlier = same.first(where: { entries[$0].file == entry.file }) {
                findings.append(DataFinding(place: entry.place, kind: .duplicate(entries[earlier].place)))
                isRepeated[number] = true
            } else {
                if let earlier = same.first {
                    findings.append(DataFinding(place: entry.place, kind: .overlap(entries[earlier].place)))
                    isRepeated[number] = true
                }
                whole[key] = same + [number]
            }
            guard !isRepeated[number], !entry.texts.question.isEmpty else { continue }
            let prompt = NearDuplicates.plain(entry.texts.prompt)
            if let earlier = prompts[prompt]?.first(where: { entries[$0].file == entry.file }) {
                findings.append(DataFinding(place: entry.place, kind: .conflict(entries[earlier].place)))
                isRepeated[number] = true
            } else {
                prompts[prompt, default: []].append(number)
            }
        }
        return findings
            + nearRepetitions(entries.enumerated().filter { !isRepeated[$0.offset] }.map(\.element))
    }

    /// Records that are almost the same: with the same body, by what they ask and answer.
    private func nearRepetitions(_ entries: [Entry]) -> [DataFinding] {
        var bodies: [String: Int] = [:]
        let salt = entries.map { entry -> Int in
            let number = bodies[entry.texts.body] ?? bodies.count
            bodies[entry.texts.body] = number
            return number
        }
        let asked = entries.map { $0.texts.question + "\n" + $0.texts.answer }
        return NearDuplicates(threshold: likeness).pairs(asked, salt: salt).map { pair in
            let (own, other) = (entries[pair.text], entries[pair.sameAs])
            let kind: DataFinding.Kind =
                own.file == other.file
                ? .nearDuplicate(other.place, likeness: pair.likeness)
                : .nearText(other.place, likeness: pair.likeness)
            return DataFinding(place: own.place, kind: kind)
        }
    }

    /// Bodies that two files have in common, and bodies that are almost the same.
    private func sharedTexts(_ entries: [Entry]) -> [DataFinding] {
        var findings: [DataFinding] = []
        var first: [String: Int] = [:]
        var told: Set<[Int]> = []
        var bodies: [Int] = []
        for (number, entry) in entries.enumerated() where !entry.texts.body.isEmpty {
            guard let earlier = first[entry.texts.body] else {
                first[entry.texts.body] = number
                bodies.append(number)
                continue
            }
            // Once for a text and a file is enough.
            if entries[earlier].file != entry.file, told.insert([earlier, entry.file]).inserted {
                findings.append(DataFinding(place: entry.place, kind: .sharedText(entries[earlier].place)))
            }
        }
        let pairs = NearDuplicates(threshold: likeness).pairs(bodies.map { entries[$0].texts.body })
        return findings
            + pairs.map { pair in
                let (own, other) = (entries[bodies[pair.text]], entries[bodies[pair.sameAs]])
                let kind: DataFinding.Kind =
                    own.file == other.file
                    ? .nearDuplicate(other.place, likeness: pair.likeness)
                    : .nearText(other.place, likeness: pair.likeness)
                return DataFinding(place: own.place, kind: kind)
            }
    }
}
