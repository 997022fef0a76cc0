/// An answer that people have judged, to measure a judge on.
struct JudgeLabel: Sendable {
    /// The row, with the fields that the rubric names.
    let document: Document
    let answer: String
    /// Its score; of a pair 2 where the answer is the better one, 0 where it is the worse, 1 for a tie.
    let label: Int

    /// The labelled answers of a judge's file; none where it names none.
    ///
    /// A row has `answer`, `label` and what the rubric asks for. A label is a score on the judge's scale,
    /// or `better`, `worse` or `tie` where the judge compares two.
    static func read(_ spec: JudgeSpec) throws(DataError) -> [JudgeLabel]? {
        guard let path = spec.labelled else { return nil }
        var labels: [JudgeLabel] = []
        for row in try DataFile.rows(path, DataFormat(path: path) ?? .jsonl) {
            guard let answer = row.json["answer"]?.string else {
                throw DataError(.missingField("answer"), in: row.path, row: row.row)
            }
            guard row.json["label"] != nil else {
                throw DataError(.missingField("label"), in: row.path, row: row.row)
            }
            guard let label = label(of: row, spec) else {
                let wanted = spec.against == nil ? "0 to \(spec.scale)" : "better, worse or tie"
                throw DataError(.notALabel(wanted: wanted), in: row.path, row: row.row)
            }
            try spec.check(row)
            labels.append(JudgeLabel(document: row, answer: answer, label: label))
        }
        return labels
    }

    private static func label(of row: Document, _ spec: JudgeSpec) -> Int? {
        guard spec.against != nil else {
            let score = row.json["label"]?.int ?? row.json["label"]?.string.flatMap { Int($0) }
            return score.flatMap { (0...spec.scale).contains($0) ? $0 : nil }
        }
        return switch row.json["label"]?.string {
        case "better": 2
        case "tie": 1
        case "worse": 0
        default: nil
        }
    }
}

extension JudgeSpec {
    /// Throws where a row lacks what the rubric, or the other answer of a pair, asks of it.
    func check(_ row: Document) throws(DataError) {
        _ = try row.text(rubric)
        if let against { _ = try row.text(against) }
    }
}

extension JudgeVerdict.Preference {
    /// The preference as a number: more is better for the first answer.
    var rank: Int {
        switch self {
        case .first: 2
        case .tie: 1
        case .second: 0
        }
    }
}
