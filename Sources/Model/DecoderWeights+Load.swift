import Checkpoint
import Kernels

extension DecoderConfig {
    /// The configuration of a model's files.
    public static func read(_ files: ModelFiles) throws -> DecoderConfig {
        switch files {
        case .directory(let directory):
            try huggingFace(
                directory.config, generation: directory.generationConfig,
                path: directory.path + "/config.json")
        case .gguf(let file, let path): try gguf(file, path: path)
        }
    }
}

extension DecoderWeights {
    /// Loads a model's weights, or says what is wrong before it takes memory.
    public static func load(
        _ files: ModelFiles, precision: Precision = .float32, form: WeightForm = .expanded, workers: Workers
    ) throws -> DecoderWeights {
        try WeightLoader(files, precision: precision, form: form, workers: workers).load()
    }
}

extension WeightLoader {
    /// A loader for a model's files.
    init(
        _ files: ModelFiles, precision: Precision = .float32, form: WeightForm = .expanded, workers: Workers
    ) throws {
        let config = try DecoderConfig.read(files)
        let (tensors, path, isGGUF) =
            switch files {
            case .directory(let directory): (directory.tensors, directory.path, false)
            case .gguf(let file, let path): (file.tensors, path, true)
            }
        self.init(
            config: config, names: WeightNames(isGGUF: isGGUF, family: config.family), tensors: tensors,
            path: path, precision: precision, form: form, workers: workers)
    }
}

extension DecoderWeights {
    /// Looks a model's files through as loading does, and loads nothing.
    ///
    /// Throws where a tensor is absent, of another shape or of a type that cannot be
    /// loaded, or where the configuration is none.
    @discardableResult
    public static func check(_ files: ModelFiles) throws -> DecoderConfig {
        let loader = try WeightLoader(files, workers: Workers(count: 1))
        try loader.check()
        return loader.config
    }

    /// The bytes that the weights take in memory.
    public var byteCount: Int {
        layers.reduce(embedding.byteCount + (head === embedding ? 0 : head.byteCount)) { sum, layer in
            layer.projections.reduce(sum) { $0 + $1.weight.byteCount }
        }
    }

    /// The bytes that are read for one new token: all but the rows of the embedding, where
    /// that is not the head.
    public var bytesPerToken: Int { byteCount - (head === embedding ? 0 : embedding.byteCount) }

    /// The bytes that a model's weights take once they are loaded.
    public static func byteCount(_ config: DecoderConfig, precision: Precision = .float32) -> Int {
        config.parameterCount * (precision == .float32 ? 4 : 2)
    }
}
