import Testing

@testable import Recipes

/// One recipe that is wrong in one way.
struct BadRecipe: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var overrides: [String] = []
    var line = 3
    let problem: RecipeError.Problem
    var testDescription: String { name }

    /// The two keys every recipe needs, then this.
    static func with(_ name: String, _ text: String, line: Int = 3, _ problem: RecipeError.Problem) -> Self {
        Self(name: name, text: least + text + "\n", line: line, problem: problem)
    }

    static func argument(_ name: String, _ argument: String, _ problem: RecipeError.Problem) -> Self {
        Self(name: name, text: least, overrides: [argument], line: 0, problem: problem)
    }

    static let projections = [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    ]
    static let ranks = ValueKind.whole(1...4096)

    static let all: [BadRecipe] = [
        BadRecipe(name: "empty", text: "", line: 0, problem: .yaml(.empty)),
        BadRecipe(name: "a list", text: "- a\n- b\n", line: 1, problem: .notKeys(found: "a list")),
        BadRecipe(name: "a word", text: "hello\n", line: 1, problem: .notKeys(found: "hello")),
        BadRecipe(
            name: "duplicate key", text: "seed: 1\nseed: 2\n", line: 2,
            problem: .yaml(.duplicateKey("seed", firstLine: 1))),
        BadRecipe(name: "alias bomb", text: "a: &a [x]\nb: *a\n", line: 1, problem: .yaml(.anchor)),
        BadRecipe(
            name: "python object", text: "a: !!python/object/apply:os.system [x]\n", line: 1,
            problem: .yaml(.tag("tag:yaml.org,2002:python/object/apply:os.system"))),
        BadRecipe(name: "no model", text: "dataset: d\n", line: 1, problem: .missing(key: "base_model")),
        BadRecipe(name: "no data", text: "base_model: m\n", line: 1, problem: .missing(key: "dataset")),
        BadRecipe(
            name: "null model", text: "base_model: null\ndataset: d\n", line: 1,
            problem: .missing(key: "base_model")),
        .with("misspelt key", "learnig_rate: 1", .unknownKey("learnig_rate", suggestion: "learning_rate")),
        .with(
            "misspelt alias", "per_device_batch_size: 1",
            .unknownKey("per_device_batch_size", suggestion: "batch_size")),
        .with("near an alias", "lora_rnak: 1", .unknownKey("lora_rnak", suggestion: "lora_r")),
        .with("hyphens", "max-steps: 1", .unknownKey("max-steps", suggestion: "max_steps")),
        .with("nothing like it", "flux_capacitor: 1", .unknownKey("flux_capacitor", suggestion: nil)),
        .with(
            "two names of one", "lora_r: 8\nr: 16", line: 4,
            .givenTwice(key: "r", first: "lora_r", firstLine: 3)),
        .with(
            "precision twice", "bf16: true\nprecision: f32", line: 4,
            .givenTwice(key: "precision", first: "bf16", firstLine: 3)),
        .with(
            "word for number", "learning_rate: fast",
            .wrongKind(
                key: "learning_rate", found: "fast",
                wanted: .number(Bounds(lower: 0, upper: 10, includesLower: false, includesUpper: true)))),
        .with(
            "not a number", "lora_alpha: .nan",
            .wrongKind(
                key: "lora_alpha", found: ".nan",
                wanted: .number(Bounds(lower: 0, upper: 1e6, includesLower: false, includesUpper: true)))),
        .with("fraction for whole", "lora_r: 8.5", .wrongKind(key: "lora_r", found: "8.5", wanted: ranks)),
        .with("list for whole", "lora_r: [8]", .wrongKind(key: "lora_r", found: "a list", wanted: ranks)),
        .with("rank 0", "lora_r: 0", .outOfRange(key: "lora_r", found: "0", wanted: ranks)),
        .with(
            "number beyond Int", "lora_r: 99999999999999999999",
            .wrongKind(
                key: "lora_r", found: "99999999999999999999", wanted: ranks)),
        .with(
            "negative rate", "learning_rate: -1e-4",
            .outOfRange(
                key: "learning_rate", found: "-1e-4",
                wanted: .number(Bounds(lower: 0, upper: 10, includesLower: false, includesUpper: true)))),
        .with(
            "dropout of 1", "lora_dropout: 1",
            .outOfRange(
                key: "lora_dropout", found: "1",
                wanted: .number(Bounds(lower: 0, upper: 1, includesLower: true, includesUpper: false)))),
        .with("word for flag", "packing: maybe", .wrongKind(key: "packing", found: "maybe", wanted: .flag)),
        .with("number for flag", "use_dora: 2", .wrongKind(key: "use_dora", found: "2", wanted: .flag)),
        .with(
            "unknown optimiser", "optimizer: adamw_8bits",
            .notAChoice(
                key: "optimizer", found: "adamw_8bits", choices: ["adamw", "adamw_8bit"],
                suggestion: "adamw_8bit")),
        .with(
            "unknown schedule", "lr_scheduler_type: polynomial",
            .notAChoice(
                key: "lr_scheduler_type", found: "polynomial", choices: ["linear", "cosine", "constant"],
                suggestion: nil)),
        .with(
            "unknown projection", "lora_target_modules: [q_prj]",
            .notAChoice(
                key: "lora_target_modules", found: "q_prj", choices: projections + ["all-linear"],
                suggestion: "q_proj")),
        .with("the head", "lora_target_modules: [q_proj, lm_head]", .frozenTarget("lm_head")),
        .with(
            "no projection", "lora_target_modules: []",
            .wrongKind(
                key: "lora_target_modules", found: "a list", wanted: .choices(projections))),
        .with(
            "regex pattern", "rank_pattern: {'^q': 4}",
            .wrongKind(
                key: "rank_pattern", found: "a mapping", wanted: .pattern(1...4096))),
        .with(
            "negative layer", "layers_to_transform: [-1]",
            .outOfRange(
                key: "layers_to_transform", found: "a list", wanted: .layers)),
        .with(
            "unknown role", "roles_to_train: [bot]",
            .notAChoice(
                key: "roles_to_train", found: "bot",
                choices: ["system", "developer", "user", "assistant", "tool"],
                suggestion: nil)),
        .with(
            "share of 1.5", "val_set_size: 1.5",
            .outOfRange(
                key: "val_set_size", found: "1.5", wanted: .size)),
        .with(
            "biases", "bias: all",
            .unsupported(
                key: "bias", value: "all", advice: "biases stay frozen: write bias: none")),
        .with(
            "fp16", "fp16: true",
            .unsupported(
                key: "fp16", value: "true", advice: "write precision: block16 or precision: f32")),
        .with(
            "4 bits", "load_in_4bit: true",
            .unsupported(
                key: "load_in_4bit", value: "true",
                advice: "the base keeps the type of its file: name a quantised .gguf as base_model")),
        .with(
            "packing twice over", "packing: true\nshared_context: true", .conflict(.packingAndSharedContext)),
        .with(
            "dropout in shared prefixes", "shared_context: true\nlora_dropout: 0.1", line: 4,
            .conflict(.sharedContextAndDropout)),
        .with(
            "noise in shared prefixes", "shared_context: true\nneftune_noise_alpha: 5", line: 4,
            .conflict(.sharedContextAndNeftune)),
        .with(
            "two warm-ups", "warmup_steps: 5\nwarmup_ratio: 0.1", line: 4,
            .conflict(.warmupStepsAndRatio(firstLine: 3))),
        .with(
            "warm-up beyond the end", "warmup_steps: 11\nmax_steps: 10",
            .conflict(.warmupBeyondEnd(warmup: 11, steps: 10))),
        .with(
            "two evaluation sets", "eval_dataset: e\nval_set_size: 5", line: 4,
            .conflict(.evalDatasetAndValidationSize)),
        .with(
            "patience without data", "early_stopping_patience: 2",
            .conflict(
                .noEvaluationData(key: "early_stopping_patience"))),
        .with("evaluation without data", "eval_steps: 2", .conflict(.noEvaluationData(key: "eval_steps"))),
        .with(
            "patience without steps", "val_set_size: 5\nearly_stopping_patience: 2", line: 4,
            .conflict(.patienceWithoutEvalSteps)),
        .with(
            "floor of a line", "min_lr_ratio: 0.1",
            .conflict(
                .minimumRatioWithoutCosine(schedule: "linear"))),
        .with(
            "a choice of nothing", "train_on_inputs: true\nroles_to_train: [user]", line: 4,
            .conflict(.inputsAndMask(key: "roles_to_train"))),
        .with("dataset without path", "eval_dataset: {format: squad}", .missing(key: "eval_dataset.path")),
        .with(
            "misspelt dataset key", "eval_dataset: {path: x, qustion: y}",
            .unknownKey(
                "eval_dataset.qustion", suggestion: "eval_dataset.question")),
        .with(
            "a key of the recipe in the dataset", "eval_dataset: {path: x, roles_to_train: user}",
            .unknownKey("eval_dataset.roles_to_train", suggestion: "roles_to_train")),
        .with(
            "a turn's field that is none", "eval_dataset: {path: x, message_property_mappings: {rol: y}}",
            .unknownKey(
                "eval_dataset.message_property_mappings.rol",
                suggestion: "eval_dataset.message_property_mappings.role")),
        .with(
            "dataset key twice", "eval_dataset: {path: x, format: text, type: text}",
            .givenTwice(
                key: "eval_dataset.format", first: "format", firstLine: 3)),
        .with(
            "unknown data format", "eval_dataset: {path: x, format: csv}",
            .notAChoice(
                key: "eval_dataset.format", found: "csv",
                choices: ["messages", "conversations", "prompt_completion", "alpaca", "text", "squad"],
                suggestion: nil)),
        .argument("not key=value", "seed", .notAnOverride),
        .argument("no key", "=7", .notAnOverride),
        .argument("unknown key in an argument", "sed=7", .unknownKey("sed", suggestion: "seed")),
        .argument("a key below a number", "seed.x=7", .notNested(key: "seed")),
        .argument(
            "bad value in an argument", "seed=x",
            .wrongKind(
                key: "seed", found: "x", wanted: .whole(0...2_147_483_647))),
        .argument("broken list in an argument", "layers_to_transform=[1", .yaml(.syntax(""))),
    ]
}

