extension RecipeKey {
    static let batching: [RecipeKey] = [
        .whole(
            "batch_size", ["per_device_train_batch_size", "micro_batch_size", "train_batch_size"], 1...65536,
            at: \.batching.size, "Examples in a micro-batch."),
        .whole(
            "gradient_accumulation_steps", ["gradient_accumulation", "grad_accumulation_steps"], 1...65536,
            at: \.batching.accumulation,
            """
            Micro-batches in an optimiser step. The loss is divided by the trained tokens of the whole step, so \
            8 × 1 and 2 × 4 train the same.
            """),
        .whole(
            "max_steps", ["iters", "max_iters"], 1...1_000_000_000, orNone: \.batching.maxSteps, none: -1,
            "Optimiser steps in all; wins over `num_epochs`. Unset or −1: `num_epochs` decides."),
        .number(
            "num_epochs", ["num_train_epochs", "epochs"], .above(0, to: 1e6), at: \.batching.epochs,
            "Passes over the data; a fraction ends within one."),
        .flag(
            "packing", ["sample_packing", "neat_packing", "packed"], at: \.batching.packing,
            """
            A micro-batch is computed as one list of rows. Examples never see each other, nothing is padded, and \
            loss and gradients are those of separate examples.
            """),
        .flag(
            "shared_context", [], at: \.batching.sharedContext,
            """
            Examples whose tokens begin alike share one computed prefix, and stay together in a step. Same loss \
            and gradients for the same examples, in another order (see below).
            """),
    ]

    static let optimiser: [RecipeKey] = [
        .number(
            "learning_rate", ["lr"], .above(0, to: 10), at: \.optimiser.learningRate,
            "The highest learning rate."),
        .choice(
            "lr_scheduler", ["lr_scheduler_type"], at: \.optimiser.schedule,
            "How the learning rate falls after the warm-up."),
        .number(
            "min_lr_ratio", ["cosine_min_lr_ratio", "min_lr_rate"], .from(0, to: 1),
            at: \.optimiser.minimumRatio, "The share of `learning_rate` at which a cosine ends."),
        RecipeKey(
            name: "warmup_steps", aliases: ["num_warmup_steps"], kind: .whole(0...1_000_000_000),
            meaning: "Steps over which the learning rate rises from 0.",
            read: { node, recipe, _ throws(Fault) in
                recipe.optimiser.warmup = .steps(try node.whole(in: 0...1_000_000_000))
            },
            write: { if case .steps(let steps) = $0.optimiser.warmup { .whole(steps) } else { .text(nil) } }),
        RecipeKey(
            name: "warmup_ratio", aliases: [], kind: .number(.from(0, to: 1)),
            meaning: "The same as a share of all steps, rounded up. Not together with `warmup_steps`.",
            read: { node, recipe, _ throws(Fault) in
                recipe.optimiser.warmup = .ratio(try node.number(in: .from(0, to: 1)))
            },
            write: { if case .ratio(let ratio) = $0.optimiser.warmup { .number(ratio) } else { .text(nil) } }),
        .choice(
            "optimizer", ["optim", "optimiser"], at: \.optimiser.kind,
            "`adamw_8bit` keeps the moments in blocks of 8-bit numbers."),
        .number(
            "weight_decay", [], .from(0, to: 10), at: \.optimiser.weightDecay,
            "AdamW's decoupled weight decay."),
        .number("adam_beta1", ["beta1"], .from(0, below: 1), at: \.optimiser.beta1, "AdamW's β₁."),
        .number("adam_beta2", ["beta2"], .from(0, below: 1), at: \.optimiser.beta2, "AdamW's β₂."),
        .number(
            "adam_epsilon", ["adam_eps", "eps"], .above(0, to: 1), at: \.optimiser.epsilon, "AdamW's ε."),
        .number(
            "max_grad_norm", ["clip_grad_norm", "gradient_clipping", "max_norm"], .from(0, to: 1e9),
            at: \.optimiser.clip, "The L2 norm to which the gradient of a step is clipped; 0: no clipping."),
        .number(
            "neftune_noise_alpha", [], .above(0, to: 1000), orNone: \.optimiser.neftune,
            "NEFTune: uniform noise on the embeddings while training. Unset: none."),
    ]

    static let run: [RecipeKey] = [
        RecipeKey(
            name: "output_dir", aliases: ["output_directory"], kind: .path,
            meaning: """
                The run directory, relative to the folder the program is started in. Unset: `runs/` and the \
                recipe's file name.
                """, decides: false,
            read: { node, recipe, _ throws(Fault) in
                guard let text = node.text else { throw .kind }
                recipe.run.outputDirectory = text
            }, write: { .text($0.run.outputDirectory.isEmpty ? nil : $0.run.outputDirectory) }),
        .whole(
            "seed", ["random_state", "random_seed"], 0...Int(Int32.max), at: \.run.seed,
            "Order, initial adapter, dropout and noise are functions of it."),
        .whole(
            "logging_steps", ["log_every_n_steps", "steps_per_report"], 1...1_000_000_000,
            at: \.run.loggingSteps,
            "Steps between two lines of progress."
        ).decidingNothing(),
        .whole(
            "eval_steps", ["steps_per_eval"], 0...1_000_000_000, at: \.run.evalSteps,
            "Steps between two evaluations; 0: one, at the end."),
        .whole(
            "save_steps", ["save_every"], 0...1_000_000_000, at: \.run.saveSteps,
            "Steps between two checkpoints; 0: one, at the end."
        ).decidingNothing(),
        .whole(
            "save_total_limit", [], 1...1_000_000_000, orNone: \.run.saveTotalLimit,
            "How many checkpoints are kept (the best one always is). Unset: all."
        ).decidingNothing(),
        .whole(
            "early_stopping_patience", ["early_stopping_steps"], 1...1_000_000, orNone: \.run.patience,
            "Training stops after this many evaluations without a lower loss. Unset: never."),
        .flag(
            "load_best_model_at_end", [], at: \.run.loadBest,
            "The checkpoint with the lowest evaluation loss becomes the result."),
    ]
}
