import Checkpoint

/// What a run has found so far: its log, its best evaluation, and what is not yet logged.
///
/// It is written into every checkpoint as `trainer_state.json`, in the shape
/// Hugging Face's trainer gives it, and read again to go on; what is ours alone
/// stands under one key of our own.
struct RunHistory {
    /// Hugging Face's `log_history`, one object an entry.
    private(set) var log: [JSONObject] = []
    /// The step and loss of the best evaluation.
    private(set) var best: (step: Int, loss: Double)?
    /// Evaluations since the best one.
    private(set) var sinceBest = 0
    /// The steps taken.
    private(set) var step = 0
    /// How much of the data was seen, in passes.
    private(set) var epoch = 0.0
    /// Whether the run ended before its last step because nothing got better.
    var stoppedEarly = false
    /// The sum of the losses since the last entry, and how many there are.
    private var pending = (sum: 0.0, steps: 0)
    /// The sum of all steps' losses.
    private var total = 0.0
    private var last: StepReport?

    /// The mean loss of all steps.
    var meanLoss: Double { step == 0 ? 0 : total / Double(step) }

    /// The loss of the latest evaluation.
    var latestEvaluation: Double? { log.last { $0["eval_loss"] != nil }?["eval_loss"]?.double }

    mutating func add(_ report: StepReport) {
        (step, epoch) = (report.step, report.epoch)
        pending = (pending.sum + report.loss, pending.steps + 1)
        total += report.loss
        last = report
    }

    /// Writes the mean loss since the last entry into the log, and gives the entry.
    mutating func logSteps() -> JSONObject? {
        guard let last, pending.steps > 0 else { return nil }
        let entry: JSONObject = [
            "epoch": .number(epoch), "grad_norm": .number(last.gradientNorm),
            "learning_rate": .number(last.learningRate),
            "loss": .number(pending.sum / Double(pending.steps)), "step": .integer(Int64(step)),
        ]
        pending = (0, 0)
        log.append(entry)
        return entry
    }

    /// Writes an evaluation into the log; gives whether it is the best so far.
    mutating func logEvaluation(_ loss: Double, examples: Int, seconds: Double) -> Bool {
        log.append([
            "epoch": .number(epoch), "eval_loss": .number(loss), "eval_runtime": .number(seconds),
            "eval_samples_per_second": .number(Double(examples) / max(seconds, 1e-9)),
            "step": .integer(Int64(step)),
        ])
        if let best, best.loss <= loss {
            sinceBest += 1
            return false
        }
        best = (step, loss)
        sinceBest = 0
        return true
    }

    /// The points of training and evaluation loss, for a plot.
    var curves: (training: [(step: Int, loss: Double)], evaluation: [(step: Int, loss: Double)]) {
        func points(_ key: String) -> [(step: Int, loss: Double)] {
            log.compactMap { entry in
                guard let step = entry["step"]?.int, let loss = entry[key]?.double else { return nil }
                return (step, loss)
            }
        }
        return (points("loss"), points("eval_loss"))
    }
}

extension RunHistory {
    /// The text of `trainer_state.json`.
    func serialised(plan: RunFigures) -> [UInt8] {
        var object: JSONObject = [
            "best_global_step": best.map { .integer(Int64($0.step)) } ?? .null,
            "best_metric": best.map { .number($0.loss) } ?? .null,
            "best_model_checkpoint": best.map { .string("checkpoint-\($0.step)") } ?? .null,
            "epoch": .number(epoch), "eval_steps": .integer(Int64(plan.evalSteps)),
            "global_step": .integer(Int64(step)), "is_local_process_zero": .bool(true),
            "is_world_process_zero": .bool(true), "log_history": .array(log.map { .object($0) }),
            "logging_steps": .integer(Int64(plan.loggingSteps)),
            "max_steps": .integer(Int64(plan.totalSteps)),
            "num_train_epochs": .integer(Int64(plan.epochs)),
            "save_steps": .integer(Int64(plan.saveSteps)),
            "train_batch_size": .integer(Int64(plan.batchSize)),
        ]
        object["hearth"] = json
        return JSON.object(object).serialised(pretty: true)
    }

    /// What Hugging Face's file has no place for.
    private var json: JSON {
        .object([
            "evaluations_since_best": .integer(Int64(sinceBest)), "stopped_early": .bool(stoppedEarly),
            "loss_sum": .number(total), "unlogged_loss_sum": .number(pending.sum),
            "unlogged_steps": .integer(Int64(pending.steps)),
        ])
    }

    /// Reads `trainer_state.json`; nothing where it is not one of ours.
    init?(_ bytes: MappedBytes) {
        guard let value = try? JSON.parse(bytes), let step = value["global_step"]?.int,
            let epoch = value["epoch"]?.double, let log = value["log_history"]?.array,
            let ours = value["hearth"], let since = ours["evaluations_since_best"]?.int,
            let stopped = ours["stopped_early"]?.bool, let total = ours["loss_sum"]?.double,
            let sum = ours["unlogged_loss_sum"]?.double, let steps = ours["unlogged_steps"]?.int
        else { return nil }
        self.log = log.compactMap(\.object)
        (self.step, self.epoch, sinceBest, stoppedEarly) = (step, epoch, since, stopped)
        (self.total, pending) = (total, (sum, steps))
        if let step = value["best_global_step"]?.int, let loss = value["best_metric"]?.double {
            best = (step, loss)
        }
    }
}

/// The numbers of a recipe that `trainer_state.json` repeats.
struct RunFigures {
    let evalSteps: Int
    let loggingSteps: Int
    let saveSteps: Int
    let totalSteps: Int
    let epochs: Int
    let batchSize: Int
}
