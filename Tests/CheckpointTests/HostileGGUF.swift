@testable import Checkpoint

/// Builds a GGUF file piece by piece, right or wrong.
struct GGUFBuilder {
    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var keyCount: UInt64?
    var keys: [[UInt8]] = []
    var tensors: [[UInt8]] = []
    var data: [UInt8] = []
    var alignment = 32

    static func text(_ bytes: [UInt8]) -> [UInt8] { little(UInt64(bytes.count)) + bytes }

    mutating func key(_ name: String, type: UInt32, _ value: [UInt8]) {
        key(Array(name.utf8), type: type, value)
    }

    mutating func key(_ name: [UInt8], type: UInt32, _ value: [UInt8]) {
        keys.append(Self.text(name) + little(type) + value)
    }

    mutating func array(_ name: String, of type: UInt32, count: UInt64, _ values: [UInt8]) {
        key(name, type: 9, little(type) + little(count) + values)
    }

    mutating func tensor(
        _ name: String, _ shape: [UInt64] = [8], type: UInt32 = 0, at offset: UInt64 = 0,
        dimensions: UInt32? = nil
    ) {
        tensor(Array(name.utf8), shape, type: type, at: offset, dimensions: dimensions)
    }

    mutating func tensor(
        _ name: [UInt8], _ shape: [UInt64] = [8], type: UInt32 = 0, at offset: UInt64 = 0,
        dimensions: UInt32? = nil
    ) {
        tensors.append(
            Self.text(name) + little(dimensions ?? UInt32(shape.count)) + shape.flatMap { little($0) }
                + little(type) + little(offset))
    }

    var head: [UInt8] {
        magic + little(version) + little(tensorCount ?? UInt64(tensors.count))
            + little(keyCount ?? UInt64(keys.count)) + keys.joined() + tensors.joined()
    }

    var bytes: [UInt8] {
        let head = head
        return head + [UInt8](repeating: 0, count: (alignment - head.count % alignment) % alignment) + data
    }
}

private func gguf(_ build: (inout GGUFBuilder) -> Void) -> [UInt8] {
    var builder = GGUFBuilder()
    build(&builder)
    return builder.bytes
}

/// A file with so much data behind its descriptions.
private func gguf(data: Int, _ build: (inout GGUFBuilder) -> Void) -> [UInt8] {
    gguf {
        build(&$0)
        $0.data = [UInt8](repeating: 7, count: data)
    }
}

/// Broken GGUF files, one rule each.
let hostileGGUF: [HostileFile<GGUFFault>] = headers + metadata + arrays + descriptions + layouts

private let headers: [HostileFile<GGUFFault>] = [
    HostileFile("empty file", [], .notGGUF),
    HostileFile("three bytes", Array("GGU".utf8), .notGGUF),
    HostileFile("other magic", Array("GGML".utf8) + little(UInt32(3)), .notGGUF),
    HostileFile("magic only", Array("GGUF".utf8), .truncated(.header)),
    HostileFile("version cut off", Array("GGUF".utf8) + [3, 0], .truncated(.header)),
    HostileFile("no counts", Array("GGUF".utf8) + little(UInt32(3)), .truncated(.header)),
    HostileFile("version 0", gguf { $0.version = 0 }, .versionUnsupported(0)),
    HostileFile("version 1", gguf { $0.version = 1 }, .versionUnsupported(1)),
    HostileFile("version 4", gguf { $0.version = 4 }, .versionUnsupported(4)),
    HostileFile("version 2³²−1", gguf { $0.version = .max }, .versionUnsupported(.max)),
    HostileFile("big-endian", gguf { $0.version = UInt32(3).byteSwapped }, .bigEndian),
    HostileFile("2⁶⁴−1 tensors", gguf { $0.tensorCount = .max }, .tooManyTensors(.max, limit: 100_000)),
    HostileFile("2⁶³ tensors", gguf { $0.tensorCount = 1 << 63 }, .tooManyTensors(1 << 63, limit: 100_000)),
    HostileFile("2⁶⁴−1 keys", gguf { $0.keyCount = .max }, .tooManyKeys(.max, limit: 16_384)),
    HostileFile(
        "a hundred thousand tensors announced", GGUFBuilder(tensorCount: 100_000).head,
        .truncated(.tensorName)),
    HostileFile("sixteen thousand keys announced", GGUFBuilder(keyCount: 16_000).head, .truncated(.key)),
]

