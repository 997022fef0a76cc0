import Checkpoint
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Model

/// Models from files against what transformers computed from the same files.
@Suite struct GoldenTests {
    private static let directories = [
        "gemma3-newer", "gemma3-odd-bf16", "gemma3-older", "llama-odd-f16", "llama-scaled-sharded",
        "llama-tied",
        "qwen2-tied", "qwen2-untied", "qwen3-tied", "qwen3-untied",
    ]

    /// The real models that have goldens and were downloaded.
    private static let fetched = ["smollm2-135m-instruct", "gemma-3-270m"].filter { name in
        Shared.models.map { FileManager.default.fileExists(atPath: $0 + "/\(name).gguf") } ?? false
    }

    @Test(arguments: directories) func aDirectoryGivesTransformersNumbers(_ name: String) throws {
        let folder = Shared.golden("models/\(name)")
        let golden = try Golden(folder + "/golden.json")
        let scored = try GoldenDecoder(folder)
        #expect(try scored.worst(golden.sequences) < 5e-5)
        #expect(try scored.worstRow(golden.sequences) < 5e-5)
        try scored.expectGreedy([golden.json["greedy"] ?? .null])
    }

    @Test(arguments: ["gemma3-older", "llama-scaled-sharded", "qwen2-tied", "qwen3-tied"])
    func aGGUFGivesTheSameNumbers(_ name: String) throws {
        let golden = try Golden(Shared.golden("models/\(name)/golden.json"))
        let scored = try GoldenDecoder(Shared.golden("gguf/\(name).gguf"))
        #expect(try scored.worst(golden.sequences) < 5e-5)
        try scored.expectGreedy([golden.json["greedy"] ?? .null])
    }

    @Test func everyQuantisedTypeGivesItsNumbers() throws {
        let golden = try Golden(Shared.golden("gguf/quants.json"))
        let scored = try GoldenDecoder(Shared.golden("gguf/quants.gguf"))
        #expect(try scored.worst(golden.sequences) < 5e-5)
    }

    @Test(.enabled(if: Shared.file("data/models/tinystories_260k") != nil, "needs ../shared"))
    func tinyStoriesIsToldAsTheReferenceTellsIt() throws {
        let folder = try #require(Shared.file("data/models/tinystories_260k"))
        let golden = try Golden(folder + "/greedy_reference.json").json
        let ids = golden["greedy_ids"]?.array ?? []
        try #require(ids.count == 201 && golden["prompt_ids"]?.array?.count == 1)
        let told: JSON = .object([
            "prompt": .array(Array(ids.prefix(1))), "ids": .array(Array(ids.dropFirst())),
            "margins": .array(ids.dropFirst().map { _ in .number(1) }),
        ])
        try GoldenDecoder(folder + "/hf_derived").expectGreedy([told])
    }

    /// What the family's own rounding at float32 leaves between two programs.
    @Test(
        .enabled(if: !fetched.isEmpty, "needs downloaded models"), arguments: fetched)
    func aRealModelGivesTransformersNumbers(_ name: String) throws {
        let path = (Shared.models ?? "") + "/\(name).gguf"
        let golden = try Golden(Shared.golden("real/\(name).json"))
        let scored = try GoldenDecoder(path)
        #expect(try scored.worst(golden.json["texts"]?.array ?? []) < 3e-4)
        let long = try #require(golden.json["long"])
        #expect(try scored.worst([long]) < 3e-4)
        try scored.expectGreedy(Array((golden.json["greedy"]?.array ?? []).prefix(5)))
    }
}

private struct Golden {
    let json: JSON

    init(_ path: String) throws {
        json = try JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: path))))
    }

    var sequences: [JSON] { json["sequences"]?.array ?? [] }
}

extension JSON {
    fileprivate var tokens: [Int32] { (array ?? []).compactMap { $0.int.map(Int32.init) } }
    fileprivate var numbers: [Double] { (array ?? []).compactMap(\.double) }
}

/// Decoders from a file, of expanded and of packed weights, asked what the goldens tell.
private struct GoldenDecoder {
    let forms: [FormDecoder]

    init(_ path: String) throws {
        forms = try [WeightForm.expanded, .packed].map { try FormDecoder(path, $0) }
    }

