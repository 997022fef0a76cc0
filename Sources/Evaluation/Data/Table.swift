import Checkpoint
import Corpus

/// Rows of cells with names in the first row; every cell is text, an empty one an empty text.
///
/// Between tabs nothing is quoted and nothing escaped, and a cell holds neither tab nor line end; a
/// spreadsheet's cells may hold both, in quotation marks.
enum Table {
    /// Rows of a table that may quote its cells.
    static func spreadsheet(_ bytes: [UInt8], _ path: String) throws(DataError) -> [Document] {
        let table: CSVFile
        do throws(CSVFile.Problem) {
            table = try CSVFile(bytes)
        } catch {
            switch error {
            case .openQuote(let line): throw DataError(.openQuote, in: path, row: line)
            case .ragged(let line, let cells, let header):
                throw DataError(.raggedRow(cells: cells, columns: header), in: path, row: line)
            case .notUTF8: throw DataError(.notUTF8, in: path)
            case .empty: throw DataError(.empty, in: path)
            case .sameName(let name): throw DataError(.duplicateColumn(name), in: path, row: 1)
            }
        }
        return table.rows.map { row in
            let members = zip(table.header, row.cells).map { (key: $0, value: JSON.string($1)) }
            return Document(json: .object(JSONObject(members)), path: path, row: row.line)
        }
    }

    static func rows(_ bytes: [UInt8], _ path: String) throws(DataError) -> [Document] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        guard let first = lines.first else { return [] }
        let names = try cells(first, path, row: 1)
        for (place, name) in names.enumerated() where names[..<place].contains(name) {
            throw DataError(.duplicateColumn(name), in: path, row: 1)
        }
        var rows: [Document] = []
        for (place, line) in lines.enumerated().dropFirst() {
            let cells = try cells(line, path, row: place + 1)
            guard cells.count == names.count else {
                throw DataError(
                    .raggedRow(cells: cells.count, columns: names.count), in: path, row: place + 1)
            }
            let members = zip(names, cells).map { (key: $0, value: JSON.string($1)) }
            rows.append(Document(json: .object(JSONObject(members)), path: path, row: place + 1))
        }
        return rows
    }

    private static func cells(
        _ line: ArraySlice<UInt8>, _ path: String, row: Int
    ) throws(DataError) -> [String] {
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        var cells: [String] = []
        for cell in line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
            guard let text = String(validating: cell, as: UTF8.self) else {
                throw DataError(.notUTF8, in: path, row: row)
            }
            cells.append(text)
        }
        return cells
    }
}
