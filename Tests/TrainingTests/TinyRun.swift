import Checkpoint
import Foundation
import Kernels
import Model
import Recipes
import TestSupport
import Text

@testable import Training

/// A folder that is gone after the test.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "hearth-training-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(path)/\(other)")
    }
}

/// Runs on a tiny model with a tokenizer of bytes, small enough to be made by the dozen.
struct TinyRun {
    let folder: TemporaryFolder
    let model: String

    init(_ name: String = "llama-tied") throws {
        folder = try TemporaryFolder()
        model = folder.path + "/model"
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
        let golden = Shared.golden("models/" + name)
        for file in try FileManager.default.contentsOfDirectory(atPath: golden) {
            try FileManager.default.createSymbolicLink(
                atPath: "\(model)/\(file)", withDestinationPath: "\(golden)/\(file)")
        }
        for file in ["tokenizer.json", "tokenizer_config.json"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(model)/\(file)", withDestinationPath: Shared.golden("tiny/" + file))
        }
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    /// The tiny recipe in f32, with some keys changed.
    func recipe(_ overrides: [String] = [], output: String = "out") throws -> Recipe {
        try Recipe.load(
            Shared.golden("tiny/recipe.yaml"),
            overrides: ["base_model=\(model)", "output_dir=\(path(output))", "precision=f32"] + overrides
        ).recipe
    }

    func setting(_ recipe: Recipe, threads: Int = 1) throws -> RunSetting {
        let files = try ModelFiles.open(model)
        let text = try TextModel.load(files)
        let workers = Workers(count: threads)
        let decoder = Decoder(try DecoderWeights.load(files, workers: workers), workers: workers)
        let data = try TrainingData(recipe, text)
        return RunSetting(
            recipe, data, decoder, BaseModel(name: "tiny", path: model, digest: try files.digest()),
            chatTemplate: files.chatTemplate(for: data.format))
    }

    /// Trains to the end, or until `stop` says so, and gives what was told.
    @discardableResult
    func train(
        _ overrides: [String] = [], output: String = "out", threads: Int = 1, resumes: Bool = false,
        stop: @escaping (Int) -> Bool = { _ in false }
    ) throws -> (result: TrainingResult?, events: Told) {
        let told = Told()
        let setting = try setting(try recipe(overrides, output: output), threads: threads)
        let run = try TrainingRun(setting, resumes: resumes, registry: nil) { told.events.append($0) }
        do {
            return (try run.run { stop(told.steps.last?.step ?? 0) }, told)
        } catch is TrainingInterruption {
            return (nil, told)
        }
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    func json(_ name: String) throws -> JSON { try JSON.parse(Array(try bytes(name))) }

    func files(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }
}

/// What a run told.
final class Told {
    var events: [TrainingEvent] = []

    var steps: [StepReport] {
        events.compactMap { if case .step(let report, _) = $0 { report } else { nil } }
    }
    var evaluations: [(step: Int, loss: Double, isBest: Bool)] {
        events.compactMap { event in
            guard case .evaluated(let step, let loss, let isBest, _) = event else { return nil }
            return (step, loss, isBest)
        }
    }
    var damaged: [CheckpointError] {
        events.compactMap { if case .damaged(let error) = $0 { error } else { nil } }
    }
}
