import Text
import Training

extension TrainingError: Explained {
    var sentence: String {
        switch self {
        case .chatFormatUnknown(let name):
            "There is no chat format \(quoted(name)); write chat_format: one of "
                + ChatFormat.allCases.map(\.rawValue).joined(separator: ", ") + "."
        case .layerBeyond(let layer, let layers):
            "layers_to_transform names layer \(layer), and the model has \(layers), counted from 0; "
                + "write layers below \(layers)."
        case .patternMatchesNothing(let suffix):
            "lora_rank_pattern or lora_alpha_pattern names \(quoted(suffix)), and no adapted module's name ends so; "
                + "write names such as q_proj or layers.0.mlp.up_proj."
        case .initialAdapterDiffers(let path, let module, let difference):
            "\(path): the adapter to start from is not of the recipe's shape: \(quoted(module)) \(difference.words)."
        case .runExists(let path, let step):
            "\(path): there is a run in this folder already"
                + (step.map { " (checkpoint-\($0))" } ?? "")
                + "; write --resume to go on with it, or output_dir=… for another folder."
        case .folderBusy(let path):
            "\(path): another process is training into this folder; wait for it, or write output_dir=… for another."
        case .resumeDiffers(let path, let change):
            "\(path): this checkpoint cannot be gone on from: \(change.words)."
        case .checkpointLacks(let path, let part):
            "\(path): the checkpoint has no usable \(part); remove its folder to go on from an earlier one."
        case .notFinite(let step, let quantity, let saved):
            "Step \(step): the \(quantity.words) is no longer a finite number; "
                + (saved.map { "checkpoint-\($0) is as it was; " } ?? "")
                + "begin again with a lower learning_rate, or look for a broken example."
        }
    }

    var status: ExitStatus {
        switch self {
        case .folderBusy, .notFinite: .workFailed
        default: .wrongInput
        }
    }
}

extension TrainingError.Difference {
    fileprivate var words: String {
        switch self {
        case .absent: "is adapted by the recipe and not by the adapter; take it out of lora_target_modules"
        case .surplus: "is adapted by the adapter and not by the recipe; put it into lora_target_modules"
        case .rank(let expected, let found): "has rank \(found), not \(expected); write lora_r: \(found)"
        case .scale(let expected, let found):
            "has the scale \(found), not \(expected); write the adapter's lora_alpha and use_rslora"
        case .magnitude(let expected):
            expected
                ? "has no DoRA magnitude; write use_dora: false"
                : "has a DoRA magnitude; write use_dora: true"
        }
    }
}

extension TrainingError.Change {
    fileprivate var words: String {
        switch self {
        case .recipe(let keys):
            "the recipe has changed (\(keys.joined(separator: ", "))); "
                + "put it back, or write output_dir=… for a new run"
        case .data: "the examples have changed; put the data back, or write output_dir=… for a new run"
        case .base: "the base model's files have changed; put them back, or write output_dir=… for a new run"
        case .precision(let saved, let now):
            "it was computed in \(saved), and this processor would go on in \(now); go on where it was begun, "
                + "or write output_dir=… for a new run"
        }
    }
}

extension TrainingError.Quantity {
    fileprivate var words: String {
        switch self {
        case .loss: "loss"
        case .gradient: "gradient"
        case .evaluation: "evaluation loss"
        }
    }
}

extension TrainingInterruption: Explained {
    var sentence: String {
        "Stopped after step \(step) of \(steps); checkpoint-\(step) is in \(path), and the same call with --resume "
            + "goes on from it."
    }

    var status: ExitStatus { .interrupted }
}
