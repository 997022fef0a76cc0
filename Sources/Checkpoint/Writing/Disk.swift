import Foundation

/// The calls by which bytes reach a disk, one method a system call.
///
/// Why a protocol: a test stands in for the disk, lets the n-th call fail, or
/// forgets what was never synced, and so shows what a crash leaves behind.
protocol Disk: Sendable {
    func createFile(_ path: String) throws(DiskError) -> Int32
    /// Writes some of the bytes, at least one, and says how many.
    func write(_ bytes: MappedBytes, to file: Int32) throws(DiskError) -> Int
    func sync(file: Int32) throws(DiskError)
    func close(file: Int32) throws(DiskError)
    func createFolder(_ path: String) throws(DiskError)
    func sync(folder: String) throws(DiskError)
    /// Puts a file into another's place, or gives a file or folder a free name.
    func rename(_ from: String, to: String) throws(DiskError)
    /// Removes a file or a folder with all that is in it.
    func remove(_ path: String) throws(DiskError)
}

/// A call that failed, with the system's error number.
struct DiskError: Error {
    var call: WriteFault.Call
    var number: Int32
}

/// The disk itself.
struct SystemDisk: Disk {
    func createFile(_ path: String) throws(DiskError) -> Int32 {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw DiskError(call: .create, number: errno) }
        return file
    }

    func write(_ bytes: MappedBytes, to file: Int32) throws(DiskError) -> Int {
        while true {
            let written = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written > 0 { return written }
            guard written < 0, errno == EINTR else { throw DiskError(call: .write, number: errno) }
        }
    }

    func sync(file: Int32) throws(DiskError) { try check(fsync(file), .sync) }

    func close(file: Int32) throws(DiskError) { try check(Foundation.close(file), .close) }

    func createFolder(_ path: String) throws(DiskError) { try check(mkdir(path, 0o755), .create) }

    func sync(folder: String) throws(DiskError) {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw DiskError(call: .sync, number: errno) }
        let result = fsync(file)
        let number = errno
        _ = Foundation.close(file)
        // Some file systems cannot sync a folder, and say so in this way.
        guard result == 0 || number == EINVAL else { throw DiskError(call: .sync, number: number) }
    }

    func rename(_ from: String, to: String) throws(DiskError) {
        try check(Foundation.rename(from, to), .rename)
    }

    func remove(_ path: String) throws(DiskError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw DiskError(call: .remove, number: errno)
        }
    }

    private func check(_ result: Int32, _ call: WriteFault.Call) throws(DiskError) {
        guard result == 0 else { throw DiskError(call: call, number: errno) }
    }
}

/// What went wrong while writing.
public enum WriteFault: Error, Sendable, Equatable {
    /// A system call failed with an error number.
    case system(Call, Int32)
    /// Two tensors of one name.
    case tensorTwice(String)
    /// A tensor of a type the format has no name for.
    case typeNotInFormat(tensor: String, ElementType)
    /// A tensor that cannot be written in whole blocks.
    case rowNotWholeBlocks(tensor: String, row: Int, block: Int)

    /// The system calls of writing.
    public enum Call: String, Sendable {
        /// Making a file or folder.
        case create
        /// Writing bytes.
        case write
        /// Waiting until the bytes are on the disk.
        case sync
        /// Closing a file.
        case close
        /// Putting it in its place.
        case rename
        /// Removing what is no longer wanted.
        case remove
    }
}
