import Checkpoint
import Corpus
import Foundation
import Kernels
import Model
import Recipes
import Text
import Training

/// A recipe with everything it names found, read and checked, before any weight is loaded.
struct PreparedTraining {
    let recipe: Recipe
    let notes: [RecipeNote]
    let modelPath: String
    let files: ModelFiles
    let text: TextModel
    let config: DecoderConfig
    let data: TrainingData

    /// Reads the recipe of a call and what it names.
    init(_ path: String, overrides: [String]) throws {
        let loaded = try Recipe.load(
            path, overrides: overrides, currentFolder: FileManager.default.currentDirectoryPath)
        recipe = loaded.recipe
        notes = loaded.notes
        modelPath = try ModelPath.resolve(recipe.baseModel)
        files = try ModelFiles.open(modelPath)
        text = try TextModel.load(files)
        config = try DecoderConfig.read(files)
        guard text.tokenizer.vocabularySize <= config.vocabularySize else {
            throw ModelError(
                path: modelPath,
                .vocabulary(tokenizer: text.tokenizer.vocabularySize, model: config.vocabularySize))
        }
        try recipe.checkAdapter(on: config, Workers(count: 1))
        let initial = try recipe.adapter.initial.map { path throws(CheckpointError) in
            try AdapterFiles.open(path)
        }
        data = try TrainingData(
            recipe, text, inherited: initial?.chatTemplate.flatMap { ChatFormat.recognise(template: $0) })
    }

    /// In what numbers products are computed: what the recipe says, as far as this CPU can.
    private var precision: Kernels.Precision {
        let wanted: Kernels.Precision =
            switch recipe.optimiser.precision {
            case .auto: .fastest
            case .block16: .block16
            case .f32: .float32
            }
        if wanted.isSupported { return wanted }
        Notice.line("this CPU is not fast at products of sixteen bits, so products are computed in f32")
        return .float32
    }

    /// Loads the weights.
    func decoder(threads: Int?) throws -> Decoder {
        let workers = Workers(count: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        return Decoder(
            try DecoderWeights.load(files, precision: precision, workers: workers), workers: workers)
    }

    /// The run of the recipe.
    func setting(_ decoder: Decoder) throws -> RunSetting {
        RunSetting(
            recipe, data, decoder,
            BaseModel(name: recipe.baseModel, path: modelPath, digest: try files.digest()),
            chatTemplate: files.chatTemplate(for: data.format))
    }
}
