import Checkpoint
import Kernels
import Recipes

/// What decides the result of a run: recipe, data and base model.
///
/// A checkpoint carries it, and a run goes on only from one that has the same.
/// Keys that say only where and how often something is written (`output_dir`,
/// `logging_steps`, `save_steps`, `save_total_limit`) are no part of it.
public struct RunIdentity: Sendable, Equatable {
    /// The deciding part of the recipe, one key a line.
    let recipe: String
    /// The digest of that.
    public let recipeDigest: String
    /// The digest of all examples.
    public let dataDigest: String
    /// The digest of the base model's files.
    public let baseDigest: String
    /// In what numbers products are computed.
    let precision: String

    /// The identity of a run.
    public init(_ recipe: Recipe, _ data: TrainingData, baseDigest: String, precision: Kernels.Precision) {
        self.recipe = String(decoding: recipe.digestInput, as: UTF8.self)
        recipeDigest = SHA256.hex(of: recipe.digestInput)
        dataDigest = data.digest
        self.baseDigest = baseDigest
        self.precision = precision.rawValue
    }

    /// What a checkpoint says of its run.
    init?(_ facts: JSONObject) {
        guard let recipe = facts["recipe"]?.string, let recipeDigest = facts["recipe_digest"]?.string,
            let data = facts["data_digest"]?.string, let base = facts["base_digest"]?.string,
            let precision = facts["precision"]?.string
        else { return nil }
        self.recipe = recipe
        self.recipeDigest = recipeDigest
        dataDigest = data
        baseDigest = base
        self.precision = precision
    }

    /// What a checkpoint says of its run, to be found again.
    var facts: JSONObject {
        [
            "recipe": .string(recipe), "recipe_digest": .string(recipeDigest),
            "data_digest": .string(dataDigest), "base_digest": .string(baseDigest),
            "precision": .string(precision),
        ]
    }

    /// What is different from an earlier identity, the most telling first.
    func change(from earlier: RunIdentity) -> TrainingError.Change? {
        if baseDigest != earlier.baseDigest { return .base }
        if recipe != earlier.recipe {
            let (new, old) = (Self.lines(recipe), Self.lines(earlier.recipe))
            let keys = Set(new.keys).union(old.keys).filter { new[$0] != old[$0] }
            return .recipe(keys: keys.sorted())
        }
        if dataDigest != earlier.dataDigest { return .data }
        return precision == earlier.precision ? nil : .precision(saved: earlier.precision, now: precision)
    }

    private static func lines(_ text: String) -> [String: String] {
        text.split(separator: "\n").reduce(into: [:]) { lines, line in
            lines[line.prefix { $0 != ":" }.description] = String(line)
        }
    }
}

extension ModelFiles {
    /// SHA-256 over everything that decides what the model computes.
    ///
    /// For one GGUF file that of the file; for a folder that of its configuration and of
    /// every tensor by name.
    public func digest() throws -> String {
        switch self {
        case .gguf(_, let path): return SHA256.hex(of: try MappedFile(path: path).bytes)
        case .directory(let directory):
            var hash = SHA256()
            hash.update(directory.config.serialised())
            for name in directory.tensors.names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                guard let tensor = directory.tensors[name] else { continue }
                hash.update(Array("\n\(name) \(tensor.type.rawValue) \(tensor.shape)\n".utf8))
                hash.update(tensor.bytes)
            }
            return hash.hexadecimal
        }
    }
}
