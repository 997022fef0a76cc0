import Checkpoint
import Foundation

/// The samples of a task as they come in: one line each, written at once.
///
/// Lines are appended in the order in which answers arrive. A process that is
/// killed leaves at most one torn line, which is cut off when the journal is
/// opened again; everything before it counts. When the task is done the journal
/// is put in the order of the items and renamed.
final class Journal {
    private let path: String
    private let handle: FileHandle
    private(set) var samples: [Int: Sample] = [:]

    /// Opens a journal, with whatever an earlier process wrote.
    init(_ path: String) throws(RunError) {
        self.path = path
        if !FileManager.default.fileExists(atPath: path),
            !FileManager.default.createFile(atPath: path, contents: nil)
        {
            throw .unwritable(path: path)
        }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw .unwritable(path: path) }
        // Held until this process ends: two that write one evaluation would write everything twice.
        if flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw .inUse(path: path)
        }
        let data = FileManager.default.contents(atPath: path) ?? Data()
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        for line in data[..<whole].split(separator: UInt8(ascii: "\n")) {
            guard let json = try? JSON.parse(Array(line)), let sample = Sample(json) else {
                throw .unreadable(path: path)
            }
            samples[sample.id] = sample
        }
        self.handle = handle
        do {
            try handle.truncate(atOffset: UInt64(whole))
        } catch {
            throw .unwritable(path: path)
        }
    }

    /// Keeps one more sample.
    func append(_ sample: Sample) throws(RunError) {
        do {
            try handle.write(contentsOf: Data(sample.json.serialised() + [UInt8(ascii: "\n")]))
        } catch {
            throw .unwritable(path: path)
        }
        samples[sample.id] = sample
    }

    /// Writes the samples in the order of their items under their final name.
    func finish(as final: String) throws(RunError) {
        let sorted = samples.values.sorted { $0.id < $1.id }
        var bytes: [UInt8] = []
        for sample in sorted { bytes += sample.json.serialised() + [UInt8(ascii: "\n")] }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: final), options: .atomic)
            try handle.close()
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .unwritable(path: final)
        }
    }
}
