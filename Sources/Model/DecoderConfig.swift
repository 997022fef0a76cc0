import Kernels

/// Everything that tells one decoder from another.
///
/// Families are data: a Gemma 3, a Llama, a Qwen 2.5 and a Qwen 3 differ only in
/// the values here. All sizes were checked when the value was made.
public struct DecoderConfig: Sendable, Equatable {
    /// The architectures Hearth knows.
    public enum Family: String, Sendable, CaseIterable {
        case gemma3, llama, qwen2, qwen3
    }

    /// How the angles of one kind of layer are made.
    public struct Rotation: Sendable, Equatable {
        /// What is done to the frequencies so that longer texts fit.
        public enum Scaling: Sendable, Equatable {
            case none
            case linear(factor: Double)
            case llama3(factor: Double, low: Double, high: Double, original: Double)
            /// Each frequency divided by a number of its own, as a GGUF says it.
            case divided(by: [Float])
        }
        /// The base of the frequencies.
        public var base: Double
        /// Their scaling.
        public var scaling: Scaling
    }

    /// The architecture.
    public var family: Family
    /// How many tokens the embedding has rows for.
    public var vocabularySize: Int
    /// Numbers in a hidden row.
    public var hiddenSize: Int
    /// Numbers in the middle of the feed-forward block.
    public var intermediateSize: Int
    /// How many layers there are.
    public var layerCount: Int
    /// How many query heads.
    public var headCount: Int
    /// How many key-value heads they share.
    public var keyValueHeadCount: Int
    /// Numbers in a head.
    public var headDimension: Int
    /// The longest text the model was made for.
    public var contextLength: Int
    /// What keeps a norm's division finite.
    public var normEpsilon: Float
    /// The activation of the feed-forward block.
    public var activation: GatedUnit
    /// What embeddings are multiplied with: √hidden for Gemma, taken in f32 as
    /// transformers does when it computes in f32 (bf16 would give 25.25 for 640).
    public var embeddingScale: Float
    /// What attention scores are multiplied with.
    public var attentionScale: Float
    /// How many keys a sliding layer sees, itself among them.
    public var slidingWindow: Int?
    /// For each layer, whether it slides.
    public var slides: [Bool]
    /// The angles of layers that see everything.
    public var rotation: Rotation
    /// The angles of layers that slide.
    public var slidingRotation: Rotation
    /// Whether queries and keys are normalised head by head.
    public var normalisesQueriesAndKeys: Bool
    /// Whether the output of attention and feed-forward is normalised too.
    public var normalisesOutputs: Bool
    /// Whether q, k and v have a bias.
    public var hasAttentionBias: Bool
    /// Whether o has one too.
    public var hasOutputBias: Bool
    /// Whether gate, up and down have one.
    public var hasFeedForwardBias: Bool
    /// Whether the head is the embedding.
    public var tiesHead: Bool
    /// Tokens that the checkpoint says end a text.
    public var endTokens: [Int32]

    /// Numbers in all query heads of a row.
    public var queryWidth: Int { headCount * headDimension }
    /// Numbers in all key heads of a row.
    public var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// The size of a projection: numbers out, numbers in.
    public func shape(of projection: Projection) -> (outputs: Int, inputs: Int) {
        switch projection {
        case .query: (queryWidth, hiddenSize)
        case .key, .value: (keyValueWidth, hiddenSize)
        case .output: (hiddenSize, queryWidth)
        case .gate, .up: (intermediateSize, hiddenSize)
        case .down: (hiddenSize, intermediateSize)
        }
    }

    /// Whether a projection adds a bias.
    public func hasBias(_ projection: Projection) -> Bool {
        switch projection {
        case .query, .key, .value: hasAttentionBias
        case .output: hasOutputBias
        case .gate, .up, .down: hasFeedForwardBias
        }
    }

    /// How many numbers the model has, the head counted once where it is tied.
    public var parameterCount: Int {
        var layer = Projection.allCases.reduce(0) {
            let (outputs, inputs) = shape(of: $1)
            return $0 + outputs * inputs + (hasBias($1) ? outputs : 0)
        }
        layer += hiddenSize * (normalisesOutputs ? 4 : 2)
        layer += normalisesQueriesAndKeys ? 2 * headDimension : 0
        return layer * layerCount + hiddenSize + vocabularySize * hiddenSize * (tiesHead ? 1 : 2)
    }

    /// The attention of one layer.
    func attention(layer: Int) -> Attention {
        Attention(
            heads: headCount, keyValueHeads: keyValueHeadCount, dimension: headDimension,
            scale: attentionScale, window: slides[layer] ? slidingWindow : nil)
    }
}

/// The seven matrices of a layer that an adapter can change.
public enum Projection: Int, Sendable, CaseIterable {
    case query, key, value, output, gate, up, down

    /// Its name in Hugging Face checkpoints and PEFT adapters.
    public var name: String {
        switch self {
        case .query: "q_proj"
        case .key: "k_proj"
        case .value: "v_proj"
        case .output: "o_proj"
        case .gate: "gate_proj"
        case .up: "up_proj"
        case .down: "down_proj"
        }
    }

    /// The part of the layer it stands in, as those files name it.
    public var part: String { rawValue < Projection.gate.rawValue ? "self_attn" : "mlp" }
}
