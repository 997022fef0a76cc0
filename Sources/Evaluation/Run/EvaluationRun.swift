import Checkpoint
import Foundation

/// An evaluation of one subject on some suites.
///
/// With an output folder every answer is kept the moment it is known. An
/// evaluation that was stopped and is asked for again, the same subject, suites,
/// data and limit, goes on where it was; anything else begins anew beside it.
public struct EvaluationRun: Sendable {
    /// The suites, in order.
    public let suites: [Suite]
    /// What is evaluated.
    public let subject: any Subject
    /// Where files go; nothing where only the scores are wanted.
    public let output: String?
    /// At most so many items of each task.
    public let limit: Int?
    /// How a judge is reached, where a task has one.
    public let transport: (any JudgeTransport)?

    /// An evaluation, not yet begun.
    public init(
        suites: [Suite], subject: any Subject, output: String? = nil, limit: Int? = nil,
        transport: (any JudgeTransport)? = nil
    ) {
        self.suites = suites
        self.subject = subject
        self.output = output
        self.limit = limit
        self.transport = transport
    }

    /// Reads all data of some suites and throws what is wrong with them.
    ///
    /// Needs no subject: a bad row is told before a model is loaded for it.
    public static func check(_ suites: [Suite], limit: Int? = nil) throws {
        let tasks = suites.flatMap(\.tasks)
        try checkNames(tasks)
        for task in tasks {
            let items = try ItemRenderer.items(of: task, limit: limit)
            guard let judge = task.judge, task.metrics.contains(where: { $0.kind == .judged }) else {
                continue
            }
            _ = try key(of: judge)
            _ = try JudgeLabel.read(judge)
            for item in items { try judge.check(document(of: item, task)) }
        }
    }

    /// Runs every task; `progress` hears of every finished item, and after each
    /// `isStopped` is asked whether to end here.
    ///
    /// Bad data, an unwritable folder and whatever the subject throws end it;
    /// what was answered until then is kept.
    public func run(
        progress: (Progress) -> Void = { _ in }, isStopped: () -> Bool = { false }
    ) async throws -> EvaluationResults {
        let clock = ContinuousClock.now
        let tasks = suites.flatMap(\.tasks)
        try Self.checkNames(tasks)
        // All data are read before the first question: a bad row in the last task
        // must not be found an hour later.
        var items: [[Item]] = []
        for task in tasks { items.append(try ItemRenderer.items(of: task, limit: limit)) }
        let digests = suites.map { $0.digest() }
        let config = config(digests)
        let folder = try output.map { path throws(RunError) in
            try RunFolder.opened(
                path, identity: .object(JSONObject(config.map { ($0.key, .string($0.value)) })))
        }
        var scores: [EvaluationResults.TaskScores] = []
        let origins = zip(suites, digests).flatMap { suite, digest in
            suite.tasks.map { _ in Origin(suite: suite.name, digest: digest) }
        }
        for (place, task) in tasks.enumerated() {
            let report: (Int, Int, Pace) throws -> Void = { done, total, pace in
                progress(
                    Progress(
                        task: task.name, place: place + 1, tasks: tasks.count, done: done, total: total,
                        elapsed: pace.elapsed, remaining: pace.remaining))
                guard isStopped() else { return }
                throw RunInterruption(task: task.name, done: done, total: total, folder: folder?.path)
            }
            scores.append(try await run(task, of: origins[place], items[place], folder, report))
        }
        let seconds = (ContinuousClock.now - clock) / .seconds(1)
        let results = EvaluationResults(
            subject: subject.name, config: config, time: folder?.time ?? RunFolder.now(), seconds: seconds,
            tasks: scores)
        try folder?.finish(results)
        return results
    }

    private static func checkNames(_ tasks: [EvaluationTask]) throws(RunError) {
        var names: Set<String> = []
        for task in tasks where !names.insert(task.name).inserted { throw .sameTaskTwice(task.name) }
    }

    /// Everything that decides the answers, data files included.
    private func config(_ digests: [String]) -> [(key: String, value: String)] {
        [(key: "model", value: subject.name)] + subject.identity
            + [(key: "limit", value: limit.map(String.init) ?? "none")]
            + zip(suites, digests).map { (key: "suite_\($0.name)", value: $1) }
    }

    private struct Origin {
        let suite: String
        let digest: String
    }

