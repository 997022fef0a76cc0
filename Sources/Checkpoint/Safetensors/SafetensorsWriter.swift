/// Writes safetensors files.
///
/// Tensors are laid out as the format's own library does: wide types first, then by
/// name, the data beginning at a multiple of eight. So every tensor is aligned to
/// its type, and the same tensors give the same bytes in whatever order they come.
public enum SafetensorsWriter {
    /// Writes a file, whole or not at all.
    public static func write(
        _ tensors: [TensorSource], metadata: [(String, String)] = [], to path: String
    ) throws(CheckpointError) {
        try AtomicFile.write(path) { (sink) throws(CheckpointError) in
            do throws(WriteFault) {
                try check(tensors)
            } catch {
                throw CheckpointError(path, .writing(error))
            }
            try stream(tensors, metadata, into: &sink)
        }
    }

    /// Writes a file into a checkpoint or folder.
    public static func write(
        _ tensors: [TensorSource], metadata: [(String, String)] = [], to receiver: inout some FileReceiver,
        name: String
    ) throws(CheckpointError) {
        do throws(WriteFault) {
            try check(tensors)
        } catch {
            throw CheckpointError(name, .writing(error))
        }
        try receiver.add(name) { (sink) throws(CheckpointError) in
            try stream(tensors, metadata, into: &sink)
        }
    }

    private static func check(_ tensors: [TensorSource]) throws(WriteFault) {
        if let name = TensorSource.firstTwice(tensors) { throw .tensorTwice(name) }
        for tensor in tensors where tensor.type.safetensorsName == nil {
            throw .typeNotInFormat(tensor: tensor.name, tensor.type)
        }
    }

    private static func stream(
        _ tensors: [TensorSource], _ metadata: [(String, String)], into sink: inout ByteSink
    ) throws(CheckpointError) {
        let ordered = tensors.sorted { a, b in
            a.type.blockBytes != b.type.blockBytes
                ? a.type.blockBytes > b.type.blockBytes : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        var header = header(ordered, metadata).serialised()
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        try sink.append(numbers: [UInt64(header.count).littleEndian])
        try sink.append(header)
        for tensor in ordered { try tensor.write(into: &sink) }
    }

    private static func header(_ tensors: [TensorSource], _ metadata: [(String, String)]) -> JSON {
        var header = JSONObject()
        if !metadata.isEmpty {
            header.members.append(
                ("__metadata__", .object(JSONObject(metadata.map { (key: $0.0, value: .string($0.1)) }))))
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.byteCount
            let entry: JSONObject = [
                "dtype": .string(tensor.type.safetensorsName ?? ""),
                "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": .array([.integer(Int64(offset)), .integer(Int64(end))]),
            ]
            header.members.append((tensor.name, .object(entry)))
            offset = end
        }
        return .object(header)
    }
}
