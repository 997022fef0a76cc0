/// Takes bytes in order into a file, and knows their number and SHA-256.
///
/// Small pieces are gathered, large ones go straight through, so that a model can
/// be written tensor by tensor without being held in memory.
public struct ByteSink {
    private static let gathered = 1 << 18

    private let path: String
    private let file: Int32
    private let disk: any Disk
    private var buffer: [UInt8] = []
    private var hash = SHA256()
    /// The bytes taken so far.
    public private(set) var count = 0

    init(path: String, file: Int32, disk: any Disk) {
        self.path = path
        self.file = file
        self.disk = disk
        buffer.reserveCapacity(Self.gathered)
    }

    /// Takes more bytes.
    public mutating func append(_ bytes: MappedBytes) throws(CheckpointError) {
        count += bytes.count
        guard bytes.count < Self.gathered else {
            try flush()
            hash.update(bytes)
            return try writeAll(bytes)
        }
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
        if buffer.count >= Self.gathered { try flush() }
    }

    /// Takes more bytes, lent for the call.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        try append(MappedBytes(owner: nil, buffer: bytes))
    }

    /// Takes more bytes.
    public mutating func append(_ bytes: [UInt8]) throws(CheckpointError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(CheckpointError) in try append(buffer) }
        }.get()
    }

    /// Takes numbers as they lie in memory, which on the machines we run on is
    /// little-endian, as both file formats want it.
    public mutating func append<T: BitwiseCopyable>(numbers: [T]) throws(CheckpointError) {
        try numbers.withUnsafeBytes { buffer in
            Result { () throws(CheckpointError) in try append(buffer) }
        }.get()
    }

    /// Zero bytes until the count is a multiple.
    mutating func pad(to multiple: Int) throws(CheckpointError) {
        try append([UInt8](repeating: 0, count: (multiple - count % multiple) % multiple))
    }

    mutating func flush() throws(CheckpointError) {
        guard !buffer.isEmpty else { return }
        let gathered = buffer
        buffer.removeAll(keepingCapacity: true)
        hash.update(gathered)
        try gathered.withUnsafeBytes { bytes in
            Result { () throws(CheckpointError) in try writeAll(MappedBytes(owner: nil, buffer: bytes)) }
        }.get()
    }

    var sha256: String { hash.hexadecimal }

    private func writeAll(_ bytes: MappedBytes) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            do throws(DiskError) {
                done += try disk.write(bytes[done..<bytes.count], to: file)
            } catch {
                throw CheckpointError(path, error)
            }
        }
    }
}

extension CheckpointError {
    init(_ path: String, _ error: DiskError) {
        self.init(path, .writing(.system(error.call, error.number)))
    }
}
