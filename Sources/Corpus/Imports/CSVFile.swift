import Foundation

/// A table as spreadsheets save it: RFC 4180, with commas, semicolons or tabs.
public struct CSVFile: Sendable, Equatable {
    /// A row and the line it begins in.
    public struct Row: Sendable, Equatable {
        /// As many cells as the header.
        public let cells: [String]
        /// Counted from 1.
        public let line: Int
    }

    /// The names of the columns.
    public let header: [String]
    /// All rows below the header that are not blank.
    public let rows: [Row]

    /// Why a table cannot be read.
    public enum Problem: Error, Sendable, Equatable {
        /// A quotation mark that is never closed opens in this line.
        case openQuote(line: Int)
        /// The row has another number of cells than the header.
        case ragged(line: Int, cells: Int, header: Int)
        /// The bytes are no UTF-8.
        case notUTF8
        /// There is not even a header.
        case empty
        /// Two columns have the same name.
        case sameName(String)
    }

    /// Reads the bytes of a table; without a separator the header decides. Untrusted input.
    public init(_ bytes: [UInt8], separator: Character? = nil) throws(Problem) {
        guard var text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        if text.first == "\u{FEFF}" { text.removeFirst() }
        let separator = separator ?? Self.separator(of: text)
        var rows = try Self.cells(text, separator).filter { $0.cells != [""] }
        guard !rows.isEmpty else { throw .empty }
        header = rows.removeFirst().cells.map(\.trimmed)
        for (place, name) in header.enumerated() where !name.isEmpty && header[..<place].contains(name) {
            throw .sameName(name)
        }
        for row in rows where row.cells.count != header.count {
            throw .ragged(line: row.line, cells: row.cells.count, header: header.count)
        }
        self.rows = rows
    }

    /// The separator that the header has most of, outside of quotation marks.
    private static func separator(of text: String) -> Character {
        var counts: [Character: Int] = [:]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if character.isNewline { break }
            counts[character, default: 0] += 1
        }
        let candidates: [Character] = [",", ";", "\t"]
        return candidates.max { (counts[$0] ?? 0, $1) < (counts[$1] ?? 0, $0) } ?? ","
    }

    private static func cells(_ text: String, _ separator: Character) throws(Problem) -> [Row] {
        var rows: [Row] = []
        var cells: [String] = []
        var cell = ""
        var (line, start, quote) = (1, 1, 0)
        var isQuoted = false, wasQuoted = false
        var before: Character?
        for character in text {
            if isQuoted {
                if character == "\"" { isQuoted = false } else { cell.append(character) }
            } else if character == "\"", cell.isEmpty || wasQuoted {
                // Two in a row within quotation marks are one.
                if wasQuoted, before == "\"" { cell.append("\"") }
                (isQuoted, wasQuoted, quote) = (true, true, line)
            } else if character == separator {
                cells.append(cell)
                (cell, wasQuoted) = ("", false)
            } else if character.isNewline {
                rows.append(Row(cells: cells + [cell], line: start))
                (cells, cell, wasQuoted, start) = ([], "", false, line + 1)
            } else {
                cell.append(character)
            }
            if character.isNewline { line += 1 }
            before = character
        }
        if isQuoted { throw .openQuote(line: quote) }
        if !cells.isEmpty || !cell.isEmpty || wasQuoted {
            rows.append(Row(cells: cells + [cell], line: start))
        }
        return rows
    }
}
