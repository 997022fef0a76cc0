import Foundation

/// A place that takes whole files one after another.
///
/// Why: an adapter is written in the same way into a checkpoint, where all its
/// files appear at once, and into a plain folder, where each appears on its own.
public protocol FileReceiver {
    /// Writes a file of a plain name; it is on the disk when this returns.
    mutating func add(
        _ name: String, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError)
}

extension FileReceiver {
    /// Writes a file with these bytes.
    public mutating func add(_ name: String, bytes: [UInt8]) throws(CheckpointError) {
        try add(name) { (sink) throws(CheckpointError) in try sink.append(bytes) }
    }
}

/// A folder into which files are put one by one, each whole or not at all.
public struct PlainFolder: FileReceiver {
    private let path: String

    /// A folder, made with those above it where it is not there.
    public init(_ path: String) throws(CheckpointError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError(path, .writing(.system(.create, errno)))
        }
        self.path = path
    }

    /// Writes a file of a plain name, in place of one that is there.
    public mutating func add(
        _ name: String, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        precondition(name.isPlainFileName, "not a plain file name")
        try AtomicFile.write(path + "/" + name, body)
    }
}
