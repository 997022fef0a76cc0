/// Why a model cannot be written in a format.
///
/// Facts only; the sentence is made at the edge.
public enum ExportError: Error, Sendable, Equatable {
    /// The format, or what reads it, has no way to say this of the model.
    case notExpressible(String, ExportFormat)
    /// A type of weights that the format does not hold.
    case typeNotInFormat(String, ExportFormat)
    /// DoRA's magnitudes have no place in a GGUF adapter.
    case magnitudesInAdapter
    /// There is nothing in the adapter.
    case adapterEmpty
}

/// The formats in which models are written.
public enum ExportFormat: String, Sendable, CaseIterable {
    /// A Hugging Face folder.
    case safetensors
    /// One GGUF file.
    case gguf
}
