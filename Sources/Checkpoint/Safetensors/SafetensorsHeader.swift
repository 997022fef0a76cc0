/// The checked header of a safetensors file.
///
/// Reading is a pure function of the file's bytes. Every rule of the format is
/// enforced, so that what is accepted has one meaning: the entries fill the data
/// from its first byte to its last, in order, without holes or overlaps.
struct SafetensorsHeader {
    struct Entry {
        var name: String
        var type: ElementType
        var shape: [Int]
        /// In bytes from the beginning of the data.
        var range: Range<Int>
    }

    /// The format's own limit.
    static let longest = 100_000_000
    static let longestName = 1024
    static let mostDimensions = 16
    static let mostMetadata = 10_000
    static let metadataBytes = 1 << 24

    /// By place in the data.
    private(set) var entries: [Entry] = []
    private(set) var metadata: [(String, String)] = []
    /// Where the data begins in the file.
    let dataStart: Int

    init(_ file: MappedBytes) throws(SafetensorsFault) {
        let header = try Self.frame(file)
        dataStart = 8 + header.count
        do {
            var reader = try JSONReader(
                header, limits: JSONLimits(depth: 4, bytes: Self.longest, values: 1 << 24))
            try read(&reader, available: file.count - dataStart)
        } catch let fault as SafetensorsFault {
            throw fault
        } catch let error as JSONError {
            throw .headerNotJSON(error)
        } catch {
            preconditionFailure("a fault of another kind: \(error)")
        }
        try checkLayout(available: file.count - dataStart)
    }

    /// The header's bytes, by the length in front of them.
    private static func frame(_ file: MappedBytes) throws(SafetensorsFault) -> MappedBytes {
        guard file.count >= 8 else { throw .fileTooShort(bytes: file.count) }
        let length = file.integer(at: 0, as: UInt64.self)
        guard length >= 2 else { throw .headerTooShort(length: length) }
        guard length <= longest else { throw .headerTooLong(length: length, limit: longest) }
        guard Int(length) <= file.count - 8 else { throw .headerBeyondFile(length: length, file: file.count) }
        let header = file[8..<8 + Int(length)]
        guard header[0] == UInt8(ascii: "{") else { throw .headerNotObject(firstByte: header[0]) }
        return header
    }

    private mutating func read(_ reader: inout JSONReader, available: Int) throws {
        try reader.beginObject()
        while let name = try reader.nextKey() {
            if name.hasSameBytes(as: "__metadata__") {
                try readMetadata(&reader)
                continue
            }
            guard entries.count < TensorTable.limit else {
                throw SafetensorsFault.tooManyTensors(limit: TensorTable.limit)
            }
            try Self.check(name: name)
            entries.append(try SafetensorsEntry.read(name, &reader, available: available))
        }
        for offset in reader.offset..<reader.bytes.count where reader.bytes[offset] != UInt8(ascii: " ") {
            throw SafetensorsFault.headerPadding(offset: offset, byte: reader.bytes[offset])
        }
    }

    private static func check(name: String) throws(SafetensorsFault) {
        let bytes = name.utf8
        guard !bytes.isEmpty else { throw .nameEmpty }
        guard bytes.count <= longestName else { throw .nameTooLong(bytes: bytes.count, limit: longestName) }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .nameNotPrintable }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws {
        let kind = try reader.peek()
        guard kind == .object else { throw SafetensorsFault.metadataNotObject(kind) }
        try reader.beginObject()
        let start = reader.offset
        while let key = try reader.nextKey() {
            let kind = try reader.peek()
            guard kind == .string else { throw SafetensorsFault.metadataNotString(key: key, kind) }
            metadata.append((key, try reader.string()))
            guard metadata.count <= Self.mostMetadata, reader.offset - start <= Self.metadataBytes else {
                throw SafetensorsFault.metadataTooLarge(limit: Self.metadataBytes)
            }
        }
    }

    /// Sorts the entries by place and checks that they cover the data exactly.
    private mutating func checkLayout(available: Int) throws(SafetensorsFault) {
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        var previous = ""
        for entry in entries {
            guard entry.range.lowerBound >= end else {
                throw .overlap(tensor: entry.name, previous: previous)
            }
            guard entry.range.lowerBound == end else {
                throw .hole(before: entry.name, bytes: entry.range.lowerBound - end)
            }
            end = entry.range.upperBound
            previous = entry.name
        }
        guard end == available else { throw .trailingBytes(available - end) }
    }
}
