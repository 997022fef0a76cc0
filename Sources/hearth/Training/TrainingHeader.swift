import Foundation
import Model
import Recipes
import Training

/// What is about to be trained, in a few lines.
struct TrainingHeader {
    let prepared: PreparedTraining

    var lines: [String] {
        let recipe = prepared.recipe
        let config = prepared.config
        let sequence = prepared.data.sequence
        let batching = recipe.batching
        let epochs = Double(sequence.totalSteps) / Double(sequence.stepsPerEpoch)
        var lines = [
            "\(recipe.baseModel): \(config.family.rawValue), \(config.layerCount) layers"
                + (prepared.data.format.map { ", chat format \($0.rawValue)" } ?? ""),
            "examples = \(Self.grouped(sequence.count))"
                + (prepared.data.evaluation.map { " | evaluated on \(Self.grouped($0.examples.count))" } ?? "")
                + " | epochs = \(TrainingProgress.number(epochs, 2))"
                + " | steps = \(Self.grouped(sequence.totalSteps))",
            "batch = \(batching.size) × \(batching.accumulation) accumulated "
                + "= \(batching.size * batching.accumulation) examples a step",
        ]
        if let trained = try? trainedParameters() {
            let all = trained + config.parameterCount
            let share = TrainingProgress.number(100 * Double(trained) / Double(all), 2)
            lines.append(
                "trainable parameters = \(Self.grouped(trained)) of \(Self.grouped(all)) (\(share)% trained)")
        }
        lines.append("run folder = \(recipe.run.outputDirectory)")
        return lines
    }

    private func trainedParameters() throws -> Int {
        try TrainingSize(prepared.recipe, prepared.config).trainedParameters
    }

    /// A whole number with its thousands apart.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
            text.append(digit.element)
        }
    }
}