@Suite struct BadRecipeTests {
    @Test(arguments: BadRecipe.all)
    func isRefusedWithItsOwnErrorAndLine(bad: BadRecipe) {
        #expect {
            try Recipe.read(Array(bad.text.utf8), path: "bad.yaml", overrides: bad.overrides)
        } throws: { error in
            guard let error = error as? RecipeError else { return false }
            if case .yaml(.syntax) = bad.problem, case .yaml(.syntax) = error.problem { return true }
            let source: YAMLPlace.Source =
                bad.overrides.first.map { .argument($0) } ?? .file("bad.yaml")
            return error.problem == bad.problem && error.place.line == bad.line
                && error.place.source == source
        }
    }

    @Test func aMissingFileAFolderAndAnEndlessFileAreErrors() {
        #expect { try Recipe.load("no/such.yaml") } throws: {
            ($0 as? RecipeError)?.problem == .noSuchFile
        }
        #expect { try Recipe.load("/") } throws: {
            ($0 as? RecipeError)?.problem == .unreadable(isFolder: true)
        }
        #expect(throws: RecipeError.self) { try Recipe.load("/dev/zero") }
    }

    /// Whatever is done to a recipe's bytes, it is read or refused; nothing traps.
    @Test func aMutilatedRecipeIsReadOrRefused() throws {
        let text = Array(
            try load(least + "lora_rank_pattern: {q_proj: 8}\nlearning_rate: 5e-5\n").recipe.yaml.utf8)
        var state: UInt64 = 1
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
        let spice = Array(":{}[]&*!|>'\"%@`#,-?\n\t \u{0}~9e.=<".utf8) + [0xC3, 0xFF, 0xEF]
        var read = 0
        for _ in 0..<1500 {
            var bytes = text
            for _ in 0...roll(4) {
                let at = roll(bytes.count)
                switch roll(4) {
                case 0: bytes[at] = spice[roll(spice.count)]
                case 1: bytes.insert(spice[roll(spice.count)], at: at)
                case 2: bytes.remove(at: at)
                default: bytes.swapAt(at, roll(bytes.count))
                }
            }
            do throws(RecipeError) {
                _ = try Recipe.read(bytes, path: "x")
                read += 1
            } catch { #expect(error.place.source == .file("x")) }
        }
        #expect(read > 10 && read < 1490)
    }

    @Test func everyCutOfARealRecipeIsReadOrRefused() throws {
        let text = Array((try load(least + "lora_r: 8\nsystem: \"a\\nb\"\n").recipe.yaml).utf8)
        var whole = 0
        for end in text.indices {
            if (try? Recipe.read(Array(text[..<end]), path: "x")) != nil { whole += 1 }
        }
        #expect(whole > 0 && whole < text.count)
    }
}
