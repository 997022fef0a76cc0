/// Why an adapter does not belong to a model.
///
/// Facts only; the sentence is made at the edge.
public struct AdapterError: Error, Sendable, Equatable {
    /// The kinds of misfit.
    public enum Problem: Sendable, Equatable {
        /// A module that the model does not have, or that is not adapted here.
        case moduleUnknown(String)
        /// A module of a layer beyond the model's last.
        case layerBeyond(module: String, layers: Int)
        /// A tensor of another shape than the model's module asks for.
        case shapeDiffers(tensor: String, expected: [Int], found: [Int])
        /// A tensor with numbers that are infinite or none at all.
        case notFinite(tensor: String)
    }

    /// The adapter's folder.
    public let path: String
    /// What does not fit.
    public let problem: Problem

    /// An error about an adapter.
    public init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }
}