private let metadata: [HostileFile<GGUFFault>] = [
    HostileFile("empty key", gguf { $0.key("", type: 4, little(UInt32(1))) }, .keyEmpty(index: 0)),
    HostileFile(
        "key of 2⁶⁴−1 bytes", GGUFBuilder(keyCount: 1, keys: [little(UInt64.max)]).head,
        .keyTooLong(index: 0, bytes: .max, limit: 1024)),
    HostileFile(
        "key of a thousand bytes that are not there",
        GGUFBuilder(keyCount: 1, keys: [little(UInt64(1000))]).head,
        .truncated(.key)),
    HostileFile(
        "key that is no UTF-8", gguf { $0.key([0xff], type: 4, little(UInt32(1))) }, .keyNotText(index: 0)),
    HostileFile(
        "key with a NUL", gguf { $0.key([97, 0], type: 4, little(UInt32(1))) }, .keyNotText(index: 0)),
    HostileFile(
        "key twice",
        gguf {
            $0.key("a.b", type: 4, little(UInt32(1)))
            $0.key("a.b", type: 4, little(UInt32(2)))
        }, .keyTwice("a.b")),
    HostileFile(
        "key without a value", GGUFBuilder(keyCount: 1, keys: [GGUFBuilder.text([97])]).head,
        .truncated(.valueType)),
    HostileFile(
        "value of type 13", gguf { $0.key("k", type: 13, []) }, .valueTypeUnknown(key: "k", type: 13)),
    HostileFile(
        "value of type 2³²−1", gguf { $0.key("k", type: .max, []) }, .valueTypeUnknown(key: "k", type: .max)),
    HostileFile(
        "number cut off",
        GGUFBuilder(keyCount: 1, keys: [GGUFBuilder.text([97]) + little(UInt32(10)) + [1, 2, 3]]).head,
        .truncated(.value)),
    HostileFile("truth value 2", gguf { $0.key("k", type: 7, [2]) }, .boolInvalid(key: "k", byte: 2)),
    HostileFile(
        "string of 2⁶⁴−1 bytes", gguf { $0.key("k", type: 8, little(UInt64.max)) },
        .stringBeyondFile(key: "k", bytes: .max)),
    HostileFile(
        "string whose length wraps to its beginning", gguf { $0.key("k", type: 8, little(UInt64.max - 7)) },
        .stringBeyondFile(key: "k", bytes: .max - 7)),
    HostileFile(
        "string one byte too long",
        GGUFBuilder(
            keyCount: 1, keys: [GGUFBuilder.text([107]) + little(UInt32(8)) + little(UInt64(3)) + [97, 98]]
        ).head,
        .stringBeyondFile(key: "k", bytes: 3)),
    HostileFile(
        "string that is no UTF-8", gguf { $0.key("k", type: 8, GGUFBuilder.text([0xed, 0xa0, 0x80])) },
        .stringNotText(key: "k")),
    HostileFile(
        "alignment 0", gguf { $0.key("general.alignment", type: 4, little(UInt32(0))) },
        .alignmentInvalid(0, limit: 1 << 20)),
    HostileFile(
        "alignment 48", gguf { $0.key("general.alignment", type: 4, little(UInt32(48))) },
        .alignmentInvalid(48, limit: 1 << 20)),
    HostileFile(
        "alignment 2³¹", gguf { $0.key("general.alignment", type: 4, little(UInt32(1) << 31)) },
        .alignmentInvalid(1 << 31, limit: 1 << 20)),
    HostileFile(
        "alignment 2⁶³", gguf { $0.key("general.alignment", type: 10, little(UInt64(1) << 63)) },
        .alignmentInvalid(1 << 63, limit: 1 << 20)),
    HostileFile(
        "alignment −32", gguf { $0.key("general.alignment", type: 5, little(Int32(-32))) },
        .alignmentWrongKind),
    HostileFile(
        "alignment is a string", gguf { $0.key("general.alignment", type: 8, GGUFBuilder.text([51, 50])) },
        .alignmentWrongKind),
]

