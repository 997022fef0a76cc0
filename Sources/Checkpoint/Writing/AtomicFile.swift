import Foundation

/// Writes files that are there whole or not at all.
///
/// The bytes go to a new file beside the place, reach the disk, and only then get
/// the name. Whoever has the old file open or mapped keeps reading the old one, so
/// a model can be saved over the file it was loaded from.
public enum AtomicFile {
    /// Writes a file in place of what is there.
    public static func write(
        _ path: String, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try write(path, disk: SystemDisk(), body)
    }

    static func write(
        _ path: String, disk: any Disk, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        let aside = path.folder + "/." + path.fileName + "." + uniqueSuffix()
        do throws(CheckpointError) {
            _ = try create(aside, disk: disk, body)
            do throws(DiskError) {
                try disk.rename(aside, to: path)
                try disk.sync(folder: path.folder)
            } catch {
                throw CheckpointError(path, error)
            }
        } catch {
            try? disk.remove(aside)
            throw CheckpointError(path, error.problem)
        }
    }

    /// What a new file holds.
    struct Content {
        var bytes: Int
        var sha256: String
    }

    /// Writes a new file and waits until it is on the disk.
    static func create(
        _ path: String, disk: any Disk, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError) -> Content {
        let file: Int32
        do throws(DiskError) {
            file = try disk.createFile(path)
        } catch {
            throw CheckpointError(path, error)
        }
        var sink = ByteSink(path: path, file: file, disk: disk)
        do throws(CheckpointError) {
            try body(&sink)
            try sink.flush()
        } catch {
            try? disk.close(file: file)
            throw error
        }
        do throws(DiskError) {
            try syncAndClose(file, disk)
        } catch {
            throw CheckpointError(path, error)
        }
        return Content(bytes: sink.count, sha256: sink.sha256)
    }

    private static func syncAndClose(_ file: Int32, _ disk: any Disk) throws(DiskError) {
        do throws(DiskError) {
            try disk.sync(file: file)
        } catch {
            try? disk.close(file: file)
            throw error
        }
        try disk.close(file: file)
    }

    /// The end of a name no other writer uses; left behind only by a crash.
    static func uniqueSuffix() -> String {
        "\(getpid())-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) + ".tmp"
    }
}
