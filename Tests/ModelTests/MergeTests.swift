import Checkpoint
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Model

/// Models and adapters written into files, and read again.
@Suite struct MergeTests {
    private static let adapted = [
        ("llama-tied", "plain"), ("llama-tied", "rslora"), ("llama-tied", "dora"), ("llama-tied", "patterns"),
        ("llama-scaled-sharded", "plain"), ("qwen2-tied", "dora"), ("qwen2-untied", "plain"),
        ("qwen3-tied", "rslora"), ("qwen3-untied", "plain"), ("gemma3-newer", "dora"),
        ("gemma3-odd-bf16", "plain"),
    ]
    private let workers = Workers(count: 2)
    private let ids: [Int32] = [3, 17, 40, 5, 5, 29, 11, 2, 60, 33]

    private func logits(_ weights: DecoderWeights, _ adapter: Adapter? = nil) -> [Float] {
        let decoder = Decoder(weights, workers: workers)
        let batch = RowBatch(
            tokens: ids, segments: [Segment(rows: 0..<ids.count, store: 0, adapter: adapter)])
        let cache = KeyValueCache(decoder.config, capacity: ids.count)
        let hidden = decoder.forward(batch, cache: cache, wanted: Array(0..<ids.count))
        let logits = Matrix(ids.count, decoder.config.vocabularySize)
        decoder.logits(hidden, prompt: ids.count, into: logits)
        return logits.values
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }

    private func withFolder<R>(_ body: (String) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.path + "/hearth-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    private func writeFolder(_ export: ModelExport, _ config: JSON, to folder: String) throws -> ModelFiles {
        try Data(config.serialised()).write(to: URL(fileURLWithPath: folder + "/config.json"))
        try SafetensorsWriter.write(
            try export.tensors(.safetensors, type: .float32), to: folder + "/model.safetensors")
        return try ModelFiles.open(folder)
    }

    private func writeGGUF(_ export: ModelExport, _ type: WeightFormat, to path: String) throws -> ModelFiles
    {
        try GGUFWriter.write(
            try export.tensors(.gguf, type: type), metadata: export.metadata(name: "x"), to: path)
        return try ModelFiles.open(path)
    }

    @Test(arguments: adapted) func aMergedModelAnswersAsTheAdaptedOne(_ model: String, _ variant: String)
        throws
    {
        let files = try ModelFiles.open(Shared.golden("models/\(model)"))
        guard case .directory(let directory) = files else { return }
        let config = try DecoderConfig.read(files)
        let adapter = try Adapter.load(
            try AdapterFiles.open(Shared.golden("training/\(model)/adapter-\(variant)")), config, workers)
        let adapted = logits(try DecoderWeights.load(files, workers: workers), adapter)
        let export = try ModelExport(files, adapter: adapter, workers: workers)
        try withFolder { folder in
            let merged = try writeFolder(export, directory.config, to: folder)
            #expect(difference(logits(try DecoderWeights.load(merged, workers: workers)), adapted) < 2e-4)
            if model == "gemma3-newer" {
                #expect(throws: ExportError.self) { try export.tensors(.gguf, type: .float32) }
                return
            }
            let gguf = try writeGGUF(export, .float32, to: folder + "/x.gguf")
            #expect(difference(logits(try DecoderWeights.load(gguf, workers: workers)), adapted) < 2e-4)
        }
    }

    @Test(arguments: ["gemma3-older", "llama-scaled-sharded", "qwen2-tied", "qwen3-tied"])
    func aGGUFBecomesAFolderAndAGGUFAgain(_ model: String) throws {
        let files = try ModelFiles.open(Shared.golden("gguf/\(model).gguf"))
        let whole = logits(try DecoderWeights.load(files, workers: workers))
        let export = try ModelExport(files, adapter: nil, workers: workers)
        #expect(export.plainType == .float32)
        try withFolder { folder in
            let config = try export.huggingFaceConfig(type: .float32, others: [:])
            let made = try writeFolder(export, config, to: folder)
            #expect(difference(logits(try DecoderWeights.load(made, workers: workers)), whole) < 1e-4)
            let back = try ModelExport(made, adapter: nil, workers: workers)
            let again = try writeGGUF(back, .float32, to: folder + "/x.gguf")
            #expect(difference(logits(try DecoderWeights.load(again, workers: workers)), whole) < 1e-4)
        }
    }

