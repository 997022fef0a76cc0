/// The tensors of a safetensors checkpoint, in one file or in shards.
public struct SafetensorsFile: Sendable {
    /// The tensors, by place in the data; shard after shard.
    public let tensors: TensorTable
    /// The file's `__metadata__`, in its order; that of a sharded checkpoint is empty.
    public let metadata: [(String, String)]

    init(tensors: TensorTable, metadata: [(String, String)]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Opens one file.
    public static func open(_ path: String) throws(CheckpointError) -> SafetensorsFile {
        let file = try MappedFile(path: path)
        do throws(SafetensorsFault) {
            return try parse(file.bytes)
        } catch {
            throw CheckpointError(path, .safetensors(error))
        }
    }

    /// Reads a file's bytes: a pure function, which the fuzzer calls.
    public static func parse(_ bytes: MappedBytes) throws(SafetensorsFault) -> SafetensorsFile {
        let header = try SafetensorsHeader(bytes)
        let tensors = header.entries.map { entry in
            let start = header.dataStart + entry.range.lowerBound
            return Tensor(
                name: entry.name, type: entry.type, shape: entry.shape,
                bytes: bytes[start..<start + entry.range.count])
        }
        // The header's JSON has no key twice, so neither has the table.
        guard let table = TensorTable(tensors) else { preconditionFailure("a tensor twice") }
        return SafetensorsFile(tensors: table, metadata: header.metadata)
    }
}