private let arrays: [HostileFile<GGUFFault>] = [
    HostileFile(
        "array of type 99", gguf { $0.array("k", of: 99, count: 0, []) },
        .arrayTypeUnknown(key: "k", type: 99)),
    HostileFile("array of arrays", gguf { $0.array("k", of: 9, count: 1, []) }, .arrayNested(key: "k")),
    HostileFile(
        "array without a count",
        GGUFBuilder(keyCount: 1, keys: [GGUFBuilder.text([107]) + little(UInt32(9)) + little(UInt32(4))])
            .head,
        .truncated(.arrayHeader)),
    HostileFile(
        "array of 2⁶⁴−1 bytes", gguf { $0.array("k", of: 0, count: .max, []) },
        .arrayBeyondFile(key: "k", count: .max)),
    HostileFile(
        "array whose size in bytes wraps to 0", gguf { $0.array("k", of: 10, count: 1 << 61, []) },
        .arrayBeyondFile(key: "k", count: 1 << 61)),
    HostileFile(
        "array of numbers cut off",
        GGUFBuilder(
            keyCount: 1,
            keys: [
                GGUFBuilder.text([107]) + little(UInt32(9)) + little(UInt32(6)) + little(UInt64(2)) + [
                    0, 0, 0, 0,
                ]
            ]
        ).head,
        .arrayBeyondFile(key: "k", count: 2)),
    HostileFile(
        "two thousand million strings", gguf { $0.array("k", of: 8, count: 2_000_000_000, []) },
        .arrayBeyondFile(key: "k", count: 2_000_000_000)),
    HostileFile(
        "a string in an array of 2⁶³ bytes",
        gguf { $0.array("k", of: 8, count: 2, GGUFBuilder.text([97]) + little(UInt64(1) << 63)) },
        .arrayStringBeyondFile(key: "k", index: 1, bytes: 1 << 63)),
    HostileFile(
        "a string in an array whose length wraps",
        gguf { $0.array("k", of: 8, count: 1, little(UInt64.max - 7)) },
        .arrayStringBeyondFile(key: "k", index: 0, bytes: .max - 7)),
    HostileFile(
        "the last string of an array cut off",
        GGUFBuilder(
            keyCount: 1,
            keys: [
                GGUFBuilder.text([107]) + little(UInt32(9)) + little(UInt32(8)) + little(UInt64(2))
                    + GGUFBuilder.text([97, 98, 99, 100, 101]) + [1, 2, 3]
            ]
        ).head,
        .arrayBeyondFile(key: "k", count: 2)),
    HostileFile(
        "truth value 255 in an array", gguf { $0.array("k", of: 7, count: 3, [0, 1, 255]) },
        .boolInvalid(key: "k", byte: 255)),
]

