extension RecipeReader {
    /// The recipe, if its settings can all hold together.
    func finished(root: YAMLPlace) throws(RecipeError) -> LoadedRecipe {
        var recipe = recipe
        var notes = notes
        for (key, isThere) in [
            ("base_model", !recipe.baseModel.isEmpty), ("dataset", !recipe.data.training.isEmpty),
        ] where !isThere {
            throw RecipeError(.missing(key: key), at: root)
        }
        for (key, conflict) in conflicts(recipe) {
            throw RecipeError(.conflict(conflict), at: given[key]?.place ?? root)
        }
        if let steps = recipe.batching.maxSteps, given["num_epochs"] != nil {
            notes.append(.maxStepsWins(steps: steps, epochs: recipe.batching.epochs))
            recipe.batching.epochs = Recipe().batching.epochs
        }
        if recipe.optimiser.schedule == .constant, recipe.optimiser.warmup != .steps(0),
            given["lr_scheduler"]?.value.text?.lowercased() == "constant"
        {
            notes.append(.constantWarmsUp)
        }
        return LoadedRecipe(recipe: recipe, notes: notes)
    }

    /// Every conflict with the key it is told at, the most telling first.
    private func conflicts(_ recipe: Recipe) -> [(key: String, conflict: RecipeConflict)] {
        let batching = recipe.batching
        var found: [(String, RecipeConflict)] = []
        func check(_ isWrong: Bool, _ key: String, _ conflict: RecipeConflict) {
            if isWrong { found.append((key, conflict)) }
        }
        check(batching.sharedContext && batching.packing, "packing", .packingAndSharedContext)
        check(
            batching.sharedContext && recipe.adapter.dropout > 0, "lora_dropout", .sharedContextAndDropout)
        check(
            batching.sharedContext && recipe.optimiser.neftune != nil, "neftune_noise_alpha",
            .sharedContextAndNeftune)
        check(
            !recipe.data.evaluation.isEmpty && recipe.data.validation != nil, "val_set_size",
            .evalDatasetAndValidationSize)
        let needy = [
            ("eval_steps", recipe.run.evalSteps > 0), ("early_stopping_patience", recipe.run.patience != nil),
            ("load_best_model_at_end", recipe.run.loadBest),
        ]
        for (key, needs) in needy {
            check(needs && !recipe.data.hasEvaluation, key, .noEvaluationData(key: key))
        }
        check(
            recipe.run.patience != nil && recipe.run.evalSteps == 0, "early_stopping_patience",
            .patienceWithoutEvalSteps)
        check(
            recipe.optimiser.minimumRatio > 0 && recipe.optimiser.schedule != .cosine, "min_lr_ratio",
            .minimumRatioWithoutCosine(schedule: recipe.optimiser.schedule.rawValue))
        if case .steps(let warmup) = recipe.optimiser.warmup, let steps = batching.maxSteps {
            check(warmup > steps, "warmup_steps", .warmupBeyondEnd(warmup: warmup, steps: steps))
        }
        for key in ["roles_to_train", "mask_history", "train_on_eos"] {
            check(recipe.loss.trainOnInputs && given[key] != nil, key, .inputsAndMask(key: key))
        }
        return found
    }
}
