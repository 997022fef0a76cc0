/// PEFT's `adapter_config.json` for LoRA.
///
/// What Hearth computes with has properties here; the other keys are kept and
/// written again. A key that switches on something Hearth does not compute is
/// refused when reading, never ignored: the adapter would give other answers.
public struct AdapterConfig: Sendable, Equatable {
    /// The rank.
    public var rank: Int
    /// The numerator of the scale.
    public var alpha: Double
    /// The share of inputs left out in training.
    public var dropout: Double
    /// The names of the adapted modules, or one pattern for them.
    ///
    /// Which modules are really adapted, the tensors say.
    public var targetModules: [String]
    /// Whether the scale is alpha over the root of the rank instead of the rank.
    public var usesRSLoRA: Bool
    /// Whether there are magnitude vectors.
    public var usesDoRA: Bool
    /// Other ranks for some modules.
    public var rankPattern: [AdapterPattern]
    /// Other alphas for some modules.
    public var alphaPattern: [AdapterPattern]
    /// The base model as the adapter's maker named it.
    public var baseModel: String?
    /// All the other keys.
    public var others: JSONObject

    /// The configuration of a new adapter; `layers` names the adapted layers where
    /// they are not all.
    public init(
        rank: Int, alpha: Double, dropout: Double = 0, targetModules: [String], usesRSLoRA: Bool = false,
        usesDoRA: Bool = false, baseModel: String? = nil, rankPattern: [AdapterPattern] = [],
        alphaPattern: [AdapterPattern] = [], layers: [Int]? = nil
    ) {
        self.rank = rank
        self.alpha = alpha
        self.dropout = dropout
        self.targetModules = targetModules
        self.usesRSLoRA = usesRSLoRA
        self.usesDoRA = usesDoRA
        self.baseModel = baseModel
        self.rankPattern = rankPattern
        self.alphaPattern = alphaPattern
        others = Self.usualOthers
        if let layers { others["layers_to_transform"] = .array(layers.map { .integer(Int64($0)) }) }
    }

    /// The factor in front of what the adapter adds, where no pattern says otherwise.
    public var scale: Double { alpha / (usesRSLoRA ? Double(rank).squareRoot() : Double(rank)) }

    /// Checks what was read from a file.
    public init(_ value: JSON) throws(AdapterFault) {
        let kind = value["peft_type"]?.string ?? ""
        guard kind == "LORA" else { throw .kindUnsupported(kind) }
        guard let rank = value["r"]?.int, (1...65_536).contains(rank) else { throw .valueInvalid(key: "r") }
        guard let alpha = value["lora_alpha"]?.double, alpha > 0 else {
            throw .valueInvalid(key: "lora_alpha")
        }
        let dropout = value["lora_dropout"]?.double ?? 0
        guard dropout >= 0, dropout < 1 else { throw .valueInvalid(key: "lora_dropout") }
        self.rank = rank
        self.alpha = alpha
        self.dropout = dropout
        targetModules = try Self.targetModules(value["target_modules"])
        usesRSLoRA = try Self.flag("use_rslora", value)
        usesDoRA = try Self.flag("use_dora", value)
        baseModel = value["base_model_name_or_path"]?.string
        rankPattern = try AdapterPattern.read("rank_pattern", value["rank_pattern"]) {
            $0.int.flatMap { (1...65_536).contains($0) ? Double($0) : nil }
        }
        alphaPattern = try AdapterPattern.read("alpha_pattern", value["alpha_pattern"]) {
            $0.double.flatMap { $0 > 0 ? $0 : nil }
        }
        others = JSONObject(
            value.object?.members.filter { member in !Self.ownKeys.contains { $0 == member.key } } ?? [])
        try Self.refuseWhatIsNotComputed(others)
    }

    /// The configuration as PEFT writes it: all its keys, sorted.
    public var json: JSON {
        var object = others
        object["r"] = .integer(Int64(rank))
        object["lora_alpha"] = Int64(exactly: alpha).map { .integer($0) } ?? .number(alpha)
        object["lora_dropout"] = .number(dropout)
        object["target_modules"] = .array(targetModules.map { .string($0) })
        object["use_rslora"] = .bool(usesRSLoRA)
        object["use_dora"] = .bool(usesDoRA)
        object["base_model_name_or_path"] = baseModel.map { .string($0) } ?? .null
        object["rank_pattern"] = AdapterPattern.json(rankPattern)
        object["alpha_pattern"] = AdapterPattern.json(alphaPattern)
        object.members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return .object(object)
    }

    // MARK: - Checks

    private static let ownKeys = [
        "r", "lora_alpha", "lora_dropout", "target_modules", "use_rslora", "use_dora",
        "base_model_name_or_path", "rank_pattern", "alpha_pattern",
    ]

    private static func flag(_ key: String, _ value: JSON) throws(AdapterFault) -> Bool {
        switch value[key] {
        case nil, .null: return false
        case .bool(let flag): return flag
        default: throw .valueInvalid(key: key)
        }
    }

    private static func targetModules(_ value: JSON?) throws(AdapterFault) -> [String] {
        switch value {
        case nil, .null: return []
        case .string(let pattern): return [pattern]
        case .array(let elements):
            let names = elements.compactMap(\.string)
            guard names.count == elements.count else { throw .valueInvalid(key: "target_modules") }
            return names
        default: throw .valueInvalid(key: "target_modules")
        }
    }

    private static func refuseWhatIsNotComputed(_ others: JSONObject) throws(AdapterFault) {
        for (key, value) in others.members where !value.isInert {
            let isFeature: Bool
            switch key {
            case "bias": isFeature = value.string != "none"
            // These starts change the base model; the adapter alone is not the whole of it.
            case "init_lora_weights":
                let changers = ["pissa", "olora", "corda", "loftq", "lora_ga"]
                isFeature = changers.contains { value.string?.hasPrefix($0) ?? false }
            case "fan_in_fan_out", "lora_bias", "modules_to_save", "layer_replication",
                "trainable_token_indices", "target_parameters", "alora_invocation_tokens":
                isFeature = true
            default: isFeature = key.hasPrefix("use_") || key.hasSuffix("_config")
            }
            if isFeature { throw .featureUnsupported(key: key) }
        }
    }

    /// The keys PEFT 0.18 writes beside ours, with what they are for a plain LoRA.
    private static let usualOthers: JSONObject = [
        "alora_invocation_tokens": .null, "arrow_config": .null,
        "auto_mapping": .null, "bias": .string("none"), "corda_config": .null,
        "ensure_weight_tying": .bool(false), "eva_config": .null, "exclude_modules": .null,
        "fan_in_fan_out": .bool(false), "inference_mode": .bool(true), "init_lora_weights": .bool(true),
        "layer_replication": .null, "layers_pattern": .null, "layers_to_transform": .null,
        "loftq_config": .object([:]), "lora_bias": .bool(false), "megatron_config": .null,
        "megatron_core": .string("megatron.core"), "modules_to_save": .null, "peft_type": .string("LORA"),
        "peft_version": .string("0.18.1"), "qalora_group_size": .integer(16),
        "revision": .null, "target_parameters": .null, "task_type": .string("CAUSAL_LM"),
        "trainable_token_indices": .null, "use_qalora": .bool(false),
    ]
}

extension JSON {
    /// Whether it says nothing: `null`, `false` or empty.
    fileprivate var isInert: Bool {
        switch self {
        case .null, .bool(false): true
        case .array(let elements): elements.isEmpty
        case .object(let object): object.members.isEmpty
        default: false
        }
    }
}