    private func run(
        _ task: EvaluationTask, of origin: Origin, _ items: [Item], _ folder: RunFolder?,
        _ report: (_ done: Int, _ total: Int, Pace) throws -> Void
    ) async throws -> EvaluationResults.TaskScores {
        // The judge is measured first: one that is not there is found before an hour's answers.
        let judge = try judge(of: task)
        let agreement = try await agreement(judge, task)
        let journal = try folder?.journal(task.name)
        var samples = journal?.samples ?? [:]
        let open = items.filter { samples[$0.id] == nil }
        var pace = Pace(open.map(\.size), isWriting: task.kind == .generate)
        func keep(_ outcome: Outcome) throws {
            let sample = Sample(outcome, task: task)
            try journal?.append(sample)
            samples[sample.id] = sample
            pace.advance(outcome.item.size)
            try report(samples.count, items.count, pace)
        }
        if let judge {
            // A judged answer is kept when it is judged, so that what is kept is
            // whole; a few at a time, so that little is lost when it is stopped.
            let batch = task.batch ?? 32
            for start in stride(from: 0, to: open.count, by: batch) {
                let part = Array(open[start..<min(start + batch, open.count)])
                var answered: [Outcome] = []
                try await TaskRun(task: task, subject: subject, items: part).run { answered.append($0) }
                for outcome in answered { try keep(try await judged(outcome, judge, task)) }
            }
        } else {
            try await TaskRun(task: task, subject: subject, items: open).run { try keep($0) }
        }
        let ordered = items.compactMap { samples[$0.id] }
        try folder?.finish(journal, task.name)
        return EvaluationResults.TaskScores(
            suite: origin.suite, suiteDigest: origin.digest, name: task.name,
            version: task.version, fewshot: task.fewshot.count,
            scores: SampleScores.all(ordered, task.metrics), items: ordered.count, judge: agreement,
            task: task, samples: ordered)
    }

    // MARK: Judging

    private func judge(of task: EvaluationTask) throws(JudgeError) -> Judge? {
        guard let spec = task.judge, task.metrics.contains(where: { $0.kind == .judged }) else { return nil }
        guard let transport else {
            throw JudgeError(.noTransport, host: spec.endpoint.host, port: spec.endpoint.port)
        }
        return Judge(spec: spec, transport: transport, key: try Self.key(of: spec))
    }

    /// The key in a judge's file: one line, and nothing in it that a header could not hold.
    private static func key(of spec: JudgeSpec) throws(JudgeError) -> String? {
        guard let path = spec.keyFile else { return nil }
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        let key = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw JudgeError(.noKey(path: path), host: spec.endpoint.host, port: spec.endpoint.port)
        }
        return key
    }

    private static func document(of item: Item, _ task: EvaluationTask) -> Document {
        Document(json: item.document, path: task.data.path, row: item.id + 1)
    }

    private func judged(_ outcome: Outcome, _ judge: Judge, _ task: EvaluationTask) async throws -> Outcome {
        var outcome = outcome
        let document = Self.document(of: outcome.item, task)
        outcome.judged = try await judge.share(outcome.answer ?? "", document: document)
        return outcome
    }

    private func agreement(_ judge: Judge?, _ task: EvaluationTask) async throws -> JudgeAgreement? {
        guard let judge, let labels = try JudgeLabel.read(judge.spec) else { return nil }
        return try await judge.agreement(on: labels)
    }
}

/// Scores of samples, metric by metric: the one place where samples become figures.
enum SampleScores {
    static func all(_ samples: [Sample], _ metrics: [MetricSpec]) -> [MetricScore] {
        metrics.compactMap { metric in
            var rows: [[Double]] = []
            var scored: [Sample] = []
            for sample in samples {
                guard let values = sample.values(metric) else { continue }
                rows.append(values)
                scored.append(sample)
            }
            return MetricScore(metric, rows, groups: groups(scored))
        }
    }

    /// Numbers for the groups, in the order they first occur; nothing where there are none.
    static func groups(_ samples: [Sample]) -> [Int]? {
        let names = samples.compactMap(\.group)
        guard !names.isEmpty, names.count == samples.count else { return nil }
        var numbers: [[UInt8]: Int] = [:]
        return names.map { name in
            let key = Array(name.utf8)
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            return number
        }
    }
}
