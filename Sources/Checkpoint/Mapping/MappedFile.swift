import Foundation

/// A regular file mapped into memory for reading.
///
/// The mapping lives as long as this object or any `MappedBytes` of it. The file
/// must not be shortened meanwhile (the kernel answers a read past the new end
/// with SIGBUS); Hearth's own writers never do, they write aside and rename, and
/// a mapping keeps seeing the file it was opened on.
///
/// Why: weights are used straight from the page cache, so opening costs no copy
/// and two programs serving one file share its memory.
public final class MappedFile: @unchecked Sendable {
    // Unchecked because of the pointer: read-only from `init` to `deinit`.
    private let buffer: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// Folders, devices, pipes and sockets are refused, without waiting for one
    /// that has no writer.
    public init(path: String) throws(CheckpointError) {
        guard !path.utf8.contains(0) else { throw CheckpointError(path, .file(.nameHasNUL)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw CheckpointError(path, .file(.cannotOpen(errno))) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw CheckpointError(path, .file(.cannotRead(errno))) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw CheckpointError(path, .file(.notAFile)) }
        guard facts.st_size > 0 else {
            buffer = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let size = Int(facts.st_size)
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else { throw CheckpointError(path, .file(.cannotRead(errno))) }
        buffer = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let address = buffer.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: address), buffer.count)
        }
    }

    /// The file's size in bytes at the time it was opened.
    public var count: Int { buffer.count }

    /// A part of the file; traps outside the bounds.
    public func bytes(_ range: Range<Int>) -> MappedBytes { bytes[range] }

    /// The whole file.
    public var bytes: MappedBytes { MappedBytes(owner: self, buffer: buffer) }
}
