import Checkpoint
import Foundation

/// A file of rows, whatever it is written in.
enum DataFile {
    /// The most bytes of a data file, unpacked.
    static let limit = 1 << 30

    /// All rows of a file, in its order.
    static func rows(_ path: String, _ format: DataFormat) throws(DataError) -> [Document] {
        var bytes = try contents(path)
        // Spreadsheets and editors of one system begin their files with a mark that says nothing.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let rows =
            switch format {
            case .jsonl, .requests: try lines(bytes, path)
            case .json: try list(bytes, path)
            case .tsv: try Table.rows(bytes, path)
            case .csv: try Table.spreadsheet(bytes, path)
            }
        guard !rows.isEmpty else { throw DataError(.empty, in: path) }
        return rows
    }

    private static func contents(_ path: String) throws(DataError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DataError(.unreadable, in: path)
        }
        let bytes = [UInt8](data)
        guard bytes.starts(with: [0x1F, 0x8B]) else {
            guard bytes.count <= limit else { throw DataError(.tooLarge(limit: limit), in: path) }
            return bytes
        }
        do throws(Inflate.Problem) {
            return try Inflate.gzip(bytes, limit: limit)
        } catch {
            throw DataError(error == .tooLarge ? .tooLarge(limit: limit) : .damagedGzip, in: path)
        }
    }

    private static func lines(_ bytes: [UInt8], _ path: String) throws(DataError) -> [Document] {
        var rows: [Document] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let value: JSON
            do throws(JSONError) {
                value = try JSON.parse(Array(line))
            } catch {
                throw DataError(.notJSON(error), in: path, row: number)
            }
            guard value.object != nil else { throw DataError(.notAnObject, in: path, row: number) }
            rows.append(Document(json: value, path: path, row: number))
        }
        return rows
    }

    private static func list(_ bytes: [UInt8], _ path: String) throws(DataError) -> [Document] {
        let value: JSON
        do throws(JSONError) {
            value = try JSON.parse(bytes, limits: JSONLimits(bytes: limit, values: 1 << 24))
        } catch {
            // Many a file of that name holds one object a line.
            if error.problem == .trailingBytes { return try lines(bytes, path) }
            throw DataError(.notJSON(error), in: path)
        }
        guard let elements = value.array ?? value["data"]?.array else {
            throw DataError(.notAList, in: path)
        }
        var rows: [Document] = []
        for (place, element) in elements.enumerated() {
            guard element.object != nil else { throw DataError(.notAnObject, in: path, row: place + 1) }
            let questions = Self.questions(of: element) ?? [element]
            for question in questions {
                rows.append(Document(json: question, path: path, row: rows.count + 1))
            }
        }
        return rows
    }

    /// The questions of an article as SQuAD publishes it, each with its paragraph and title; nothing
    /// where the element is no such article.
    private static func questions(of article: JSON) -> [JSON]? {
        guard let paragraphs = article["paragraphs"]?.array else { return nil }
        var questions: [JSON] = []
        for paragraph in paragraphs {
            guard let context = paragraph["context"], let asked = paragraph["qas"]?.array else { return nil }
            for question in asked {
                guard var row = question.object else { return nil }
                row["context"] = context
                if row["title"] == nil { row["title"] = article["title"] }
                questions.append(.object(row))
            }
        }
        return questions
    }
}
