import Foundation
import Text

@testable import Corpus

/// Bytes are their own tokens, and the markers of the formats are whole.
struct ByteTokenizer: Tokenizer {
    static let markers = ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<|im_start|>", "<|im_end|>"]

    var vocabularySize: Int { 256 + Self.markers.count }
    var bos: Int32? { 256 }
    var eos: Int32? { 257 }
    var addsBOS = true
    var addsSpacePrefix: Bool { false }

    func encode(parts: [String]) -> (ids: [Int32], parts: [Int]) {
        var ids: [Int32] = []
        var owners: [Int] = []
        for (part, text) in parts.enumerated() {
            ids += text.utf8.map { Int32($0) }
            owners += Array(repeating: part, count: text.utf8.count)
        }
        return (ids, owners)
    }
    func encode(parsing text: String) -> [Int32] { encode(text) }
    func bytes(of id: Int32) -> [UInt8] { UInt8(exactly: id).map { [$0] } ?? [] }
    func piece(_ id: Int32) -> String {
        isControl(id)
            ? Self.markers[Int(id) - 256] : String(decoding: bytes(of: id), as: UTF8.self)
    }
    func id(of piece: String) -> Int32? { Self.markers.firstIndex(of: piece).map { Int32(256 + $0) } }
    func isControl(_ id: Int32) -> Bool { id >= 256 && id < vocabularySize }
}

/// An example of these tokens, trained from one on.
func example(_ ids: [Int32], from first: Int, line: Int = 1) -> EncodedExample {
    EncodedExample(
        ids: ids, trained: ids.indices.map { $0 >= first }, place: RecordPlace(file: "x", number: line))
}

/// The text with what is trained between brackets.
func marked(_ example: EncodedExample, _ tokenizer: any Tokenizer = ByteTokenizer()) -> String {
    var bytes: [UInt8] = []
    var isIn = false
    for (id, trained) in zip(example.ids, example.trained) {
        if trained != isIn { bytes += Array((trained ? "[" : "]").utf8) }
        isIn = trained
        bytes += tokenizer.isControl(id) ? Array(tokenizer.piece(id).utf8) : tokenizer.bytes(of: id)
    }
    return String(decoding: bytes, as: UTF8.self) + (isIn ? "]" : "")
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "hearth-corpus-\(UUID().uuidString)"

    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }
}

/// A small generator for tests that try many cases.
struct Dice {
    private let draws: CounterDraws
    private var counter = 0

    init(_ seed: UInt64) { draws = CounterDraws(seed: seed) }

    mutating func roll(_ sides: Int) -> Int {
        counter += 1
        return draws.below(sides, at: counter)
    }
}
