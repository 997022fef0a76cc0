import Checkpoint
import Corpus
import Foundation
import Kernels
import Model
import TestSupport
import Testing

@testable import Training

@Suite struct PEFTGoldens {
    /// What PEFT computes with its own adapter, we compute with what we read of it.
    @Test(arguments: runs)
    func adapterAnswersAsInPEFT(_ model: String, _ variant: String) throws {
        #expect(try PEFTRun(model, variant).worstScore("before") <= 1e-4)
    }

    static let models = [
        "gemma3-newer", "gemma3-odd-bf16", "llama-scaled-sharded", "llama-tied", "qwen2-tied", "qwen2-untied",
        "qwen3-tied", "qwen3-untied",
    ]
    static let runs: [(String, String)] =
        models.map { ($0, "plain") }
        + ["gemma3-newer", "llama-tied", "qwen2-tied", "qwen3-tied"].flatMap { model in
            ["rslora", "dora", "accumulation", "clipping", "smoothing", "loraplus", "patterns"].map {
                (model, $0)
            }
        }

    @Test(arguments: runs)
    func firstGradients(_ model: String, _ variant: String) throws {
        let run = try PEFTRun(model, variant)
        guard let name = run.golden["gradients"]?.string else { return }
        let step = try #require(run.golden["steps"]?.array?.first)
        _ = run.accumulate(step)
        let expected = try SafetensorsFile.open(run.folder + "/" + name).tensors
        var compared = 0
        for (layer, projection, part) in run.gradients.sum.places {
            let module = "base_model.model." + AdapterShape.module(layer, projection)
            let pairs =
                [("lora_A.weight", part.a), ("lora_B.weight", part.b)]
                + (part.magnitude.map { [("lora_magnitude_vector", $0)] } ?? [])
            for (suffix, matrix) in pairs {
                let tensor = try #require(expected["\(module).\(suffix)"])
                let golden = PEFTRun.matrix(tensor).values
                let error = zip(matrix.values, golden).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
                let size = golden.reduce(0.0) { $0 + pow(Double($1), 2) }
                #expect(error.squareRoot() <= 1e-4 * size.squareRoot() + 1e-12, "\(module).\(suffix)")
                compared += 1
            }
        }
        #expect(compared == expected.count)
    }

    @Test(arguments: runs)
    func losses(_ model: String, _ variant: String) throws {
        let worst = try PEFTRun(model, variant).worstLoss()
        print(model, variant, "worst loss difference", worst)
        #expect(worst <= 1e-4)
    }
}
