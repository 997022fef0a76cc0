/// A value of a recipe that is one of a closed set.
///
/// The raw value is the name Hearth writes; `otherNames` are the names the field's
/// tools use for the same thing.
protocol RecipeChoice: CaseIterable, RawRepresentable, Sendable, Equatable where RawValue == String {
    static var otherNames: [String: Self] { get }
}

extension RecipeChoice {
    static var otherNames: [String: Self] { [:] }

    static func named(_ name: String) -> Self? {
        let name = name.lowercased()
        return Self(rawValue: name) ?? otherNames[name]
    }
}

/// What happens to an example that is longer than `max_length`.
public enum LengthPolicy: String, RecipeChoice {
    /// It is an error with its line number.
    case refuse
    /// It is left out, and the number of such examples is told.
    case drop
    /// Its first tokens are kept.
    case keepStart = "keep_start"
    /// Its last tokens are kept.
    case keepEnd = "keep_end"

    static var otherNames: [String: Self] { ["raise": .refuse, "truncate": .keepStart] }
}

/// A role whose turns may be trained on.
public enum TrainedRole: String, RecipeChoice {
    /// The roles of a conversation.
    case system, developer, user, assistant, tool

    static var otherNames: [String: Self] { ["gpt": .assistant, "human": .user, "model": .assistant] }
}

/// Which ends of turn are trained on.
public enum TrainedEnd: String, RecipeChoice {
    /// Those of trained turns.
    case turn
    /// Those of all turns.
    case all
    /// Only the last one of the conversation, if its turn is trained.
    case last
    /// None.
    case none
}

/// A linear layer of a decoder that LoRA can adapt.
public enum LoRATarget: String, RecipeChoice {
    /// The projections in the order the decoder uses them.
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case output = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"
}

/// An optimiser.
public enum Optimiser: String, RecipeChoice {
    /// AdamW with full-precision moments.
    case adamw
    /// AdamW with block-wise 8-bit moments.
    case adamw8bit = "adamw_8bit"

    static var otherNames: [String: Self] {
        [
            "adamw_torch": .adamw, "adamw_torch_fused": .adamw, "adamw_hf": .adamw,
            "paged_adamw": .adamw, "paged_adamw_32bit": .adamw, "adamw_bnb_8bit": .adamw8bit,
            "paged_adamw_8bit": .adamw8bit,
        ]
    }
}

/// How the learning rate falls after the warm-up.
public enum Schedule: String, RecipeChoice {
    /// In a straight line to zero.
    case linear
    /// Along half a cosine to `min_lr_ratio` of it.
    case cosine
    /// Not at all.
    case constant

    static var otherNames: [String: Self] {
        ["constant_with_warmup": .constant, "cosine_with_min_lr": .cosine]
    }
}

/// The arithmetic of the frozen base's matrix products.
public enum Precision: String, RecipeChoice {
    /// Sixteen bits where the processor is fast at it, otherwise f32.
    case auto
    /// Full precision.
    case f32
    /// Factors of sixteen bits, 64 of them with a scale of their own; f32 sums.
    case block16

    static var otherNames: [String: Self] {
        ["float32": .f32, "fp32": .f32, "bf16": .block16, "bfloat16": .block16]
    }
}

/// How conversations are written; the names are those of the formats in `Text`.
public enum ChatFormatName: String, RecipeChoice {
    /// The closed set of formats.
    case gemma, chatml, smollm2
    case qwen25 = "qwen2.5"
    case qwen3, llama3

    static var otherNames: [String: Self] {
        [
            "gemma2": .gemma, "gemma3": .gemma, "gemma-3": .gemma, "qwen": .qwen25, "qwen25": .qwen25,
            "qwen_25": .qwen25, "qwen2_5": .qwen25, "qwen-2.5": .qwen25, "qwen-3": .qwen3,
            "llama-3": .llama3, "llama-3.1": .llama3, "llama-3.2": .llama3,
        ]
    }
}
