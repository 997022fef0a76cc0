import Foundation
import Kernels
import Model
import TestSupport
import Testing

@testable import Training

/// Gradients of real models in sixteen-bit blocks beside those in f32, tensor by tensor.
@Suite(.serialized, .enabled(if: Precision.block16.isSupported, "needs a CPU with VNNI"))
struct RoundedGradientTests {
    @Test(
        .enabled(if: !RealPEFTGoldens.present.isEmpty, "needs downloaded models"),
        arguments: RealPEFTGoldens.present)
    func everyTensorIsNearTheWholeOne(_ model: String) throws {
        let path = "\(try #require(Shared.models))/\(model).gguf"
        let runs = try [Precision.float32, .block16].map {
            try PEFTRun(real: model, at: path, precision: $0)
        }
        let losses = try runs.map { $0.accumulate(try #require($0.golden["steps"]?.array?.first)) }
        var worst = (error: 0.0, place: "")
        var errors: [Double] = []
        for (whole, rounded) in zip(runs[0].gradients.sum.places, runs[1].gradients.sum.places) {
            for (name, pair) in zip(["A", "B"], zip(whole.part.matrices, rounded.part.matrices)) {
                var (off, size) = (0.0, 0.0)
                for (want, got) in zip(pair.0.values, pair.1.values) {
                    off += Double(want - got) * Double(want - got)
                    size += Double(want) * Double(want)
                }
                let error = (off / size).squareRoot()
                errors.append(error)
                if error > worst.error { worst = (error, "\(whole.layer) \(whole.projection) \(name)") }
            }
        }
        errors.sort()
        let middle = errors[errors.count / 2]
        print(
            model, "block16 against f32: loss off by", abs(losses[1] - losses[0]),
            "gradients, relative: middle",
            middle, "largest", worst.error, worst.place, "above 0.02:", errors.count { $0 > 2e-2 }, "of",
            errors.count)
        #expect(abs(losses[1] - losses[0]) < 0.02)
        #expect(worst.error <= 2e-2, "\(worst.place)")
    }
}
