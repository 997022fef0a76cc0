/// The ways in which an adapter is not one we can use.
public enum AdapterFault: Error, Sendable, Equatable {
    /// A folder without `adapter_config.json`.
    case configMissing
    /// A folder without `adapter_model.safetensors`.
    case weightsMissing
    /// Weights only as pickled Python objects, which are never opened.
    case weightsPickled(file: String)
    /// An adapter of another kind than LoRA.
    case kindUnsupported(String)
    /// A key whose value is of the wrong kind or out of range.
    case valueInvalid(key: String)
    /// A key that switches on something Hearth does not compute.
    case featureUnsupported(key: String)
    /// A pattern for modules that is more than the end of a name.
    case patternUnsupported(key: String, pattern: String)
    /// No tensors at all.
    case empty
    /// A tensor whose name is not that of a LoRA matrix.
    case nameUnknown(tensor: String)
    /// A tensor of a type that is not f32, f16 or bf16.
    case typeUnsupported(tensor: String, ElementType)
    /// A matrix without its other half, or a magnitude without matrices.
    case partMissing(module: String, part: Part)
    /// A tensor with another number of dimensions than its part has.
    case shapeWrong(tensor: String, shape: [Int])
    /// A matrix of another rank than the configuration says.
    case rankDiffers(module: String, expected: Int, found: Int)
    /// A magnitude vector without DoRA being switched on.
    case magnitudeUnexpected(module: String)

    /// The tensors of one adapted module.
    public enum Part: String, Sendable {
        /// The matrix that goes down to the rank.
        case a = "lora_A"
        /// The matrix that comes up again.
        case b = "lora_B"
        /// DoRA's magnitudes.
        case magnitude = "lora_magnitude_vector"
    }
}
