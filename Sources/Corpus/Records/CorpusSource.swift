import Checkpoint
import Foundation

/// A dataset: where it is, and how its records are to be read.
public struct CorpusSource: Sendable, Equatable {
    /// The file, or a folder with one file a split.
    public var path: String
    /// The format, or nothing to recognise it from the first record.
    public var format: RecordFormat?
    /// Which file of a folder: `train` for `train.jsonl` or `train.json`.
    public var split: String?
    /// What the fields are called.
    public var fields: FieldNames

    /// A dataset at a path.
    public init(
        path: String, format: RecordFormat? = nil, split: String? = nil, fields: FieldNames = FieldNames()
    ) {
        (self.path, self.format, self.split, self.fields) = (path, format, split, fields)
    }

    /// The file to read: the path itself, or the split's file in it.
    func file() throws(CorpusError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CorpusError(.notThere, path: path)
        }
        guard isFolder.boolValue else {
            if let split { throw CorpusError(.splitOfFile(split), path: path) }
            return path
        }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let names = files.filter { name in Self.endings.contains { name.hasSuffix($0) } }.sorted()
        let split = split ?? "train"
        for ending in Self.endings where names.contains(split + ending) {
            return path + "/" + split + ending
        }
        throw CorpusError(.noSplit(split, found: names), path: path)
    }

    static let endings = [".jsonl", ".json"]
}
