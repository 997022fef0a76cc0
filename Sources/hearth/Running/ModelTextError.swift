import Checkpoint
import Text

/// What is wrong with a model's text side, and which model it is.
struct ModelTextError: Error, Equatable {
    let path: String
    let fault: TextError
}

extension TextModel {
    /// Reads the text side of a model; an error names the model.
    static func open(_ files: ModelFiles, path: String) throws(ModelTextError) -> TextModel {
        do throws(TextError) {
            return try load(files)
        } catch {
            throw ModelTextError(path: path, fault: error)
        }
    }
}

extension ModelFiles {
    /// Whether there is a tokenizer of any kind: a GGUF without one is refused as broken.
    var hasTokenizer: Bool {
        switch self {
        case .gguf: true
        case .directory(let model): model.tokenizerJSON != nil || model.sentencePiece != nil
        }
    }
}

extension ModelTextError: Explained {
    var sentence: String { "\(path): \(fault.sentence)" }
}
