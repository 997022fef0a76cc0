/// Why a checkpoint is not a model that Hearth can run.
///
/// Facts only; the sentence is made at the edge.
public struct ModelError: Error, Sendable, Equatable {
    /// The kinds of fault.
    public enum Problem: Sendable, Equatable {
        /// The architecture named is not one of ours.
        case unknownArchitecture(String)
        /// A key that must be there is not.
        case missingKey(String)
        /// A key has a value of the wrong kind or outside what can be.
        case badValue(key: String, allowed: String)
        /// Two keys contradict one another.
        case contradiction(String, String)
        /// A feature that would change the result and is not computed here.
        case unsupported(key: String, value: String)
        /// A tensor that must be there is not.
        case missingTensor(String)
        /// A tensor has another shape than the configuration says.
        case wrongShape(tensor: String, expected: [Int], found: [Int])
        /// A tensor is stored in a type that cannot be loaded.
        case wrongType(tensor: String, type: String)
        /// The tokenizer has tokens that the model has no row for.
        case vocabulary(tokenizer: Int, model: Int)
    }

    /// The file at fault.
    public let path: String
    /// What is wrong with it.
    public let problem: Problem

    /// An error about a file.
    public init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }
}
