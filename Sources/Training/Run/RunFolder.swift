import Checkpoint
import Foundation

/// The folder of a run, held by one process at a time.
///
/// While it lives no other process can train into the folder; the system lets go of
/// it when the process ends, however it ends.
final class RunFolder {
    /// The path as it was given.
    let path: String
    /// The checkpoints in it.
    let checkpoints: AtomicDirectory
    private let lock: Int32

    /// Makes the folder where it is not there, and takes hold of it.
    init(_ path: String) throws {
        self.path = path
        _ = try PlainFolder(path)
        checkpoints = AtomicDirectory(path)
        lock = open(path + "/.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw CheckpointError(path, .writing(.system(.create, errno))) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw TrainingError.folderBusy(path: path)
        }
    }

    deinit { close(lock) }

    /// Whether there is something in it that a new run would mix with.
    var holdsRun: Bool {
        !checkpoints.numbers.isEmpty
            || FileManager.default.fileExists(atPath: path + "/adapter_model.safetensors")
    }

    /// Writes a small file, whole or not at all.
    func write(_ name: String, _ text: String) throws {
        var folder = try PlainFolder(path)
        try folder.add(name, bytes: Array(text.utf8))
    }

    /// The folder of TensorBoard's files, without those of steps that are taken again.
    func events(after step: Int) throws -> String {
        let folder = path + "/events"
        _ = try PlainFolder(folder)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let pieces = name.split(separator: ".")
            guard name.hasSuffix(".hearth"), pieces.count == 5, let first = Int(pieces[3]), first >= step
            else {
                continue
            }
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
        return folder
    }

    /// The text of a file, or nothing.
    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A file that grows by lines.
///
/// It tells people and programs how the run goes; nothing is read back from it but
/// to cut it off where a run goes on.
final class GrowingFile {
    private let path: String
    private let file: FileHandle

    /// A file that begins with these bytes, in place of one that is there.
    init(_ path: String, beginning bytes: [UInt8]) throws {
        self.path = path
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
        } catch {
            throw CheckpointError(path, .writing(.system(.write, errno)))
        }
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try file.write(contentsOf: Data(bytes))
        } catch {
            throw CheckpointError(path, .writing(.system(.write, errno)))
        }
    }
}
