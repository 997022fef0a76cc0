import Checkpoint
import Foundation

/// A file of records that a verb writes, looked at before any work begins.
struct DataOutput {
    let path: String

    /// A path that nothing is at, unless it may be replaced.
    init(_ path: String, replaces: Bool) throws(DestinationError) {
        var isFolder: ObjCBool = false
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: parent, isDirectory: &isFolder), isFolder.boolValue
        else {
            throw .noFolder(parent)
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard replaces else { throw .exists(path) }
            guard !isFolder.boolValue else { throw .folderInPlaceOfFile(path) }
        }
        self.path = path
    }

    /// Writes records, one a line.
    func write(_ records: some Sequence<JSON>) throws(CheckpointError) {
        try write(lines: records.lazy.map { $0.serialised() })
    }

    /// Writes lines, whole or not at all.
    func write(lines: some Sequence<[UInt8]>) throws(CheckpointError) {
        try AtomicFile.write(path) { sink throws(CheckpointError) in
            for line in lines { try sink.append(line + [UInt8(ascii: "\n")]) }
        }
    }
}
