extension RecipeKey {
    static let data: [RecipeKey] = [
        .dataset(
            "dataset", ["datasets", "train_dataset", "train_file", "data", "dataset_name"],
            at: \.data.training,
            "What is trained on: a path, a mapping (see below), or a list of these. Required."),
        .dataset(
            "eval_dataset", ["test_datasets", "validation_dataset", "validation_file"], at: \.data.evaluation,
            "What the evaluation loss is measured on, written like `dataset`. Unset: nothing."),
        RecipeKey(
            name: "val_set_size", aliases: ["val_size"], kind: .size,
            meaning: """
                A part of the training data put aside for evaluation: a share below 1 or a number of examples, \
                chosen by `seed`.
                """,
            read: { node, recipe, _ throws(Fault) in recipe.data.validation = try node.validationSize() },
            write: { recipe in
                switch recipe.data.validation {
                case .share(let share): .number(share)
                case .count(let count): .whole(count)
                case nil: .text(nil)
                }
            }),
        .whole(
            "max_samples", ["max_train_samples"], 1...1_000_000_000, orNone: \.data.maxSamples,
            "Only the first so many examples are used. Unset: all."),
        .whole(
            "max_length",
            ["max_seq_length", "sequence_len", "cutoff_len", "max_seq_len", "model_max_length"],
            2...1_048_576, at: \.data.maxLength, "The most tokens an example may have."),
        .choice(
            "truncation", ["truncation_mode", "excess_length_strategy"],
            at: \.data.truncation,
            """
            What happens to a longer example: `refuse` stops with its line number, `drop` leaves it out and \
            counts it, `keep_start` and `keep_end` cut it.
            """),
    ]

    static let loss: [RecipeKey] = [
        .flag(
            "train_on_inputs",
            [
                "train_on_prompt", .opposite("assistant_only_loss"), .opposite("completion_only_loss"),
                .opposite("train_on_responses_only"), .opposite("train_on_completions"),
                .opposite("mask_prompt"),
            ], at: \.loss.trainOnInputs,
            "Whether every token counts. Otherwise only the answers do: their text and their end of turn."),
        RecipeKey(
            name: "roles_to_train", aliases: ["train_on_roles"],
            kind: .choices(TrainedRole.allCases.map(\.rawValue)), meaning: "The roles whose turns count.",
            read: { node, recipe, _ throws(Fault) in
                var roles: Set<TrainedRole> = []
                for node in try node.names() { roles.insert(try node.choice()) }
                guard !roles.isEmpty else { throw .kind }
                recipe.loss.roles = TrainedRole.allCases.filter(roles.contains)
            },
            write: { .made(.sequence($0.loss.roles.map { .text($0.rawValue) })) }),
        .choice(
            "train_on_eos", ["train_on_eot"], at: \.loss.end,
            """
            Which ends of turn count: those of trained turns, `all`, only the `last`, or `none`. A model that \
            never trained on one does not learn to stop.
            """),
        .flag(
            "mask_history", ["last_turn_only"], at: \.loss.lastTurnOnly,
            "Whether only the last trained turn of a conversation counts."),
        .number(
            "label_smoothing", ["label_smoothing_factor"], .from(0, below: 1), at: \.loss.labelSmoothing,
            "The share of the target's probability that is spread over the vocabulary."),
    ]

    private static func dataset(
        _ name: String, _ aliases: [RecipeAlias], at path: Path<[DatasetSource]>, _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .dataset, meaning: meaning,
            read: { node, recipe, paths throws(Fault) in
                var sources: [DatasetSource] = []
                for node in node.sequence ?? [node] {
                    sources.append(try DatasetSource.read(node, key: name, paths: paths))
                }
                guard !sources.isEmpty else { throw .kind }
                recipe[keyPath: path] = sources
            },
            write: { recipe in
                let nodes = recipe[keyPath: path].map(\.node)
                return nodes.isEmpty ? .text(nil) : nodes.count == 1 ? nodes[0] : .made(.sequence(nodes))
            })
    }
}

extension YAMLNode {
    fileprivate func validationSize() throws(RecipeKey.Fault) -> ValidationSize? {
        guard let number else { throw .kind }
        if number == 0 { return nil }
        if let whole, whole > 0 { return .count(whole) }
        guard Bounds.above(0, to: 1).contains(number), number < 1 else { throw .range }
        return .share(number)
    }
}

extension DatasetSource {
    /// The keys of a dataset's mapping; `DataField` names are keys too.
    static let keys = ["path", "format", "split"] + DataField.allCases.map(\.rawValue)

