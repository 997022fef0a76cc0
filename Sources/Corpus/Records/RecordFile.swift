import Checkpoint

/// A file of records: JSONL, a JSON array, one JSON object, or SQuAD's nested file.
///
/// Records are read one after the other; no tree of the whole file is built.
struct RecordFile {
    let path: String
    private let bytes: MappedBytes

    /// Called for every record until it gives false.
    typealias Visit = (RecordField, _ isNested: Bool) throws(CorpusError) -> Bool

    init(path: String) throws(CorpusError) {
        self.path = path
        do {
            bytes = try MappedFile(path: path).bytes
        } catch {
            guard case .file(let fault) = error.problem else { throw CorpusError(.notThere, path: path) }
            throw CorpusError(.file(fault), path: path)
        }
    }

    func records(_ visit: Visit) throws(CorpusError) {
        let isLines = path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson")
        if !isLines, firstByte == UInt8(ascii: "[") { return try array(visit) }
        if isLines || firstLineIsARecord { return try lines(visit) }
        try whole(visit)
    }

    // MARK: - JSONL

    private func lines(_ visit: Visit) throws(CorpusError) {
        var start = 0
        var number = 0
        while start < bytes.count {
            let line = line(from: start)
            start = line.upperBound + 1
            number += 1
            let place = RecordPlace(file: path, number: number)
            if isBlank(line) { continue }
            let record = RecordField(try parse(bytes[line], at: place), at: place)
            guard try visit(try record.object(), false) else { return }
        }
    }

    private func line(from start: Int) -> Range<Int> {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return start..<end
    }

    private func isBlank(_ line: Range<Int>) -> Bool {
        line.allSatisfy { [0x20, 0x09, 0x0D].contains(bytes[$0]) }
    }

    private func parse(_ bytes: MappedBytes, at place: RecordPlace) throws(CorpusError) -> JSON {
        do {
            return try JSON.parse(bytes)
        } catch {
            throw CorpusError(.json(error), at: place)
        }
    }

    private var firstByte: UInt8? {
        var at = 0
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
        return at < bytes.count ? bytes[at] : nil
    }

    /// Whether the first line that is not blank is a whole value and not SQuAD's nested file.
    private var firstLineIsARecord: Bool {
        var start = 0
        while start < bytes.count {
            let line = line(from: start)
            start = line.upperBound + 1
            if isBlank(line) { continue }
            guard let value = try? JSON.parse(bytes[line]) else { return false }
            return value["data"]?.array == nil
        }
        return true
    }

    // MARK: - One JSON text

    private static let limits = JSONLimits(depth: 64, bytes: 1 << 31, values: 1 << 26)

    private func array(_ visit: Visit) throws(CorpusError) {
        do {
            var reader = try JSONReader(bytes, limits: Self.limits)
            try reader.beginArray()
            var number = 0
            while try reader.nextElement() {
                number += 1
                let place = RecordPlace(file: path, number: number, isLine: false)
                guard try visit(try RecordField(try reader.value(), at: place).object(), false) else {
                    return
                }
            }
            try reader.finish()
        } catch {
            throw told(error)
        }
    }

    /// One object: SQuAD's nested file, or a single record.
    private func whole(_ visit: Visit) throws(CorpusError) {
        let root: JSON
        do {
            root = try JSON.parse(bytes, limits: Self.limits)
        } catch {
            throw CorpusError(.json(error), path: path)
        }
        let record = RecordField(root, at: RecordPlace(file: path, number: 1, isLine: false))
        guard root["data"]?.array != nil else {
            _ = try visit(try record.object(), false)
            return
        }
        var number = 0
        for article in try record.required("data").elements() {
            for paragraph in try article.object().required("paragraphs").elements() {
                let context = try paragraph.object().required("context")
                guard let questions = paragraph.member("qas"), questions.value.array?.isEmpty != true else {
                    continue
                }
                for question in try questions.elements() {
                    number += 1
                    let place = RecordPlace(file: path, number: number, isLine: false)
                    var flat = JSONObject([("context", context.value)])
                    for name in ["question", "answers"] { flat[name] = try question.object().value[name] }
                    let field = RecordField(.object(flat), at: place, path: question.path)
                    guard try visit(field, true) else { return }
                }
            }
        }
    }

    private func told(_ error: any Error) -> CorpusError {
        switch error {
        case let error as CorpusError: error
        case let error as JSONError: CorpusError(.json(error), path: path)
        default: CorpusError(.notThere, path: path)
        }
    }
}
