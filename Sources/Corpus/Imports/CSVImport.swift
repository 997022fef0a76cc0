import Checkpoint

/// Makes records of a table: each row an example, by the names of the columns.
public struct CSVImport: Sendable {
    /// Columns that stand for fields, where their names do not say it.
    public var columns: [FieldNames.Field: String]
    /// The separator, where the header does not decide.
    public var separator: Character?

    /// An import that knows the usual names of columns, in English and German.
    public init(columns: [FieldNames.Field: String] = [:], separator: Character? = nil) {
        (self.columns, self.separator) = (columns, separator)
    }

    /// Why a table gives no records.
    public enum Problem: Error, Sendable, Equatable {
        /// The file cannot be read.
        case file(CorpusError)
        /// The table cannot be read.
        case table(CSVFile.Problem)
        /// There is no such column.
        case noColumn(String, header: [String])
        /// The columns make no format.
        case noFormat(header: [String])
    }

    private static let names: [(FieldNames.Field, [String])] = [
        (.context, ["context", "kontext", "text", "paragraph", "absatz", "passage", "document", "dokument"]),
        (.question, ["question", "frage", "query"]),
        (.answers, ["answers", "answer", "antwort", "antworten"]),
        (.prompt, ["prompt", "eingabe", "user", "nutzer"]),
        (.completion, ["completion", "ausgabe", "response", "assistant", "reply"]),
        (.instruction, ["instruction", "anweisung", "aufgabe"]),
        (.input, ["input"]), (.output, ["output"]),
        (.system, ["system", "system_prompt"]),
        (.text, ["text", "content", "inhalt"]),
    ]

    /// The rows of a file. Untrusted input.
    public func read(_ path: String) throws(Problem) -> Imported {
        let bytes: [UInt8]
        do {
            bytes = try MappedFile(path: path).bytes.array
        } catch {
            guard case .file(let fault) = error.problem else {
                throw .file(CorpusError(.notThere, path: path))
            }
            throw .file(CorpusError(.file(fault), path: path))
        }
        let table: CSVFile
        do throws(CSVFile.Problem) {
            table = try CSVFile(bytes, separator: separator)
        } catch {
            throw .table(error)
        }
        let fields = try self.fields(table.header)
        guard let shape = Self.shapes.first(where: { $0.allSatisfy { fields[$0] != nil } }) else {
            throw .noFormat(header: table.header)
        }
        var imported = Imported()
        for row in table.rows {
            let place = RecordPlace(file: path, number: row.line)
            func cell(_ field: FieldNames.Field) -> String { fields[field].map { row.cells[$0] } ?? "" }
            if let empty = shape.first(where: { cell($0).trimmed.isEmpty && $0 != .answers }) {
                imported.note(.emptyCell(fields[empty].map { table.header[$0] } ?? ""), at: place)
            } else if let record = Self.record(shape, cell, at: place, &imported) {
                let used = Set(fields.values)
                // Other columns, such as a number or a group, stay with the record.
                let rest = table.header.indices.filter { !used.contains($0) && !table.header[$0].isEmpty }
                    .map { (key: table.header[$0], value: JSON.string(row.cells[$0])) }
                let taken = Set(record.keys)
                imported.records.append(
                    .object(JSONObject(rest.filter { !taken.contains($0.key) } + record.members)))
            }
        }
        guard !imported.records.isEmpty else { throw .file(CorpusError(.empty, path: path)) }
        return imported
    }

    /// In the order in which they are tried.
    private static let shapes: [[FieldNames.Field]] = [
        [.context, .question, .answers], [.prompt, .completion], [.instruction, .output],
        [.question, .answers],
        [.text],
    ]

    private func fields(_ header: [String]) throws(Problem) -> [FieldNames.Field: Int] {
        var fields: [FieldNames.Field: Int] = [:]
        for (field, column) in columns {
            guard let place = header.firstIndex(of: column) else { throw .noColumn(column, header: header) }
            fields[field] = place
        }
        for (field, names) in Self.names where fields[field] == nil {
            fields[field] = header.firstIndex { names.contains($0.lowercased()) }
        }
        return fields
    }

    private static func record(
        _ shape: [FieldNames.Field], _ cell: (FieldNames.Field) -> String, at place: RecordPlace,
        _ imported: inout Imported
    ) -> JSONObject? {
        if shape == [.text] { return JSONObject([("text", .string(cell(.text)))]) }
        if shape.first == .context {
            let answer = cell(.answers)
            if answer.trimmed.isEmpty {
                imported.note(.unanswerable, at: place)
                return nil
            }
            let start = Masking.start(of: answer, near: -1, in: cell(.context))
            if start < 0 { imported.note(.notInText, at: place) }
            let answers = JSONObject([
                ("text", .array([.string(answer)])), ("answer_start", .array([.integer(Int64(start))])),
            ])
            return JSONObject([
                ("context", .string(cell(.context))), ("question", .string(cell(.question))),
                ("answers", .object(answers)),
            ])
        }
        var turns: [(String, String)] = []
        if !cell(.system).trimmed.isEmpty { turns.append(("system", cell(.system))) }
        let asked = cell(shape[0]) + (cell(.input).trimmed.isEmpty ? "" : "\n" + cell(.input))
        let answer = cell(shape[1])
        if answer.trimmed.isEmpty {
            imported.note(.unanswerable, at: place)
            return nil
        }
        turns += [("user", asked), ("assistant", answer)]
        let messages = turns.map { role, text -> JSON in
            .object(JSONObject([("role", .string(role)), ("content", .string(text))]))
        }
        return JSONObject([("messages", .array(messages))])
    }
}