    @Test func rowsThatAreInterleavedComeBackInOrder() {
        let config = TinyModel.config(.llama)
        for projection in [Projection.query, .key] {
            let places = config.interleavedPlaces(projection) ?? []
            let rows = config.interleavedRows(projection) ?? []
            #expect(places.count == config.shape(of: projection).outputs)
            #expect(places.indices.allSatisfy { rows[places[$0]] == $0 })
            #expect(places != rows)
        }
        #expect(config.interleavedRows(.value) == nil)
        #expect(TinyModel.config(.qwen3).interleavedRows(.query) == nil)
    }

    @Test(arguments: [
        (8.0, 4.0, 8192.0, 64), (32.0, 4.0, 8192.0, 64), (8.0, 4.0, 64.0, 10), (4.0, 2.5, 4096.0, 128),
    ])
    func theRuleBehindDivisorsIsFound(_ factor: Double, _ high: Double, _ original: Double, _ dimension: Int)
    {
        let plain = DecoderConfig.Rotation(base: 500_000, scaling: .none)
        let scaled = DecoderConfig.Rotation(
            base: 500_000, scaling: .llama3(factor: factor, low: 1, high: high, original: original))
        let divisors = zip(plain.frequencies(dimension: dimension), scaled.frequencies(dimension: dimension))
            .map { $0 / $1 }
        let found = plain.llama3Rule(divisors, dimension: dimension)
        let again = DecoderConfig.Rotation(base: 500_000, scaling: found ?? .none)
        let apart =
            zip(again.frequencies(dimension: dimension), scaled.frequencies(dimension: dimension))
            .map { abs($0 / $1 - 1) }.max() ?? 1
        #expect(apart < 1e-5)
        #expect(plain.llama3Rule([1, 3, 2, 5, 4], dimension: 10) == nil)
    }

    /// What gguf-py's quantisers make of the same numbers.
    @Test func quantisedBlocksAreGGMLsBitForBit() {
        func block(_ scale: Float) -> [Float] {
            (0..<32).map { index in
                let number = Float(index * 37 % 64 - 31) / 8
                return (index / 5).isMultiple(of: 2) ? number * scale : -number * scale
            }
        }
        let zeros = [Float](repeating: 0, count: 32)
        let three = Matrix(3, 32, block(1) + block(1 / 1024) + zeros)
        let quanta = "ad40d499046fdc474be073089dd03ca9148114a93cd0630873e04bb9dc6f"
        let levels = "c03a930c9532c85fe69dfd66df4962f5"
        let nothing = String(repeating: "00", count: 34)
        let bytes = "08288518\(quanta)04028518\(quanta)\(nothing)"
        #expect(hexadecimal(WeightFormat.q8_0.encoded(three, workers)) == bytes)
        let middle = String(repeating: "88", count: 16)
        let halves = "0038\(levels)0010\(levels)0080\(middle)"
        #expect(hexadecimal(WeightFormat.q4_0.encoded(three, workers)) == halves)
        let first = Matrix(1, 4, [-3.875, 0.75, -2.625, 2])
        #expect(hexadecimal(WeightFormat.float16.encoded(first, workers)) == "c0c3003a40c10040")
        #expect(hexadecimal(WeightFormat.bfloat16.encoded(first, workers)) == "78c0403f28c00040")
    }

    @Test func halvesAreRoundedToTheNearestEven() {
        let numbers: [Float] = [
            65504, 65519.99, 65520, -1e9, 6.0975552e-05, 2.9802322e-08, 2.98023224e-08 * 1.5, .infinity,
        ]
        let expected: [UInt16] = [0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x03ff, 0x0000, 0x0001, 0x7c00]
        let bytes = WeightFormat.float16.encoded(Matrix(1, numbers.count, numbers), workers)
        let halves = stride(from: 0, to: bytes.count, by: 2).map {
            UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
        }
        #expect(halves == expected)
        #expect(halves == numbers.map { Float16($0).bitPattern })
    }

    @Test func aDoRAHasNoFormAsAGGUFAdapter() throws {
        let config = try DecoderConfig.read(try ModelFiles.open(Shared.golden("models/qwen3-tied")))
        func export(_ variant: String) throws -> AdapterExport {
            let files = try AdapterFiles.open(Shared.golden("training/qwen3-tied/adapter-\(variant)"))
            return try AdapterExport(
                try Adapter.load(files, config, workers), for: config, type: .float32, workers: workers)
        }
        #expect(throws: ExportError.magnitudesInAdapter) { try export("dora") }
        let patterns = try export("patterns").tensors.map(\.name)
        #expect(
            patterns.contains("blk.1.attn_q.weight.lora_a")
                && patterns.contains("blk.1.ffn_down.weight.lora_b"))
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
