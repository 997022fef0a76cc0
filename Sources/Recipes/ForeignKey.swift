/// A key of another tool that Hearth knows and has no use for.
///
/// What only says how other hardware should do the work is ignored with a note.
/// What would change the result is accepted only where it asks for what Hearth
/// does anyway, and refused otherwise: a run must not quietly be another one.
struct ForeignKey: Sendable {
    let names: [String]
    /// The values that ask for what Hearth does anyway; nothing where any value is ignored.
    let accepted: [String]?
    /// Why the key changes nothing, or what to write instead.
    let advice: String

    static func ignored(_ names: String..., because reason: String) -> ForeignKey {
        ForeignKey(names: names, accepted: nil, advice: reason)
    }

    static func only(_ accepted: [String], _ names: String..., otherwise advice: String) -> ForeignKey {
        ForeignKey(names: names, accepted: accepted, advice: advice)
    }

    /// Whether a value asks for nothing that Hearth does not do.
    func accepts(_ node: YAMLNode) -> Bool {
        guard let accepted else { return true }
        if node.isNull || node.sequence?.isEmpty == true || node.mapping?.isEmpty == true { return true }
        return node.text.map { accepted.contains($0.lowercased()) } ?? false
    }

    static let no = ["false", "no", "off", "none", "0"]

    static let all: [ForeignKey] = [
        .ignored(
            "gradient_checkpointing", "gradient_checkpointing_kwargs", "use_gradient_checkpointing",
            "activation_checkpointing", "enable_activation_checkpointing", "grad_checkpoint",
            because: "Hearth always recomputes what is cheap and keeps what is expensive"),
        .ignored(
            "flash_attention", "flash_attn", "attn_implementation", "sdp_attention", "xformers_attention",
            "eager_attention", "use_liger_kernel", "torch_compile", "tf32", "use_cache", "device_map",
            "low_cpu_mem_usage", "use_cpu", "no_cuda", "max_memory", "local_rank", "ddp_timeout",
            "ddp_find_unused_parameters", "chunked_cross_entropy", "use_reentrant",
            "lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_on_cpu", "model_type",
            "tokenizer_type",
            "unsloth_force_compile", "gpu_memory_utilization",
            because: "there is one implementation, for the CPU"),
        .ignored(
            "dataloader_num_workers", "dataloader_pin_memory", "dataloader_prefetch_factor",
            "dataloader_persistent_workers", "preprocessing_num_workers", "dataset_num_proc",
            "dataset_processes", "dataset_prepared_path", "overwrite_cache", "remove_unused_columns",
            "auto_find_batch_size", because: "the data is read once, before training"),
        .ignored(
            "eval_batch_size", "per_device_eval_batch_size", "eval_sample_packing", "eval_packing",
            "eval_accumulation_steps", "pad_to_sequence_len", "pad_to_multiple_of", "padding_free",
            because: "nothing is padded, and an evaluation does not depend on its batches"),
        .ignored(
            "report_to", "logging_dir", "logging_strategy", "logging_first_step", "run_name", "disable_tqdm",
            "log_level", "wandb_project", "wandb_entity", "wandb_watch", "wandb_name", "wandb_run_id",
            "wandb_log_model", "mlflow_tracking_uri", "plot_loss", "include_num_input_tokens_seen",
            "overwrite_output_dir", "do_eval", "debug", "strict",
            because:
                "every run writes a log, TensorBoard events, a plot and a row in the registry, and connects to nothing"
        ),
        .only(no, "fp16", "half", otherwise: "write precision: block16 or precision: f32"),
        .only(
            no, "load_in_4bit", "load_in_8bit", "quantization_bit",
            otherwise: "the base keeps the type of its file: name a quantised .gguf as base_model"),
        .ignored(
            "bnb_4bit_quant_type", "bnb_4bit_compute_dtype", "bnb_4bit_use_double_quant",
            because: "the base keeps the type of its file"),
        .only(["none"], "bias", "lora_bias", otherwise: "biases stay frozen: write bias: none"),
        .only(
            no, "modules_to_save", "lora_modules_to_save", "additional_target", "trainable_token_indices",
            otherwise: "only LoRA on the seven projections is trained: remove the key"),
        .only(
            ["true"], "init_lora_weights",
            otherwise: "A starts as PEFT's default and B as zero: write init_lora_weights: true"),
        .only(
            no, "pissa_init", "loftq_config", "loftq_init", "use_qalora", "fan_in_fan_out",
            "lora_fan_in_fan_out",
            "layers_pattern", "exclude_modules", "layer_replication", "megatron_config", "eva_config",
            otherwise: "Hearth starts adapters as PEFT does by default: remove the key"),
        .only(["causal_lm"], "task_type", otherwise: "write task_type: CAUSAL_LM"),
        .only(["lora"], "peft_type", "finetuning_type", "fine_tune_type", otherwise: "only LoRA is trained"),
        .only(
            ["lora", "qlora"], "adapter",
            otherwise: "write adapter: lora, or init_adapter to start from an existing adapter"),
        .only(["sft"], "stage", "rl", otherwise: "only supervised fine-tuning is done: remove the key"),
        .only(["true"], "do_train", "train", otherwise: "hearth train always trains: remove the key"),
        .only(["true"], "use_peft", otherwise: "only LoRA is trained: remove the key"),
        .only(
            ["steps", "no", "false"], "eval_strategy", "evaluation_strategy", "save_strategy",
            otherwise: "write eval_steps or save_steps; 0 means once, at the end"),
        .only(
            no, "evals_per_epoch", "saves_per_epoch", "max_steps_per_epoch", "save_only_model",
            otherwise: "write eval_steps, save_steps or max_steps in steps"),
        .only(
            ["loss", "eval_loss"], "metric_for_best_model",
            otherwise: "the best checkpoint is the one with the lowest evaluation loss: write eval_loss"),
        .only(no, "greater_is_better", otherwise: "a lower loss is better: remove the key"),
        .only(
            no, "group_by_length",
            otherwise: "nothing is padded, so grouping by length gains nothing: remove the key"),
        .only(
            no, "resume_from_checkpoint", "auto_resume_from_checkpoints",
            otherwise: "write --resume on the command line"),
        .only(
            no, "push_to_hub", "hub_model_id", "hub_strategy", "hub_token", "use_auth_token",
            otherwise: "Hearth makes no outbound connection: remove the key"),
        .ignored("trust_remote_code", because: "no code from a model is ever run"),
        .only(
            no, "deepspeed", "fsdp", "fsdp_config", "ddp_backend",
            otherwise: "one machine, one process trains: remove the key"),
        .only(
            no, "lr_scheduler_kwargs", "min_lr",
            otherwise: "write min_lr_ratio, the share of learning_rate at which a cosine ends"),
        .only(no, "full_finetuning", "full_finetune", otherwise: "only LoRA is trained: remove the key"),
        .only(
            ["text"], "dataset_text_field",
            otherwise: "write the field's name in the dataset: {path: …, text: NAME}"),
        .only(
            no, "special_tokens", "tokens", "eot_tokens", "added_tokens_overrides",
            "resize_token_embeddings_to_32x",
            otherwise: "the vocabulary stays as it is: remove the key"),
        .only(
            no, "optim_args", "optim_target_modules", "loss_type", "packing_strategy",
            "cosine_constant_lr_ratio", "lr_groups",
            otherwise: "see docs/recipes.md for the keys that change the schedule, the optimiser and the loss"
        ),
    ]
}
