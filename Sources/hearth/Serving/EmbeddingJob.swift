import Generation
import Model

/// The inputs of one request for vectors, worked off a chunk at a time.
struct EmbeddingJob {
    private let decoder: Decoder
    private let inputs: [[Int32]]
    private let adapter: Adapter?
    private let tell: ([[Float]]) -> Void
    private var current: Embedder?
    private var vectors: [[Float]] = []

    init(
        _ decoder: Decoder, _ inputs: [[Int32]], _ adapter: Adapter?, _ tell: @escaping ([[Float]]) -> Void
    ) {
        self.decoder = decoder
        self.inputs = inputs
        self.adapter = adapter
        self.tell = tell
    }

    /// Reads a chunk; says whether everything is done, and then it has been told.
    mutating func step() -> Bool {
        if vectors.count < inputs.count {
            var embedder = current ?? Embedder(decoder, tokens: inputs[vectors.count], adapter: adapter)
            let vector = embedder.step()
            current = vector == nil ? embedder : nil
            if let vector { vectors.append(vector) }
        }
        guard vectors.count == inputs.count else { return false }
        tell(vectors)
        return true
    }
}