    /// The names other tools give to those keys.
    static let aliases: [String: String] = [
        "type": "format", "file": "path", "data_files": "path", "field_messages": "messages",
        "message_field_role": "role", "message_field_content": "content", "message_field_training": "train",
        "field_system": "system", "field_instruction": "instruction", "field_input": "input",
        "field_output": "output", "field": "text", "field_text": "text", "dataset_text_field": "text",
        "field_context": "context", "field_question": "question", "field_answers": "answers",
        "prompt_feature": "prompt", "completion_feature": "completion", "chat_feature": "messages",
    ]

    fileprivate static func read(
        _ node: YAMLNode, key: String, paths: RecipePaths
    ) throws(RecipeKey.Fault) -> DatasetSource {
        if let path = node.text {
            return DatasetSource(path: paths.resolve(path, from: node.place.source))
        }
        guard let entries = node.mapping else { throw .kind }
        var source: DatasetSource?
        var format: DataFormat?
        var split: String?
        var fields: [DataField: String] = [:]
        var seen: [String: YAMLEntry] = [:]
        for entry in entries {
            let name = aliases[entry.key] ?? entry.key
            if let first = seen.updateValue(entry, forKey: name) {
                throw .problem(
                    .givenTwice(key: "\(key).\(name)", first: first.key, firstLine: first.place.line))
            }
            if entry.value.isNull { continue }
            if entry.key == turnNames, let names = entry.value.mapping {
                try readTurnNames(names, key: "\(key).\(turnNames)", into: &fields)
                continue
            }
            guard let text = entry.value.text else {
                throw .problem(
                    .wrongKind(key: "\(key).\(entry.key)", found: entry.value.shape, wanted: .text))
            }
            switch name {
            case "path": source = DatasetSource(path: paths.resolve(text, from: entry.value.place.source))
            case "format":
                format = DataFormat.named(text)
                if format == nil {
                    let names = DataFormat.allCases.map(\.rawValue)
                    let near = Suggestion.nearest(to: text, among: names)
                    throw .problem(
                        .notAChoice(
                            key: "\(key).\(entry.key)", found: text, choices: names, suggestion: near))
                }
            case "split": split = text
            default:
                guard let field = DataField(rawValue: name) else {
                    throw .problem(.unknownKey("\(key).\(entry.key)", suggestion: suggestion(entry.key, key)))
                }
                fields[field] = text
            }
        }
        guard var source else { throw .problem(.missing(key: "\(key).path")) }
        (source.format, source.split, source.fields) = (format, split, fields)
        return source
    }

    /// Axolotl's name for the names of a turn's fields.
    private static let turnNames = "message_property_mappings"

    private static func readTurnNames(
        _ names: [YAMLEntry], key: String, into fields: inout [DataField: String]
    ) throws(RecipeKey.Fault) {
        let known: [DataField] = [.role, .content, .train, .weight, .tools]
        for entry in names where !entry.value.isNull {
            guard let field = known.first(where: { $0.rawValue == entry.key }) else {
                let near = Suggestion.nearest(to: entry.key, among: known.map(\.rawValue))
                throw .problem(.unknownKey("\(key).\(entry.key)", suggestion: near.map { "\(key).\($0)" }))
            }
            guard let text = entry.value.text else {
                throw .problem(
                    .wrongKind(key: "\(key).\(entry.key)", found: entry.value.shape, wanted: .text))
            }
            fields[field] = text
        }
    }

    /// What a key of a dataset that is none was probably meant to be: one of its own, or
    /// one of the recipe, where other tools have it in the dataset.
    private static func suggestion(_ name: String, _ key: String) -> String? {
        if RecipeKey.all.contains(where: { $0.names.contains(name) }) { return name }
        let near = Suggestion.nearest(to: name, among: keys + aliases.keys.sorted())
        return near.map { "\(key).\(aliases[$0] ?? $0)" }
    }

    /// The dataset as it is written: a path, or a mapping where there is more to say.
    fileprivate var node: YAMLNode {
        var entries = [("path", path)]
        if let format { entries.append(("format", format.rawValue)) }
        if let split { entries.append(("split", split)) }
        for field in DataField.allCases {
            if let name = fields[field] { entries.append((field.rawValue, name)) }
        }
        guard entries.count > 1 else { return .text(path) }
        return .made(
            .mapping(entries.map { YAMLEntry(key: $0.0, at: YAMLPlace(.argument("")), value: .text($0.1)) }))
    }
}
