@testable import Checkpoint

/// A safetensors file of a header and so many bytes of data.
func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
    little(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 7, count: data)
}

/// A header with one tensor `w`.
private func one(
    _ dtype: String = "\"F32\"", _ shape: String = "[2]", _ offsets: String = "[0,8]", data: Int = 8
) -> [UInt8] {
    safetensors(#"{"w":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}}"#, data: data)
}

/// A header with tensors `a` and `b` of eight bytes at these places.
private func two(_ a: String, _ b: String, data: Int) -> [UInt8] {
    let entry = #"{"dtype":"U8","shape":[8],"data_offsets":"#
    return safetensors(#"{"a":\#(entry)\#(a)},"b":\#(entry)\#(b)}}"#, data: data)
}

private func json(_ offset: Int, _ problem: JSONError.Problem) -> SafetensorsFault {
    .headerNotJSON(JSONError(offset: offset, problem: problem))
}

private let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#

/// Broken safetensors files, one rule each.
let hostileSafetensors: [HostileFile<SafetensorsFault>] = frames + texts + entries + layouts

private let frames: [HostileFile<SafetensorsFault>] = [
    HostileFile("empty file", [], .fileTooShort(bytes: 0)),
    HostileFile("seven bytes", little(UInt64(2)).dropLast(), .fileTooShort(bytes: 7)),
    HostileFile("header length 0", little(UInt64(0)) + [1, 2], .headerTooShort(length: 0)),
    HostileFile("header length 1", little(UInt64(1)) + Array("{}".utf8), .headerTooShort(length: 1)),
    HostileFile(
        "header length 2⁶⁴−1", little(UInt64.max) + Array("{}".utf8),
        .headerTooLong(length: .max, limit: 100_000_000)),
    HostileFile(
        "header length 2⁶³, negative when signed", little(UInt64(1) << 63) + Array("{}".utf8),
        .headerTooLong(length: 1 << 63, limit: 100_000_000)),
    HostileFile(
        "header one byte over the format's limit", little(UInt64(100_000_001)) + Array("{}".utf8),
        .headerTooLong(length: 100_000_001, limit: 100_000_000)),
    HostileFile(
        "header of 99 MB in a file of ten bytes", little(UInt64(99_000_000)) + Array("{}".utf8),
        .headerBeyondFile(length: 99_000_000, file: 10)),
    HostileFile(
        "header cut off by one byte", safetensors("{}").dropLast(), .headerBeyondFile(length: 2, file: 9)),
    HostileFile("header is an array", safetensors("[]"), .headerNotObject(firstByte: 0x5b)),
    HostileFile("byte order mark", safetensors("\u{feff}{}"), .headerNotObject(firstByte: 0xef)),
    HostileFile(
        "UTF-16 header", little(UInt64(4)) + [0x7b, 0, 0x7d, 0], json(1, .unexpectedByte(0))),
    HostileFile("space in front of the header", safetensors(" {}"), .headerNotObject(firstByte: 0x20)),
    HostileFile("pickle magic", little(UInt64(2)) + [0x80, 0x02], .headerNotObject(firstByte: 0x80)),
    HostileFile("newline padding", safetensors("{}\n"), .headerPadding(offset: 2, byte: 0x0a)),
    HostileFile("NUL padding", safetensors("{}\0"), .headerPadding(offset: 2, byte: 0)),
    HostileFile(
        "second value behind the header", safetensors("{} {}"), .headerPadding(offset: 3, byte: 0x7b)),
]

private let texts: [HostileFile<SafetensorsFault>] = [
    HostileFile("header ends inside", safetensors(#"{"w":{"#), json(6, .endOfText)),
    HostileFile("trailing comma", safetensors("{\"w\":\(entry),}"), json(53, .unexpectedByte(0x7d))),
    HostileFile("missing colon", safetensors(#"{"w" 1}"#), json(5, .unexpectedByte(0x31))),
    HostileFile("single quotes", safetensors("{'w':1}"), json(1, .unexpectedByte(0x27))),
    HostileFile(
        "bytes that are no UTF-8",
        little(UInt64(8)) + Array("{\"".utf8) + [0xc0, 0xaf] + Array("\":1}".utf8),
        json(2, .invalidUTF8)),
    HostileFile("half a surrogate pair", safetensors(#"{"\ud800":1}"#), json(2, .loneSurrogate)),
    HostileFile("control character in a name", safetensors("{\"a\u{1}\":1}"), json(3, .controlCharacter(1))),
    HostileFile("unknown escape", safetensors(#"{"\x41":1}"#), json(2, .invalidEscape)),
    HostileFile(
        "tensor twice", safetensors("{\"w\":\(entry),\"w\":\(entry)}"), json(53, .duplicateKey("w"))),
    HostileFile(
        "tensor twice, once escaped", safetensors("{\"w\":\(entry),\"\\u0077\":\(entry)}"),
        json(53, .duplicateKey("w"))),
    HostileFile(
        "field twice", safetensors(#"{"w":{"dtype":"U8","dtype":"F32"}}"#), json(19, .duplicateKey("dtype"))),
    HostileFile(
        "metadata twice", safetensors(#"{"__metadata__":{},"__metadata__":{}}"#),
        json(19, .duplicateKey("__metadata__"))),
    HostileFile(
        "nested a hundred thousand deep",
        safetensors(#"{"w":"# + String(repeating: "[", count: 100_000)), .entryNotObject(tensor: "w", .array)),
    HostileFile("metadata is a list", safetensors(#"{"__metadata__":[]}"#), .metadataNotObject(.array)),
    HostileFile("metadata is null", safetensors(#"{"__metadata__":null}"#), .metadataNotObject(.null)),
    HostileFile(
        "metadata with a number", safetensors(#"{"__metadata__":{"step":1}}"#),
        .metadataNotString(key: "step", .number)),
    HostileFile(
        "metadata with an object", safetensors(#"{"__metadata__":{"x":{}}}"#),
        .metadataNotString(key: "x", .object)),
    HostileFile(
        "metadata of 10,001 entries",
        safetensors(
            "{\"__metadata__\":{" + (0...10_000).map { "\"\($0)\":\"\"" }.joined(separator: ",") + "}}"),
        .metadataTooLarge(limit: 1 << 24)),
    HostileFile(
        "100,001 empty tensors",
        safetensors("{" + (0...100_000).map { "\"\($0)\":\(entry)" }.joined(separator: ",") + "}"),
        .tooManyTensors(limit: 100_000)),
]

private let entries: [HostileFile<SafetensorsFault>] = [
    HostileFile("empty name", safetensors("{\"\":\(entry)}"), .nameEmpty),
    HostileFile(
        "name of 2000 bytes", safetensors("{\"\(String(repeating: "n", count: 2000))\":\(entry)}"),
        .nameTooLong(bytes: 2000, limit: 1024)),
    HostileFile("escape character in a name", safetensors("{\"\\u001b[2J\":\(entry)}"), .nameNotPrintable),
    HostileFile("NUL in a name", safetensors("{\"w\\u0000\":\(entry)}"), .nameNotPrintable),
    HostileFile("entry is a string", safetensors(#"{"w":"F32"}"#), .entryNotObject(tensor: "w", .string)),
    HostileFile("entry is null", safetensors(#"{"w":null}"#), .entryNotObject(tensor: "w", .null)),
    HostileFile(
        "no dtype", safetensors(#"{"w":{"shape":[],"data_offsets":[0,4]}}"#, data: 4),
        .fieldMissing(tensor: "w", field: .dtype)),
    HostileFile(
        "no shape", safetensors(#"{"w":{"dtype":"F32","data_offsets":[0,4]}}"#, data: 4),
        .fieldMissing(tensor: "w", field: .shape)),
    HostileFile(
        "no data_offsets", safetensors(#"{"w":{"dtype":"F32","shape":[]}}"#, data: 4),
        .fieldMissing(tensor: "w", field: .dataOffsets)),
    HostileFile(
        "unknown field", safetensors(#"{"w":{"dtype":"F32","strides":[1]}}"#),
        .fieldUnknown(tensor: "w", field: "strides")),
    HostileFile("unknown type", one("\"F33\""), .typeUnknown(tensor: "w", type: "F33")),
    HostileFile("type in lower case", one("\"f32\""), .typeUnknown(tensor: "w", type: "f32")),
    HostileFile("type is a number", one("32"), .fieldWrongKind(tensor: "w", field: .dtype, found: .number)),
    HostileFile(
        "shape is a string", one("\"F32\"", "\"2\""),
        .fieldWrongKind(tensor: "w", field: .shape, found: .string)),
    HostileFile(
        "offsets are an object", one("\"F32\"", "[2]", "{}"),
        .fieldWrongKind(tensor: "w", field: .dataOffsets, found: .object)),
    HostileFile("extent −1", one("\"F32\"", "[-1]"), .dimensionNegative(tensor: "w", index: 0)),
    HostileFile("extent 2.0", one("\"F32\"", "[2.0]"), .dimensionNotWhole(tensor: "w", index: 0)),
    HostileFile("extent 2e0", one("\"F32\"", "[1,2e0]"), .dimensionNotWhole(tensor: "w", index: 1)),
    HostileFile(
        "extent 2⁶⁴", one("\"F32\"", "[18446744073709551616]"), .dimensionNotWhole(tensor: "w", index: 0)),
    HostileFile("extent is a string", one("\"F32\"", "[\"2\"]"), .dimensionNotWhole(tensor: "w", index: 0)),
    HostileFile(
        "seventeen dimensions",
        one("\"F32\"", "[\(Array(repeating: "1", count: 17).joined(separator: ","))]"),
        .tooManyDimensions(tensor: "w", limit: 16)),
    HostileFile(
        "shape overflows the product", one("\"F32\"", "[4294967296,4294967296]"), .shapeTooLarge(tensor: "w")),
    HostileFile(
        "shape overflows behind a zero", one("\"F32\"", "[0,4294967296,4294967296]", "[0,0]", data: 0),
        .shapeTooLarge(tensor: "w")),
    HostileFile(
        "shape overflows in bytes only", one("\"F64\"", "[2305843009213693952]"), .shapeTooLarge(tensor: "w")),
    HostileFile("half a byte", one("\"F4\"", "[3]", "[0,1]", data: 1), .shapeNotWholeBytes(tensor: "w")),
    HostileFile("no offsets", one("\"F32\"", "[2]", "[]"), .offsetsNotTwo(tensor: "w")),
    HostileFile("one offset", one("\"F32\"", "[2]", "[8]"), .offsetsNotTwo(tensor: "w")),
    HostileFile("three offsets", one("\"F32\"", "[2]", "[0,8,8]"), .offsetsNotTwo(tensor: "w")),
    HostileFile("offset −8", one("\"F32\"", "[2]", "[-8,0]"), .offsetNegative(tensor: "w")),
    HostileFile("offset 0.5", one("\"F32\"", "[2]", "[0.5,8.5]"), .offsetNotWhole(tensor: "w")),
    HostileFile("offset true", one("\"F32\"", "[2]", "[0,true]"), .offsetNotWhole(tensor: "w")),
    HostileFile("offset 1e999", one("\"F32\"", "[2]", "[0,1e999]"), json(50, .numberOutOfRange)),
]

private let layouts: [HostileFile<SafetensorsFault>] = [
    HostileFile(
        "end before the beginning", one("\"F32\"", "[2]", "[8,0]"),
        .offsetsReversed(tensor: "w", begin: 8, end: 0)),
    HostileFile(
        "data beyond the file", one("\"F32\"", "[2]", "[0,8]", data: 7),
        .dataBeyondFile(tensor: "w", end: 8, available: 7)),
    HostileFile(
        "data near 2⁶³", one("\"F32\"", "[2]", "[9223372036854775799,9223372036854775807]"),
        .dataBeyondFile(tensor: "w", end: .max, available: 8)),
    HostileFile(
        "a terabyte in eight bytes", one("\"F32\"", "[274877906944]", "[0,1099511627776]"),
        .dataBeyondFile(tensor: "w", end: 1 << 40, available: 8)),
    HostileFile(
        "more bytes than the shape", one("\"F32\"", "[1]", "[0,8]"),
        .sizeMismatch(tensor: "w", expected: 4, found: 8)),
    HostileFile(
        "fewer bytes than the shape", one("\"F32\"", "[2]", "[0,4]"),
        .sizeMismatch(tensor: "w", expected: 8, found: 4)),
    HostileFile(
        "bytes for an empty tensor", one("\"F32\"", "[0]", "[0,8]"),
        .sizeMismatch(tensor: "w", expected: 0, found: 8)),
    HostileFile(
        "two tensors over each other", two("[0,8]", "[4,12]", data: 12), .overlap(tensor: "b", previous: "a")),
    HostileFile(
        "two tensors in one place", two("[0,8]", "[0,8]", data: 8), .overlap(tensor: "b", previous: "a")),
    HostileFile("hole between tensors", two("[0,8]", "[9,17]", data: 17), .hole(before: "b", bytes: 1)),
    HostileFile("hole in front", two("[16,24]", "[8,16]", data: 24), .hole(before: "b", bytes: 8)),
    HostileFile("byte at the end", one(data: 9), .trailingBytes(1)),
    HostileFile("data without tensors", safetensors("{}", data: 4096), .trailingBytes(4096)),
]
