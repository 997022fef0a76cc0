/// One tensor's entry in a safetensors header while it is being read.
struct SafetensorsEntry {
    private let name: String
    private var type: ElementType?
    private var shape: [Int]?
    private var offsets: [Int]?

    private init(_ name: String) { self.name = name }

    /// Reads and checks the entry of a tensor.
    ///
    /// - Parameter available: the bytes of data there are.
    static func read(
        _ name: String, _ reader: inout JSONReader, available: Int
    ) throws -> SafetensorsHeader.Entry {
        let kind = try reader.peek()
        guard kind == .object else { throw SafetensorsFault.entryNotObject(tensor: name, kind) }
        var entry = SafetensorsEntry(name)
        try reader.beginObject()
        while let key = try reader.nextKey() { try entry.readField(key, &reader) }
        return try entry.checked(available: available)
    }

    private mutating func readField(_ key: String, _ reader: inout JSONReader) throws {
        guard let field = SafetensorsFault.Field.allCases.first(where: { $0.rawValue.hasSameBytes(as: key) })
        else { throw SafetensorsFault.fieldUnknown(tensor: name, field: key) }
        let found = try reader.peek()
        guard found == (field == .dtype ? .string : .array) else {
            throw SafetensorsFault.fieldWrongKind(tensor: name, field: field, found: found)
        }
        switch field {
        case .dtype:
            let written = try reader.string()
            guard let known = ElementType(safetensorsName: written) else {
                throw SafetensorsFault.typeUnknown(tensor: name, type: written)
            }
            type = known
        case .shape: shape = try readShape(&reader)
        case .dataOffsets: offsets = try readOffsets(&reader)
        }
    }

    private func readShape(_ reader: inout JSONReader) throws -> [Int] {
        var extents: [Int] = []
        try reader.beginArray()
        while try reader.nextElement() {
            guard extents.count < SafetensorsHeader.mostDimensions else {
                throw SafetensorsFault.tooManyDimensions(
                    tensor: name, limit: SafetensorsHeader.mostDimensions)
            }
            let kind = try reader.peek()
            guard kind == .number, let extent = try reader.number().int else {
                throw SafetensorsFault.dimensionNotWhole(tensor: name, index: extents.count)
            }
            guard extent >= 0 else {
                throw SafetensorsFault.dimensionNegative(tensor: name, index: extents.count)
            }
            extents.append(extent)
        }
        return extents
    }

    private func readOffsets(_ reader: inout JSONReader) throws -> [Int] {
        var offsets: [Int] = []
        try reader.beginArray()
        while try reader.nextElement() {
            guard offsets.count < 2 else { throw SafetensorsFault.offsetsNotTwo(tensor: name) }
            let kind = try reader.peek()
            guard kind == .number, let offset = try reader.number().int else {
                throw SafetensorsFault.offsetNotWhole(tensor: name)
            }
            guard offset >= 0 else { throw SafetensorsFault.offsetNegative(tensor: name) }
            offsets.append(offset)
        }
        guard offsets.count == 2 else { throw SafetensorsFault.offsetsNotTwo(tensor: name) }
        return offsets
    }

    private func checked(available: Int) throws(SafetensorsFault) -> SafetensorsHeader.Entry {
        guard let type else { throw .fieldMissing(tensor: name, field: .dtype) }
        guard let shape else { throw .fieldMissing(tensor: name, field: .shape) }
        guard let offsets else { throw .fieldMissing(tensor: name, field: .dataOffsets) }
        guard let elements = countElements(shape) else { throw .shapeTooLarge(tensor: name) }
        guard elements.isMultiple(of: type.blockElements) else { throw .shapeNotWholeBytes(tensor: name) }
        guard let size = type.byteCount(elements) else { throw .shapeTooLarge(tensor: name) }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin <= end else { throw .offsetsReversed(tensor: name, begin: begin, end: end) }
        guard end <= available else { throw .dataBeyondFile(tensor: name, end: end, available: available) }
        guard end - begin == size else {
            throw .sizeMismatch(tensor: name, expected: size, found: end - begin)
        }
        return SafetensorsHeader.Entry(name: name, type: type, shape: shape, range: begin..<end)
    }
}
