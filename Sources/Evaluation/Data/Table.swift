import Checkpoint

/// Rows between line ends, cells between tabs, names in the first row.
///
/// Nothing is quoted and nothing escaped: a cell holds neither tab nor line end.
/// Every cell is text; an empty one is an empty text.
enum Table {
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
