import Checkpoint
import Kernels
import Model
import Recipes

extension AdapterPlan {
    /// The shape of the adapter on a model.
    ///
    /// A layer that the model does not have and a pattern that fits no adapted module
    /// are errors: either would silently train something else than was asked for.
    func shape(on config: DecoderConfig) throws -> AdapterShape {
        if let layer = layers?.first(where: { $0 >= config.layerCount }) {
            throw TrainingError.layerBeyond(layer, layers: config.layerCount)
        }
        let adapted = Set(targets.map(\.rawValue))
        let file = adapterConfig(baseModel: "")
        var unused = Set((rankPattern + alphaPattern).map(\.suffix))
        let parts = (0..<config.layerCount).map { layer -> [Projection: AdapterShape.Part] in
            guard layers?.contains(layer) ?? true else { return [:] }
            return Projection.allCases.reduce(into: [:]) { parts, projection in
                guard adapted.contains(projection.name) else { return }
                let module = AdapterShape.module(layer, projection)
                for pattern in rankPattern + alphaPattern where pattern.matches(module) {
                    unused.remove(pattern.suffix)
                }
                parts[projection] = AdapterShape.Part(
                    rank: file.rank(of: module), scale: Float(file.scale(of: module)))
            }
        }
        if let pattern = (rankPattern + alphaPattern).first(where: { unused.contains($0.suffix) }) {
            throw TrainingError.patternMatchesNothing(pattern.suffix)
        }
        return AdapterShape(layers: parts, usesDoRA: decomposed)
    }

    /// The adapter's configuration as PEFT reads it.
    func adapterConfig(baseModel: String) -> AdapterConfig {
        AdapterConfig(
            rank: rank, alpha: alpha, dropout: dropout, targetModules: targets.map(\.rawValue),
            usesRSLoRA: rankStabilised, usesDoRA: decomposed, baseModel: baseModel,
            rankPattern: rankPattern.map { AdapterPattern(suffix: $0.suffix, value: $0.value) },
            alphaPattern: alphaPattern.map { AdapterPattern(suffix: $0.suffix, value: $0.value) },
            layers: layers)
    }
}

extension Recipe {
    /// Throws where the adapter cannot be made on a model, or the one to start from is not of its shape.
    ///
    /// It needs no weights of the model, so that a run can be refused before anything is
    /// loaded or written.
    public func checkAdapter(on config: DecoderConfig, _ workers: Workers) throws {
        let shape = try adapter.shape(on: config)
        guard let path = adapter.initial else { return }
        try Adapter.load(try AdapterFiles.open(path), config, workers).check(shape, path: path)
    }
}

extension Adapter {
    /// Throws where the adapter is not of a shape.
    func check(_ shape: AdapterShape, path: String) throws {
        for layer in parts.indices {
            for projection in Projection.allCases {
                guard
                    let difference = Self.difference(
                        parts[layer][projection], shape.layers[layer][projection], shape.usesDoRA)
                else { continue }
                throw TrainingError.initialAdapterDiffers(
                    path: path, module: AdapterShape.module(layer, projection), difference)
            }
        }
    }

    private static func difference(
        _ found: LowRank?, _ expected: AdapterShape.Part?, _ usesDoRA: Bool
    ) -> TrainingError.Difference? {
        guard let found else { return expected == nil ? nil : .absent }
        guard let expected else { return .surplus }
        if found.rank != expected.rank { return .rank(expected: expected.rank, found: found.rank) }
        if found.scale != expected.scale { return .scale(expected: expected.scale, found: found.scale) }
        if (found.magnitude != nil) != usesDoRA { return .magnitude(expected: usesDoRA) }
        return nil
    }
}
