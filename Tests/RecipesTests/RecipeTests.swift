import Foundation
import TestSupport
import Testing

@testable import Recipes

/// Reads a recipe's text as `folder/x.yaml`.
func load(_ text: String, _ overrides: String...) throws(RecipeError) -> LoadedRecipe {
    try Recipe.read(
        Array(text.utf8), path: "folder/x.yaml", overrides: overrides, currentFolder: "here")
}

let least = "base_model: m\ndataset: d.jsonl\n"

@Suite struct RecipeTests {
    @Test func twoKeysAreEnough() throws {
        let loaded = try load(least)
        var expected = Recipe()
        expected.baseModel = "m"
        expected.data.training = [DatasetSource(path: "folder/d.jsonl")]
        expected.run.outputDirectory = "runs/x"
        #expect(loaded == LoadedRecipe(recipe: expected, notes: []))
        #expect(loaded.recipe.batching.length == .epochs(3))
    }

    @Test func theNotebooksValuesAreInTheShippedRecipes() throws {
        for name in ["german-qa-gemma3-270m", "german-qa-smollm2"] {
            let recipe = try Recipe.load(Shared.repository + "/Recipes/\(name).yaml").recipe
            #expect(recipe.adapter.rank == 128 && recipe.adapter.alpha == 128 && recipe.adapter.dropout == 0)
            #expect(recipe.adapter.targets == LoRATarget.allCases && !recipe.adapter.rankStabilised)
            #expect(recipe.batching.size == 8 && recipe.batching.accumulation == 1)
            #expect(recipe.batching.length == .steps(100) && recipe.optimiser.warmup == .steps(5))
            #expect(recipe.optimiser.learningRate == 5e-5 && recipe.optimiser.kind == .adamw8bit)
            #expect(recipe.optimiser.weightDecay == 0.01 && recipe.optimiser.schedule == .linear)
            #expect(recipe.run.seed == 3407 && recipe.data.maxLength == 2048)
            #expect(!recipe.loss.trainOnInputs && recipe.loss.roles == [.assistant])
            #expect(recipe.data.training.map(\.format) == [.squad])
        }
    }

    @Test func everyRecipeInTheRepositoryLoads() throws {
        let folder = Shared.repository + "/Recipes"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(names.count >= 2)
        for name in names {
            let loaded = try Recipe.load(folder + "/" + name)
            let again = try Recipe.read(
                Array(loaded.recipe.yaml.utf8), path: "recipe.yaml", currentFolder: "")
            #expect(again.recipe.digestInput == loaded.recipe.digestInput, "\(name)")
        }
    }

    @Test func aModelWrittenAsAPathStaysOne() throws {
        for (written, read) in [("./m", "./m"), ("m", "m"), ("../x/m", "../x/m"), ("./a/m", "a/m")] {
            let text = Array("base_model: \(written)\ndataset: d\n".utf8)
            #expect(try Recipe.read(text, path: "r.yaml").recipe.baseModel == read)
        }
    }

    @Test func pathsInTheFileAreRelativeToIt() throws {
        let text = """
            base_model: ./models/m
            dataset: [{path: ../d.jsonl}, /abs/e.jsonl]
            eval_dataset: ~/f.jsonl
            init_adapter: a/./b
            output_dir: out
            """
        let recipe = try load(text).recipe
        #expect(recipe.baseModel == "folder/models/m")
        #expect(recipe.data.training.map(\.path) == ["d.jsonl", "/abs/e.jsonl"])
        #expect(recipe.data.evaluation.map(\.path) == [NSHomeDirectory() + "/f.jsonl"])
        #expect(recipe.adapter.initial == "folder/a/b")
        #expect(recipe.run.outputDirectory == "out")
    }

    @Test(arguments: [
        ("google/gemma-3-270m", "google/gemma-3-270m"), ("x.gguf", "folder/x.gguf"), ("../m", "./m"),
        ("/m", "/m"), ("../../m", "../m"),
    ])
    func aModelIsANameUnlessItLooksLikeAPath(written: String, read: String) throws {
        #expect(try load("base_model: \(written)\ndataset: d\n").recipe.baseModel == read)
    }

    @Test func pathsInArgumentsAreRelativeToTheCurrentFolder() throws {
        let recipe = try load(least + "eval_dataset: e\n", "dataset.path=x.jsonl", "init_adapter=a").recipe
        #expect(recipe.data.training.map(\.path) == ["here/x.jsonl"])
        #expect(recipe.data.evaluation.map(\.path) == ["folder/e"])
        #expect(recipe.adapter.initial == "here/a")
    }