    func worst(_ sequences: [JSON]) throws -> Double {
        try forms.reduce(0.0) { max($0, try $1.worst(sequences)) }
    }

    func worstRow(_ sequences: [JSON]) throws -> Double {
        try forms.reduce(0.0) { max($0, try $1.worstRow(sequences)) }
    }

    func expectGreedy(_ goldens: [JSON]) throws { for form in forms { try form.expectGreedy(goldens) } }
}

private struct FormDecoder {
    let decoder: Decoder

    init(_ path: String, _ form: WeightForm) throws {
        let workers = Workers(count: 2)
        decoder = Decoder(
            try DecoderWeights.load(ModelFiles.open(path), form: form, workers: workers), workers: workers)
    }

    /// The log-softmax after some of the rows of a text.
    private func rows(_ tokens: [Int32], _ wanted: [Int]) -> [[Double]] {
        let batch = RowBatch(tokens: tokens, segments: [Segment(rows: 0..<tokens.count, store: 0)])
        let cache = KeyValueCache(for: decoder.weights, capacity: tokens.count)
        return logSoftmax(decoder.forward(batch, cache: cache, wanted: wanted), prompt: wanted.count)
    }

    private func logSoftmax(_ hidden: Matrix, prompt: Int) -> [[Double]] {
        let logits = Matrix(hidden.rows, decoder.config.vocabularySize)
        decoder.logits(hidden, prompt: prompt, into: logits)
        let sums = CrossEntropy.logSumExp(logits, decoder.workers)
        return (0..<hidden.rows).map { row in logits.row(row).map { Double($0) - Double(sums[row]) } }
    }

    /// The largest difference of any log-probability; where fewer are told than
    /// there are tokens, they are the last ones'.
    func worst(_ sequences: [JSON]) throws -> Double {
        try #require(!sequences.isEmpty)
        var worst = 0.0
        for sequence in sequences {
            let ids = sequence["ids"]?.tokens ?? []
            let want = sequence["logprobs"]?.numbers ?? []
            try #require(!want.isEmpty && want.count < ids.count)
            let wanted = Array((ids.count - 1 - want.count)..<ids.count - 1)
            for (row, (place, logProbability)) in zip(rows(ids, wanted), zip(wanted, want)) {
                worst = max(worst, abs(row[Int(ids[place + 1])] - logProbability))
            }
        }
        return worst
    }

    /// The same for whole rows of the vocabulary.
    func worstRow(_ sequences: [JSON]) throws -> Double {
        var worst = 0.0
        for sequence in sequences {
            for row in sequence["rows"]?.array ?? [] {
                let want = row["logprobs"]?.numbers ?? []
                try #require(want.count == decoder.config.vocabularySize)
                let got = rows(sequence["ids"]?.tokens ?? [], [row["position"]?.int ?? 0])[0]
                worst = zip(got, want).reduce(worst) { max($0, abs($1.0 - $1.1)) }
            }
        }
        return worst
    }

    /// Expects each step's choice to be the golden's, as long as the golden's own
    /// choice was not a matter of rounding.
    func expectGreedy(_ goldens: [JSON]) throws {
        for golden in goldens {
            let prompt = golden["prompt"]?.tokens ?? []
            let want = golden["ids"]?.tokens ?? []
            try #require(!prompt.isEmpty && !want.isEmpty)
            let cache = KeyValueCache(for: decoder.weights, capacity: prompt.count + want.count)
            var (next, stored) = (prompt, 0)
            for (step, margin) in (golden["margins"]?.numbers ?? []).enumerated() {
                if margin < 1e-3 { break }
                let batch = RowBatch(
                    tokens: next,
                    segments: [
                        Segment(rows: 0..<next.count, past: [Span(start: 0, count: stored)], store: stored)
                    ], prompt: step == 0 ? next.count : 0)
                let hidden = decoder.forward(batch, cache: cache, wanted: [next.count - 1])
                let row = logSoftmax(hidden, prompt: step == 0 ? 1 : 0)[0]
                stored += next.count
                let best = row.indices.max { row[$0] < row[$1] } ?? 0
                #expect(Int32(best) == want[step], "step \(step)")
                next = [want[step]]
            }
        }
    }
}
