import Checkpoint
import Foundation

/// A dataset's file as it is, whatever is wrong with single records.
///
/// Training stops at the first fault; whoever wants to repair a file needs all of them.
public struct DataFile: Sendable {
    /// A record and where it stands.
    public struct Record: Sendable {
        /// The object.
        public let value: JSON
        /// Its line or number.
        public let place: RecordPlace
        /// The line as it is written, where the file has lines.
        public let line: MappedBytes?
    }

    /// Where it is.
    public let path: String
    /// The records that could be read.
    public private(set) var records: [Record] = []
    /// What could not be read.
    public private(set) var faults: [CorpusError] = []

    /// Reads a file. Untrusted input: throws where there is no file, and where a file that is one
    /// JSON text is broken.
    public init(_ path: String) throws(CorpusError) {
        self.path = path
        guard path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson") else {
            var records: [Record] = []
            try RecordFile(path: path).records { record, _ throws(CorpusError) in
                records.append(Record(value: record.value, place: record.place, line: nil))
                return true
            }
            self.records = records
            return
        }
        let bytes: MappedBytes
        do {
            bytes = try MappedFile(path: path).bytes
        } catch {
            guard case .file(let fault) = error.problem else { throw CorpusError(.notThere, path: path) }
            throw CorpusError(.file(fault), path: path)
        }
        var start = 0
        var number = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            number += 1
            var last = end
            while last > start, [0x20, 0x09, 0x0D].contains(bytes[last - 1]) { last -= 1 }
            if last > start { take(bytes[start..<last], at: RecordPlace(file: path, number: number)) }
            start = end + 1
        }
    }

    private mutating func take(_ line: MappedBytes, at place: RecordPlace) {
        do throws(JSONError) {
            let value = try JSON.parse(line)
            guard value.object != nil else {
                let problem = CorpusError.Problem.wrongKind(field: "", wanted: "an object", found: value.kind)
                return faults.append(CorpusError(problem, at: place))
            }
            records.append(Record(value: value, place: place, line: line))
        } catch {
            faults.append(CorpusError(.json(error), at: place))
        }
    }

    /// The files that a path means: itself, or the datasets in a folder, training data first.
    public static func paths(_ path: String) throws(CorpusError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CorpusError(.notThere, path: path)
        }
        guard isFolder.boolValue else { return [path] }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { name in CorpusSource.endings.contains { name.hasSuffix($0) } && !name.hasPrefix(".") }
        guard !names.isEmpty else { throw CorpusError(.noSplit("train", found: []), path: path) }
        let usual = ["train", "validation", "valid", "dev", "test"]
        func rank(_ name: String) -> Int { usual.firstIndex { name.contains($0) } ?? usual.count }
        return names.sorted { (rank($0), $0) < (rank($1), $1) }.map { path + "/" + $0 }
    }
}