    @Test func anArgumentReplacesTheKeyUnderAnyName() throws {
        let loaded = try load(least + "lora_rank: 4\nmax_steps: 9\n", "r=8", "r=12", "max_steps=null")
        #expect(loaded.recipe.adapter.rank == 12)
        #expect(loaded.recipe.batching.length == .epochs(3))
    }

    @Test func anArgumentReachesIntoAMapping() throws {
        let recipe = try load(
            least, "dataset.format=squad", "dataset.question=frage", "lora_rank_pattern.layers.0.q_proj=3"
        ).recipe
        #expect(recipe.data.training[0].path == "folder/d.jsonl")
        #expect(recipe.data.training[0].format == .squad)
        #expect(recipe.data.training[0].fields == [.question: "frage"])
        #expect(recipe.adapter.rankPattern == [ModulePattern(suffix: "layers.0.q_proj", value: 3)])
        let typed = try load(
            "base_model: m\ndataset: {path: d, type: alpaca}\n", "dataset.format=sharegpt"
        ).recipe
        #expect(typed.data.training[0].format == .conversations)
    }

    @Test func anArgumentsTextNeedsNoQuotes() throws {
        let system = "Antworte kurz: nur die Zahl # = 7"
        #expect(try load(least, "system=\(system)").recipe.data.system == system)
        #expect(try load(least, "system=\"a\\tb\"").recipe.data.system == "a\tb")
        #expect(
            try load(least, "target_modules=[v_proj, q_proj]").recipe.adapter.targets == [.query, .value])
    }

    @Test func aliasesMeanTheSame() throws {
        let text = """
            model_name_or_path: m
            datasets: [{path: d, type: chat_template, field_messages: turns}]
            sequence_len: 512
            excess_length_strategy: truncate
            assistant_only_loss: false
            lora_target: all
            peft_use_rslora: true
            micro_batch_size: 2
            num_train_epochs: 1.5
            optim: paged_adamw_8bit
            lr_scheduler_type: cosine
            cosine_min_lr_ratio: 0.1
            warmup_ratio: 0.03
            bf16: true
            random_state: 3407
            val_size: 0.1
            sample_packing: yes
            """
        let recipe = try load(text).recipe
        #expect(recipe.data.training[0].format == .messages)
        #expect(recipe.data.training[0].fields == [.messages: "turns"])
        #expect(recipe.data.maxLength == 512 && recipe.data.truncation == .keepStart)
        #expect(recipe.loss.trainOnInputs && recipe.adapter.rankStabilised)
        #expect(recipe.adapter.targets == LoRATarget.allCases)
        #expect(recipe.batching.size == 2 && recipe.batching.length == .epochs(1.5))
        #expect(recipe.optimiser.kind == .adamw8bit && recipe.optimiser.schedule == .cosine)
        #expect(recipe.optimiser.minimumRatio == 0.1 && recipe.optimiser.warmup == .ratio(0.03))
        #expect(recipe.optimiser.precision == .block16 && recipe.run.seed == 3407)
        #expect(recipe.data.validation == .share(0.1) && recipe.batching.packing)
    }

    @Test func theNotebooksOwnKeysWork() throws {
        let text = """
            model_name: unsloth/gemma-3-270m-it
            dataset: d
            max_seq_length: 2048
            load_in_4bit: false
            load_in_8bit: false
            full_finetuning: false
            r: 128
            target_modules: [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]
            lora_alpha: 128
            lora_dropout: 0
            bias: none
            use_gradient_checkpointing: unsloth
            random_state: 3407
            use_rslora: false
            loftq_config: null
            chat_template: gemma3
            dataset_text_field: text
            per_device_train_batch_size: 8
            gradient_accumulation_steps: 1
            warmup_steps: 5
            max_steps: 100
            learning_rate: 5e-5
            logging_steps: 1
            optim: adamw_8bit
            weight_decay: 0.01
            lr_scheduler_type: linear
            seed: 3407
            output_dir: outputs
            report_to: none
            train_on_responses_only: true
            """
        let recipe = try load(text).recipe
        var shipped = try Recipe.load(Shared.repository + "/Recipes/german-qa-gemma3-270m.yaml").recipe
        (shipped.baseModel, shipped.data.training) = (recipe.baseModel, recipe.data.training)
        shipped.run.outputDirectory = "outputs"
        #expect(recipe == shipped)
    }

    @Test func keysOfOtherHardwareAreIgnoredWithANote() throws {
        let notes = try load(
            least + "gradient_checkpointing: true\nload_in_4bit: false\nbias: none\nfp16: false\n"
        ).notes
        #expect(notes.count == 1)
        guard case .ignored(key: "gradient_checkpointing", _) = notes.first else {
            Issue.record("\(notes)")
            return
        }
    }

    /// What Axolotl, LLaMA-Factory and TRL write into every one of their own examples.
    @Test func theOtherToolsWayOfSayingItIsRead() throws {
        let recipe = try load(
            """
            model_name_or_path: ./m
            trust_remote_code: true
            stage: sft
            do_train: true
            use_peft: true
            finetuning_type: lora
            lora_target: all
            eval_strategy: "no"
            datasets:
              - path: d.jsonl
                type: chat_template
                field_messages: conversations
                message_property_mappings: {role: from, content: value}
            bf16: auto
            """
        ).recipe
        #expect(recipe.adapter.targets == LoRATarget.allCases && recipe.optimiser.precision == .auto)
        #expect(
            recipe.data.training[0].fields == [
                .messages: "conversations", .role: "from", .content: "value",
            ])
        let chosen = "lora_target_linear: false\nlora_target_modules: [q_proj]\n"
        #expect(try load(least + chosen).recipe.adapter.targets == [.query])
        #expect(try load("base_model: m\ndataset_name: d\n").recipe.data.training[0].path.hasSuffix("d"))
    }

    @Test func maxStepsWinOverEpochsAndSaySo() throws {
        let loaded = try load(least + "num_epochs: 2\nmax_steps: 7\n")
        #expect(loaded.recipe.batching.length == .steps(7))
        #expect(loaded.notes == [.maxStepsWins(steps: 7, epochs: 2)])
        #expect(try load(least + "num_epochs: 2\nmax_steps: -1\n").recipe.batching.length == .epochs(2))
    }

    @Test func aConstantScheduleWithWarmUpSaysThatItWarmsUp() throws {
        #expect(try load(least + "lr_scheduler: constant\nwarmup_steps: 5\n").notes == [.constantWarmsUp])
        #expect(try load(least + "lr_scheduler: constant_with_warmup\nwarmup_steps: 5\n").notes.isEmpty)
        #expect(try load(least + "lr_scheduler: constant\n").notes.isEmpty)
    }

    @Test func aWrittenRecipeReadsBackTheSame() throws {
        let text = """
            base_model: /m
            template: gemma3
            system: "Du: bist\\nkurz"
            dataset: [{path: /d, format: alpaca, output: "ziel feld"}, /e]
            eval_dataset: {path: /f, split: test}
            eval_steps: 5
            early_stopping_patience: 2
            truncation: keep_end
            roles_to_train: [assistant, user]
            lora_target_modules: [q_proj, v_proj]
            lora_rank_pattern: {q_proj: 4}
            alpha_pattern: {layers.0.self_attn.q_proj: 2.5}
            layers_to_transform: [3, 1]
            loraplus_lr_ratio: 16
            max_steps: 7
            num_epochs: 2
            warmup_ratio: 0.25
            learning_rate: 1.25e-7
            neftune_noise_alpha: 5
            save_total_limit: 2
            """
        let recipe = try load(text).recipe
        let again = try Recipe.read(Array(recipe.yaml.utf8), path: "elsewhere/recipe.yaml")
        #expect(again == LoadedRecipe(recipe: recipe, notes: []), "\(recipe.yaml)")
        #expect(again.recipe.yaml == recipe.yaml)
    }

    @Test func theDigestCountsWhatChangesTheAdapterAndNothingElse() throws {
        let digest = try load(least).recipe.digestInput
        for same in ["output_dir=/x", "logging_steps=7", "save_steps=1", "dataset=/other/d.jsonl"] {
            #expect(try load(least, same).recipe.digestInput == digest, "\(same)")
        }
        for other in [
            "seed=1", "lora_r=8", "dataset=e.jsonl", "max_steps=3", "train_on_eos=none", "eval_dataset=x",
        ] {
            #expect(try load(least, other).recipe.digestInput != digest, "\(other)")
        }
    }

    @Test func patternsMatchTheEndOfANameAtADot() {
        let pattern = ModulePattern(suffix: "q_proj", value: 1)
        #expect(pattern.matches("model.layers.0.self_attn.q_proj") && pattern.matches("q_proj"))
        #expect(!pattern.matches("model.seq_proj") && !pattern.matches("q_proj.x"))
    }
}
