import Recipes

extension RecipeError: Explained {
    var sentence: String {
        let words = place.words + ": " + problem.words
        return words.hasSuffix("?") ? words : words + "."
    }
}

extension RecipeNote {
    /// The notes in one sentence each; keys that are ignored for one reason share theirs.
    static func sentences(_ notes: [RecipeNote]) -> [String] {
        var reasons: [String] = []
        var ignored: [String: [String]] = [:]
        for case .ignored(let key, let reason) in notes {
            if ignored[reason] == nil { reasons.append(reason) }
            ignored[reason, default: []].append(key)
        }
        return reasons.map { reason in
            let keys = ignored[reason] ?? []
            let last = keys.last ?? ""
            return keys.count < 2
                ? "\(last) changes nothing here: \(reason)."
                : "\(keys.dropLast().joined(separator: ", ")) and \(last) change nothing here: \(reason)."
        } + notes.compactMap(\.other)
    }

    /// The sentence of a note that is not about a key of another tool.
    private var other: String? {
        switch self {
        case .ignored: nil
        case .maxStepsWins(let steps, _): "max_steps: \(steps) decides; num_epochs is not used."
        case .constantWarmsUp: "lr_scheduler: constant rises over the warm-up first, then stays."
        }
    }
}

extension YAMLPlace {
    fileprivate var words: String {
        switch source {
        case .file(let path): line > 0 ? "\(path), line \(line)" : path
        case .argument(let text): "argument \(text)"
        }
    }
}

extension RecipeError.Problem {
    fileprivate var words: String {
        switch self {
        case .noSuchFile: "there is no such recipe; write the path of a YAML file"
        case .unreadable(isFolder: true): "this is a folder; write the path of a YAML file in it"
        case .unreadable(isFolder: false): "the recipe cannot be read; check who may read the file"
        case .yaml(let problem): problem.words
        case .notKeys(let found): "a recipe is a mapping of keys, not \(found); write lines like key: value"
        case .notAnOverride: "an argument after the recipe is written key=value"
        case .notNested(let key): "\(key) takes no keys below it; write \(key)=…"
        case .unknownKey(let key, let suggestion):
            "unknown key \(key)"
                + (suggestion.map { "; did you mean \($0)?" } ?? "; docs/recipes.md lists all keys")
        case .unsupported(let key, let value, let advice): "\(key): \(value) is not supported; \(advice)"
        case .givenTwice(let key, let first, let firstLine):
            firstLine > 0
                ? "\(key) says again what \(first) on line \(firstLine) says; keep one of them"
                : "\(key) says again what \(first) says; keep one of them"
        case .missing(let key): "\(key) is missing; write \(key): …"
        case .wrongKind(let key, let found, let wanted): "\(key) takes \(wanted.words), not \(found)"
        case .outOfRange(let key, let found, let wanted): "\(key) takes \(wanted.words), not \(found)"
        case .notAChoice(let key, let found, let choices, let suggestion):
            "\(key) cannot be \(found)"
                + (suggestion.map { "; did you mean \($0)?" }
                    ?? "; write one of \(choices.joined(separator: ", "))")
        case .frozenTarget(let name):
            "\(name) stays frozen; write all-linear or some of the seven projections in lora_target_modules"
        case .conflict(let conflict): conflict.words
        }
    }
}

extension RecipeConflict {
    fileprivate var words: String {
        switch self {
        case .packingAndSharedContext:
            "packing and shared_context exclude each other; shared_context already computes rows without padding"
        case .sharedContextAndDropout:
            "shared_context needs lora_dropout: 0, because a shared prefix has one set of dropped inputs"
        case .sharedContextAndNeftune:
            "shared_context cannot be used with neftune_noise_alpha, because a shared prefix has one noise"
        case .warmupStepsAndRatio(let line):
            "warmup_steps and warmup_ratio exclude each other"
                + (line > 0 ? " (the other is on line \(line)); set one of them to null" : "; keep one")
        case .evalDatasetAndValidationSize:
            "eval_dataset and val_set_size exclude each other; keep one of them"
        case .noEvaluationData(let key):
            "\(key) needs something to evaluate on; write eval_dataset or val_set_size"
        case .patienceWithoutEvalSteps:
            "early_stopping_patience counts evaluations during training; write eval_steps too"
        case .minimumRatioWithoutCosine(let schedule):
            "min_lr_ratio is where a cosine ends, and lr_scheduler is \(schedule); write lr_scheduler: cosine"
        case .warmupBeyondEnd(let warmup, let steps):
            "a warm-up of \(warmup) steps does not fit in max_steps: \(steps)"
        case .inputsAndMask(let key):
            "train_on_inputs: true trains on every token, so \(key) has nothing to choose; remove one of them"
        }
    }
}

extension YAMLError.Problem {
    fileprivate var words: String {
        switch self {
        case .tooLong(let bytes, let limit): "the file has \(bytes) bytes; at most \(limit) are read"
        case .notUTF8: "the text is not UTF-8 without a byte order mark; save it as plain UTF-8"
        case .empty: "there is nothing in it; write at least base_model and dataset"
        case .secondDocument: "a second document begins here; a recipe is one document"
        case .syntax(let words): "this is not YAML (\(words))"
        case .anchor: "anchors and aliases (& and *) are not read; write the value out"
        case .tag(let tag): "tags such as \(tag) are not read; write the plain value"
        case .tooDeep(let limit): "lists and mappings are nested deeper than \(limit)"
        case .tooMany(let limit): "there are more than \(limit) values"
        case .keyIsNotText: "a key has to be text, not a list or a mapping"
        case .duplicateKey(let key, let firstLine): "\(key) is already on line \(firstLine); keep one of them"
        }
    }
}
