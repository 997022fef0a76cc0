import Checkpoint
import Foundation
import Model
import TestSupport
import Testing

@testable import Training

/// Ten steps of PEFT on real weights, r = 16, repeated here.
@Suite(.serialized) struct RealPEFTGoldens {
    static let present = ["smollm2-135m-instruct", "gemma-3-270m"].filter {
        FileManager.default.fileExists(atPath: "\(Shared.models ?? "")/\($0).gguf")
    }

    @Test(.enabled(if: !present.isEmpty, "needs downloaded models"), arguments: present)
    func losses(_ model: String) throws {
        let run = try PEFTRun(real: model, at: "\(try #require(Shared.models))/\(model).gguf")
        let made = run.adapter.places.flatMap { [$0.part.a, $0.part.b] }.flatMap(\.values)
        let sum = try #require(run.golden["adapter"]?["sum"]?.double)
        #expect(abs(made.reduce(0.0) { $0 + Double($1) } - sum) < 1e-4)
        let before = try run.worstScore("before")
        let step = try #require(run.golden["steps"]?.array?.first)
        _ = run.accumulate(step)
        let norms = try #require(run.golden["gradient_norms"]?.object)
        var worstNorm = 0.0
        var compared = 0
        for (layer, projection, part) in run.gradients.sum.places {
            let module = "base_model.model." + AdapterShape.module(layer, projection)
            for (name, matrix) in [("lora_A", part.a), ("lora_B", part.b)] {
                guard let expected = norms["\(module).\(name).weight"]?.double else { continue }
                let norm = matrix.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                worstNorm = max(worstNorm, abs(norm - expected) / expected)
                compared += 1
            }
        }
        #expect(compared == norms.members.count)
        let loss = try run.worstLoss()
        let after = try run.worstScore("after")
        print(
            model, "largest differences: loss", loss, "gradient norm, relative", worstNorm,
            "log-probability before", before, "and after", after)
        #expect(loss <= 1e-3 && worstNorm <= 1e-3 && before <= 1e-3)
    }
}
