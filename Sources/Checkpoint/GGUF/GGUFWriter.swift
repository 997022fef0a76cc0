/// A metadata value to be written, with the exact type it has in the file.
public enum GGUFEntry: Sendable {
    /// A 32-bit unsigned number.
    case u32(UInt32)
    /// A 32-bit signed number.
    case i32(Int32)
    /// A 64-bit unsigned number.
    case u64(UInt64)
    /// A 32-bit floating-point number.
    case f32(Float)
    /// A truth value.
    case bool(Bool)
    /// A string.
    case string(String)
    /// An array of strings, as bytes.
    case strings([[UInt8]])
    /// An array of 32-bit signed numbers.
    case i32s([Int32])
    /// An array of 32-bit floating-point numbers.
    case f32s([Float])
    /// A value as another file holds it (`GGUFMetadata.encoded`).
    case encoded(MappedBytes)
}

/// Writes GGUF files, version 3.
public enum GGUFWriter {
    /// Writes a file, whole or not at all.
    ///
    /// Keys and tensors keep their order; tensors begin at multiples of 32.
    /// `general.alignment` is not to be among the keys.
    public static func write(
        _ tensors: [TensorSource], metadata: [(String, GGUFEntry)], to path: String
    ) throws(CheckpointError) {
        precondition(!metadata.contains { $0.0 == "general.alignment" }, "the alignment is the writer's")
        do throws(WriteFault) {
            try check(tensors)
        } catch {
            throw CheckpointError(path, .writing(error))
        }
        try AtomicFile.write(path) { (sink) throws(CheckpointError) in
            try stream(tensors, metadata, into: &sink)
        }
    }

    private static func check(_ tensors: [TensorSource]) throws(WriteFault) {
        if let name = TensorSource.firstTwice(tensors) { throw .tensorTwice(name) }
        for tensor in tensors {
            guard tensor.type.ggufType != nil else {
                throw .typeNotInFormat(tensor: tensor.name, tensor.type)
            }
            let row = tensor.shape.last ?? 1
            guard row.isMultiple(of: tensor.type.blockElements) else {
                throw .rowNotWholeBlocks(tensor: tensor.name, row: row, block: tensor.type.blockElements)
            }
        }
    }

    private static func stream(
        _ tensors: [TensorSource], _ metadata: [(String, GGUFEntry)], into sink: inout ByteSink
    ) throws(CheckpointError) {
        let alignment = GGUFFile.defaultAlignment
        var head = GGUFText()
        head.bytes += Array("GGUF".utf8)
        head.put(UInt32(3))
        head.put(UInt64(tensors.count))
        head.put(UInt64(metadata.count))
        for (key, entry) in metadata {
            head.put(Array(key.utf8))
            head.put(entry)
        }
        var offset = 0
        for tensor in tensors {
            head.put(Array(tensor.name.utf8))
            head.put(UInt32(tensor.shape.count))
            for extent in tensor.shape.reversed() { head.put(UInt64(extent)) }
            head.put(tensor.type.ggufType ?? 0)
            head.put(UInt64(offset))
            offset += (tensor.byteCount + alignment - 1) / alignment * alignment
        }
        try sink.append(head.bytes)
        try sink.pad(to: alignment)
        for tensor in tensors {
            try tensor.write(into: &sink)
            try sink.pad(to: alignment)
        }
    }
}

/// Everything in front of the tensors.
private struct GGUFText {
    var bytes: [UInt8] = []

    mutating func put<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ text: [UInt8]) {
        put(UInt64(text.count))
        bytes += text
    }

    mutating func put(_ entry: GGUFEntry) {
        switch entry {
        case .u32(let value): put(.u32, value)
        case .i32(let value): put(.i32, value)
        case .u64(let value): put(.u64, value)
        case .f32(let value): put(.f32, value.bitPattern)
        case .bool(let value): put(.bool, UInt8(value ? 1 : 0))
        case .string(let value):
            put(GGUFValueType.string.rawValue)
            put(Array(value.utf8))
        case .strings(let values):
            putArray(of: .string, count: values.count)
            for value in values { put(value) }
        case .i32s(let values):
            putArray(of: .i32, count: values.count)
            for value in values { put(value) }
        case .f32s(let values):
            putArray(of: .f32, count: values.count)
            for value in values { put(value.bitPattern) }
        case .encoded(let value): bytes += value.array
        }
    }

    private mutating func put(_ type: GGUFValueType, _ value: some FixedWidthInteger) {
        put(type.rawValue)
        put(value)
    }

    private mutating func putArray(of type: GGUFValueType, count: Int) {
        put(GGUFValueType.array.rawValue)
        put(type.rawValue)
        put(UInt64(count))
    }
}
