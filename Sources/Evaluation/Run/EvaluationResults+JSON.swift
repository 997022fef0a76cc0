import Checkpoint

extension EvaluationResults {
    /// The results as lm-evaluation-harness writes them, with our intervals beside.
    ///
    /// Keys are its own (`results`, `"acc,none"`, `"acc_stderr,none"`, `versions`,
    /// `n-shot`, `higher_is_better`, `n-samples`, `configs`, `config`), so that
    /// what reads its files reads these.
    public var json: JSON {
        func each(_ value: (TaskScores) -> JSON) -> JSON {
            .object(JSONObject(tasks.map { (key: $0.name, value: value($0)) }))
        }
        return .object([
            "results": each(\.results),
            "group_subtasks": each { _ in .array([]) },
            "configs": each(\.config),
            "versions": each { .string($0.version) },
            "n-shot": each { .integer(Int64($0.fewshot)) },
            "higher_is_better": each { task in
                .object(JSONObject(task.scores.map { ($0.name, .bool($0.higherIsBetter)) }))
            },
            "n-samples": each { task in
                .object(["original": .integer(Int64(task.items)), "effective": .integer(Int64(task.items))])
            },
            "intervals": each(\.intervals),
            "task_hashes": each { .string($0.hash) },
            "config": .object(JSONObject(config.map { ($0.key, .string($0.value)) })),
            "model_name": .string(subject),
            "date": .string(time),
            "total_evaluation_time_seconds": .string("\(seconds)"),
        ])
    }
}

extension EvaluationResults.TaskScores {
    fileprivate var results: JSON {
        var object: JSONObject = ["alias": .string(name), "sample_len": .integer(Int64(items))]
        for score in scores {
            object[score.name + ",none"] = .number(score.value)
            object[score.name + "_stderr,none"] = score.error.map(JSON.number) ?? .string("N/A")
        }
        if let nonsense { object["judge_nonsense,none"] = .integer(Int64(nonsense)) }
        if let judge {
            object["judge_agreement,none"] = .number(judge.agreement)
            object["judge_kappa,none"] = .number(judge.kappa)
        }
        return .object(object)
    }

    fileprivate var intervals: JSON {
        .object(
            JSONObject(
                scores.compactMap { score in
                    score.interval.map {
                        (score.name, .array([.number($0.lowerBound), .number($0.upperBound)]))
                    }
                }))
    }

    fileprivate var config: JSON {
        let metrics = task.metrics.map { metric -> JSON in
            .object([
                "metric": .string(metric.kind.rawValue), "name": .string(metric.name),
                "rules": .string(metric.rules.rawValue), "bins": .integer(Int64(metric.bins)),
                "fields": .array(metric.fields.map(JSON.string)), "addresses": .bool(metric.addresses),
            ])
        }
        return .object([
            "task": .string(name),
            "output_type": .string(task.kind.rawValue),
            "num_fewshot": .integer(Int64(fewshot)),
            "metric_list": .array(metrics),
            "metadata": .object(["version": .string(version)]),
        ])
    }

    /// One digest of everything that was asked.
    fileprivate var hash: String {
        let parts = samples.flatMap { sample in
            ["doc_hash", "prompt_hash", "target_hash"].map { sample.json[$0]?.string ?? "" }
        }
        return SHA256.hex(of: Array(parts.joined().utf8))
    }
}