private let descriptions: [HostileFile<GGUFFault>] = [
    HostileFile("tensor without a name", gguf { $0.tensor("") }, .nameEmpty(index: 0)),
    HostileFile(
        "name of 2⁶⁴−1 bytes", GGUFBuilder(tensorCount: 1, tensors: [little(UInt64.max)]).head,
        .nameTooLong(index: 0, bytes: .max, limit: 1024)),
    HostileFile(
        "name that is not there", GGUFBuilder(tensorCount: 1, tensors: [little(UInt64(5))]).head,
        .truncated(.tensorName)),
    HostileFile("name that is no UTF-8", gguf { $0.tensor([0xf5]) }, .nameNotText(index: 0)),
    HostileFile("name with an escape character", gguf { $0.tensor("\u{1b}c") }, .nameNotText(index: 0)),
    HostileFile(
        "tensor without dimensions and type",
        GGUFBuilder(tensorCount: 1, tensors: [GGUFBuilder.text([119])]).head, .truncated(.tensorInfo)),
    HostileFile(
        "five dimensions", gguf { $0.tensor("w", [1, 1, 1, 1, 1]) },
        .tooManyDimensions(tensor: "w", count: 5, limit: 4)),
    HostileFile(
        "2³²−1 dimensions", gguf { $0.tensor("w", [], dimensions: .max) },
        .tooManyDimensions(tensor: "w", count: .max, limit: 4)),
    HostileFile("extent 0", gguf { $0.tensor("w", [8, 0]) }, .dimensionZero(tensor: "w", index: 1)),
    HostileFile("extent 2⁶³", gguf { $0.tensor("w", [1 << 63]) }, .shapeTooLarge(tensor: "w")),
    HostileFile(
        "elements wrap to 0", gguf { $0.tensor("w", [1 << 32, 1 << 32]) }, .shapeTooLarge(tensor: "w")),
    HostileFile("bytes wrap to 0", gguf { $0.tensor("w", [1 << 62]) }, .shapeTooLarge(tensor: "w")),
    HostileFile(
        "type 4, long removed", gguf { $0.tensor("w", type: 4) }, .tensorTypeUnknown(tensor: "w", type: 4)),
    HostileFile(
        "type 4711", gguf { $0.tensor("w", type: 4711) }, .tensorTypeUnknown(tensor: "w", type: 4711)),
    HostileFile(
        "type −1", gguf { $0.tensor("w", type: .max) }, .tensorTypeUnknown(tensor: "w", type: .max)),
    HostileFile(
        "type Q2_K", gguf { $0.tensor("w", [256], type: 10) },
        .tensorTypeUnsupported(tensor: "w", type: "Q2_K")),
    HostileFile(
        "type IQ2_XXS", gguf { $0.tensor("w", [256], type: 16) },
        .tensorTypeUnsupported(tensor: "w", type: "IQ2_XXS")),
    HostileFile(
        "row of 33 in Q8_0", gguf { $0.tensor("w", [33], type: 8) },
        .rowNotWholeBlocks(tensor: "w", row: 33, block: 32)),
    HostileFile(
        "row of 128 in Q4_K, 256 in all", gguf { $0.tensor("w", [128, 2], type: 12) },
        .rowNotWholeBlocks(tensor: "w", row: 128, block: 256)),
    HostileFile(
        "tensor twice",
        gguf(data: 64) {
            $0.tensor("w")
            $0.tensor("w", at: 32)
        }, .tensorTwice("w")),
]

private let layouts: [HostileFile<GGUFFault>] = [
    HostileFile(
        "offset 1", gguf(data: 64) { $0.tensor("w", at: 1) },
        .offsetMisaligned(tensor: "w", offset: 1, alignment: 32)),
    HostileFile(
        "offset 2⁶⁴−1", gguf(data: 64) { $0.tensor("w", at: .max) },
        .offsetMisaligned(tensor: "w", offset: .max, alignment: 32)),
    HostileFile(
        "offset 2⁶⁴−32", gguf(data: 64) { $0.tensor("w", at: .max - 31) },
        .hole(before: "w", bytes: .max - 31)),
    HostileFile(
        "first tensor not at the beginning", gguf(data: 64) { $0.tensor("w", at: 32) },
        .hole(before: "w", bytes: 32)),
    HostileFile(
        "two tensors in one place",
        gguf(data: 64) {
            $0.tensor("a")
            $0.tensor("b")
        }, .overlap(tensor: "b", previous: "a")),
    HostileFile(
        "tensors over each other",
        gguf(data: 128) {
            $0.tensor("a", [16])
            $0.tensor("b", at: 32)
        }, .overlap(tensor: "b", previous: "a")),
    HostileFile(
        "hole between tensors",
        gguf(data: 128) {
            $0.tensor("a")
            $0.tensor("b", at: 64)
        }, .hole(before: "b", bytes: 32)),
    HostileFile(
        "data one byte short", gguf(data: 31) { $0.tensor("w") },
        .dataBeyondFile(tensor: "w", needed: 32, available: 31)),
    HostileFile(
        "no data at all", gguf { $0.tensor("w") }, .dataBeyondFile(tensor: "w", needed: 32, available: 0)),
    HostileFile(
        "a terabyte in 32 bytes", gguf(data: 32) { $0.tensor("w", [1 << 38]) },
        .dataBeyondFile(tensor: "w", needed: 1 << 40, available: 32)),
    HostileFile(
        "sizes that add up to more than 2⁶³",
        gguf(data: 32) {
            $0.tensor("a", [(1 << 60)])
            $0.tensor("b", [1 << 60], at: 1 << 62)
        }, .dataBeyondFile(tensor: "a", needed: 1 << 62, available: 32)),
    HostileFile("bytes behind the last tensor", gguf(data: 65) { $0.tensor("w") }, .trailingBytes(33)),
    HostileFile("data without tensors", gguf(data: 4096) { _ in }, .trailingBytes(4096)),
]
