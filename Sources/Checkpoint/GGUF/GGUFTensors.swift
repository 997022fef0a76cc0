/// The descriptions of a GGUF file's tensors, read and checked against its data.
enum GGUFTensors {
    static let longestName = 1024
    static let mostDimensions = 4

    private struct Info {
        var name: String
        var type: ElementType
        var shape: [Int]
        var size: Int
        var offset: UInt64
    }

    static func read(
        _ cursor: inout GGUFCursor, count: Int, alignment: Int
    ) throws(GGUFFault) -> TensorTable {
        var infos: [Info] = []
        for index in 0..<count { infos.append(try info(&cursor, index: index)) }
        let padding = (alignment - cursor.offset % alignment) % alignment
        // A file without tensors may end where its descriptions do.
        let start = min(cursor.offset + padding, cursor.bytes.count)
        let data = cursor.bytes[start..<cursor.bytes.count]
        let tensors = try place(infos, in: data, alignment: alignment)
        guard let table = TensorTable(tensors) else { throw .tensorTwice(firstTwice(infos)) }
        return table
    }

    private static func info(_ cursor: inout GGUFCursor, index: Int) throws(GGUFFault) -> Info {
        let name = try name(&cursor, index: index)
        let dimensions = try cursor.take(.tensorInfo, as: UInt32.self)
        guard dimensions <= mostDimensions else {
            throw .tooManyDimensions(tensor: name, count: dimensions, limit: mostDimensions)
        }
        var shape: [Int] = []
        for index in 0..<Int(dimensions) {
            let extent = try cursor.take(.tensorInfo, as: UInt64.self)
            guard extent > 0 else { throw .dimensionZero(tensor: name, index: index) }
            guard let extent = Int(exactly: extent) else { throw .shapeTooLarge(tensor: name) }
            shape.append(extent)
        }
        let number = try cursor.take(.tensorInfo, as: UInt32.self)
        let offset = try cursor.take(.tensorInfo, as: UInt64.self)
        guard let type = ElementType(ggufType: number) else {
            guard let known = ElementType.unsupportedGGUFName(number) else {
                throw .tensorTypeUnknown(tensor: name, type: number)
            }
            throw .tensorTypeUnsupported(tensor: name, type: known)
        }
        guard let elements = countElements(shape) else { throw .shapeTooLarge(tensor: name) }
        let row = shape.first ?? 1
        guard row.isMultiple(of: type.blockElements) else {
            throw .rowNotWholeBlocks(tensor: name, row: row, block: type.blockElements)
        }
        guard let size = type.byteCount(elements) else { throw .shapeTooLarge(tensor: name) }
        return Info(name: name, type: type, shape: shape.reversed(), size: size, offset: offset)
    }

    private static func name(_ cursor: inout GGUFCursor, index: Int) throws(GGUFFault) -> String {
        let length = try cursor.take(.tensorName, as: UInt64.self)
        guard length > 0 else { throw .nameEmpty(index: index) }
        guard length <= longestName else {
            throw .nameTooLong(index: index, bytes: length, limit: longestName)
        }
        guard let bytes = cursor.take(bytes: length) else { throw .truncated(.tensorName) }
        guard let name = bytes.printableText else { throw .nameNotText(index: index) }
        return name
    }

    /// Walks through the data tensor by tensor.
    private static func place(
        _ infos: [Info], in data: MappedBytes, alignment: Int
    ) throws(GGUFFault) -> [Tensor] {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(infos.count)
        var next: UInt64 = 0
        for info in infos {
            guard info.offset.isMultiple(of: UInt64(alignment)) else {
                throw .offsetMisaligned(tensor: info.name, offset: info.offset, alignment: alignment)
            }
            guard info.offset >= next else {
                throw .overlap(tensor: info.name, previous: tensors.last?.name ?? "")
            }
            guard info.offset == next else { throw .hole(before: info.name, bytes: info.offset - next) }
            // Both sides are at most 2⁶³, so the sum of unsigned numbers is exact.
            let end = next + UInt64(info.size)
            guard end <= UInt64(data.count) else {
                throw .dataBeyondFile(tensor: info.name, needed: end, available: data.count)
            }
            tensors.append(
                Tensor(name: info.name, type: info.type, shape: info.shape, bytes: data[Int(next)..<Int(end)])
            )
            next = (end + UInt64(alignment) - 1) / UInt64(alignment) * UInt64(alignment)
        }
        // The last tensor's padding may be left out.
        guard UInt64(data.count) <= next else { throw .trailingBytes(data.count - Int(next)) }
        return tensors
    }

    private static func firstTwice(_ infos: [Info]) -> String {
        var seen: Set<ExactString> = []
        return infos.first { !seen.insert(ExactString($0.name)).inserted }?.name ?? ""
    }
}
