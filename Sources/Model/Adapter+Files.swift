import Checkpoint
import Kernels

extension Adapter {
    /// Takes an adapter out of PEFT's files, for a model of a configuration.
    ///
    /// Untrusted input: every module must be one of the model's, every tensor of the
    /// shape that asks for, every number finite.
    public static func load(
        _ files: AdapterFiles, _ config: DecoderConfig, _ workers: Workers
    ) throws -> Adapter {
        var parts: [[Projection: LowRank]] = Array(repeating: [:], count: config.layerCount)
        for module in files.modules {
            func fail(_ problem: AdapterError.Problem) -> AdapterError {
                AdapterError(path: files.path, problem)
            }
            guard let (layer, projection) = AdapterShape.place(of: module.name) else {
                throw fail(.moduleUnknown(module.name))
            }
            guard layer < config.layerCount else {
                throw fail(.layerBeyond(module: module.name, layers: config.layerCount))
            }
            let rank = files.config.rank(of: module.name)
            let (outputs, inputs) = config.shape(of: projection)
            func matrix(_ tensor: Tensor, _ shape: [Int]) throws -> Matrix {
                guard tensor.shape == shape, let matrix = Matrix(tensor, workers) else {
                    throw fail(.shapeDiffers(tensor: tensor.name, expected: shape, found: tensor.shape))
                }
                guard matrix.sumOfSquares(workers).isFinite else {
                    throw fail(.notFinite(tensor: tensor.name))
                }
                return matrix
            }
            parts[layer][projection] = LowRank(
                a: try matrix(module.a, [rank, inputs]), b: try matrix(module.b, [outputs, rank]),
                scale: Float(files.config.scale(of: module.name)),
                magnitude: try module.magnitude.map { try matrix($0, [outputs]) })
        }
        return Adapter(parts: parts)
    }

    /// The modules as `AdapterFiles.write` takes them, in f32.
    public var modules: [AdaptedModule<TensorSource>] {
        places.map { layer, projection, part in
            AdaptedModule(
                name: AdapterShape.module(layer, projection), a: TensorSource(part.a),
                b: TensorSource(part.b),
                magnitude: part.magnitude.map { TensorSource($0, isVector: true) })
        }
    }
}

extension TensorSource {
    /// A matrix of f32 numbers, read when its turn comes; one row may be a vector.
    public init(_ matrix: Matrix, isVector: Bool = false) {
        self.init(
            name: "", type: .f32, shape: isVector ? [matrix.columns] : [matrix.rows, matrix.columns]
        ) { (sink) throws(CheckpointError) in
            for row in 0..<matrix.rows { try sink.append(numbers: matrix.row(row)) }
        }
    }
}

extension AdapterShape {
    /// The layer and projection that a full module name stands for.
    static func place(of module: String) -> (layer: Int, Projection)? {
        let pieces = module.split(separator: ".", omittingEmptySubsequences: false)
        guard pieces.count == 5, let layer = Int(pieces[2]), layer >= 0,
            let projection = Projection.allCases.first(where: { $0.name == pieces[4] }),
            self.module(layer, projection) == module
        else { return nil }
        return (layer, projection)
    }
}
