extension RecipeKey {
    static let model: [RecipeKey] = [
        RecipeKey(
            name: "base_model",
            aliases: ["model_name_or_path", "model_name", "model", "base_model_name_or_path"],
            kind: .path,
            meaning: """
                The model that stays frozen: a Hugging Face folder or a `.gguf` file, by path (`./…`, `../…`, \
                `/…`, `~/…` or ending in `.gguf`), or by its name under `$HEARTH_HOME/models`. Required.
                """,
            read: { node, recipe, paths throws(Fault) in
                guard let text = node.text else { throw .kind }
                recipe.baseModel = paths.resolveModel(text, from: node.place.source)
            }, write: { .text($0.baseModel.isEmpty ? nil : $0.baseModel) }),
        RecipeKey(
            name: "chat_format", aliases: ["chat_template", "template"],
            kind: .choice(ChatFormatName.allCases.map(\.rawValue)),
            meaning: "The chat format. Unset: the one the checkpoint's own template is recognised as.",
            read: { node, recipe, _ throws(Fault) in
                if let text = node.text, ["tokenizer_default", "default", "auto"].contains(text) { return }
                let format: ChatFormatName = try node.choice()
                recipe.data.chatFormat = format.rawValue
            }, write: { .text($0.data.chatFormat) }),
        .text(
            "system", ["system_prompt", "default_system"], orNone: \.data.system,
            "A system turn for every conversation that has none."),
        .choice(
            "precision",
            [
                "dtype", "torch_dtype",
                .translated("bf16", ["true": "block16", "false": "f32", "auto": "auto", "full": "block16"]),
            ], at: \.optimiser.precision,
            """
            The arithmetic of products: `f32`, `block16` (factors of sixteen bits, 64 of them with a scale of their \
            own, f32 sums: bf16's size and an eighth of its rounding; `bf16` means this too), or `auto`: `block16` \
            where the processor is fast at it. The adapter, its gradients and the optimiser are always f32.
            """),
    ]

    static let adapter: [RecipeKey] = [
        RecipeKey(
            name: "init_adapter", aliases: ["lora_model_dir", "adapter_name_or_path"], kind: .path,
            meaning: "A PEFT adapter folder to start from; its rank, alpha and targets must be the recipe's.",
            read: { node, recipe, paths throws(Fault) in
                guard let text = node.text else { throw .kind }
                recipe.adapter.initial = paths.resolve(text, from: node.place.source)
            }, write: { .text($0.adapter.initial) }),
        .whole(
            "lora_r", ["lora_rank", "r", "rank"], 1...4096, at: \.adapter.rank, "The rank of the adapter."),
        .number(
            "lora_alpha", ["alpha"], .above(0, to: 1e6), at: \.adapter.alpha,
            "The scale of the adapter is `lora_alpha / lora_r`."),
        .number(
            "lora_dropout", [], .from(0, below: 1), at: \.adapter.dropout,
            "The probability with which an input of the adapter is dropped while training."),
        RecipeKey(
            name: "lora_target_modules",
            aliases: [
                "target_modules", "lora_target",
                .translated("lora_target_linear", ["true": "all-linear", "false": ""]),
            ],
            kind: .choices(LoRATarget.allCases.map(\.rawValue)),
            meaning: """
                The layers that get an adapter: a list of projections, or `all-linear` for all seven. The \
                embedding and the head stay frozen.
                """,
            read: { node, recipe, _ throws(Fault) in recipe.adapter.targets = try node.projections() },
            write: { recipe in
                let targets = recipe.adapter.targets
                if targets.count == LoRATarget.allCases.count { return .text("all-linear") }
                return .made(.sequence(targets.map { .text($0.rawValue) }))
            }),
        .flag(
            "use_rslora", ["peft_use_rslora"], at: \.adapter.rankStabilised,
            "Rank-stabilised LoRA: the scale is `lora_alpha / √lora_r`."),
        .flag(
            "use_dora", ["peft_use_dora"], at: \.adapter.decomposed,
            "DoRA: the magnitude of every output is trained beside the low-rank direction."),
        .number(
            "loraplus_lr_ratio", [], .from(1, to: 1000), orNone: \.adapter.plusRatio,
            "LoRA+: the learning rate of B is this many times that of A. Unset: both are the same."),
        RecipeKey(
            name: "layers_to_transform", aliases: ["lora_layers_to_transform", "peft_layers_to_transform"],
            kind: .layers, meaning: "The layers that get an adapter, counted from 0. Unset: all.",
            read: { node, recipe, _ throws(Fault) in recipe.adapter.layers = try node.layers() },
            write: { recipe in
                guard let layers = recipe.adapter.layers else { return .text(nil) }
                return .made(.sequence(layers.map { .whole($0) }))
            }),
        .pattern(
            "lora_rank_pattern", ["rank_pattern"], wholes: true, at: \.adapter.rankPattern,
            "Other ranks for modules whose name ends so: `{q_proj: 32, layers.0.mlp.up_proj: 4}`."),
        .pattern(
            "lora_alpha_pattern", ["alpha_pattern"], wholes: false, at: \.adapter.alphaPattern,
            "Other alphas for modules whose name ends so."),
    ]

    private static func pattern(
        _ name: String, _ aliases: [RecipeAlias], wholes: Bool, at path: Path<[ModulePattern]>,
        _ meaning: String
    ) -> RecipeKey {
        RecipeKey(
            name: name, aliases: aliases, kind: .pattern(1...4096), meaning: meaning,
            read: { node, recipe, _ throws(Fault) in
                recipe[keyPath: path] = try node.patterns(wholes: wholes)
            },
            write: { recipe in
                .made(
                    .mapping(
                        recipe[keyPath: path].map {
                            YAMLEntry(
                                key: $0.suffix, at: YAMLPlace(.argument("")), value: .number($0.value))
                        }))
            })
    }
}

extension YAMLNode {
    /// Projections by name, with or without `self_attn.` or `mlp.` before it, each once.
    fileprivate func projections() throws(RecipeKey.Fault) -> [LoRATarget] {
        if let text, ["all-linear", "all"].contains(text) { return LoRATarget.allCases }
        var chosen: Set<LoRATarget> = []
        for node in try names() {
            guard let text = node.text else { throw .kind }
            let name = String(text.split(separator: ".").last ?? "")
            if ["lm_head", "embed_tokens", "output", "embed"].contains(name) {
                throw .problem(.frozenTarget(text))
            }
            guard let projection = LoRATarget(rawValue: name) else {
                throw .choice(text, LoRATarget.allCases.map(\.rawValue) + ["all-linear"])
            }
            chosen.insert(projection)
        }
        guard !chosen.isEmpty else { throw .kind }
        return LoRATarget.allCases.filter(chosen.contains)
    }

    fileprivate func layers() throws(RecipeKey.Fault) -> [Int] {
        var layers: Set<Int> = []
        for node in sequence ?? [self] { layers.insert(try node.whole(in: 0...9999)) }
        guard !layers.isEmpty else { throw .kind }
        return layers.sorted()
    }

    fileprivate func patterns(wholes: Bool) throws(RecipeKey.Fault) -> [ModulePattern] {
        guard let mapping else { throw .kind }
        var patterns: [ModulePattern] = []
        for entry in mapping {
            let isName = entry.key.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
            guard isName, !entry.key.isEmpty else { throw .kind }
            let value =
                wholes
                ? Double(try entry.value.whole(in: 1...4096))
                : try entry.value.number(in: .above(0, to: 1e6))
            patterns.append(ModulePattern(suffix: entry.key, value: value))
        }
        return patterns
    }
}
