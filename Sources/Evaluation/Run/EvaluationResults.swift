import Checkpoint

/// What an evaluation found.
public struct EvaluationResults: Sendable {
    /// One task's scores.
    public struct TaskScores: Sendable {
        /// The suite it is part of.
        public let suite: String
        /// The digest of that suite's file.
        public let suiteDigest: String
        /// The task's name.
        public let name: String
        /// Its version.
        public let version: String
        /// How many examples each prompt showed.
        public let fewshot: Int
        /// Its metrics, in the order of the suite.
        public let scores: [MetricScore]
        /// How many items were scored, and how many the data has.
        public let items: Int
        /// How well the judge agrees with people, where it was measured.
        public let judge: JudgeAgreement?

        let task: EvaluationTask
        let samples: [Sample]

        /// Answers on which the judge spoke nonsense, where a judge was asked;
        /// they are counted here and are part of no score.
        public var nonsense: Int? {
            guard let metric = task.metrics.first(where: { $0.kind == .judged }) else { return nil }
            return samples.count { $0.values(metric) == nil }
        }
    }

    /// The subject's name.
    public let subject: String
    /// What the subject is, and what was asked for: enough to do it again.
    public let config: [(key: String, value: String)]
    /// When it began, as its files are named.
    public let time: String
    /// Seconds it took; those of an earlier process that was stopped do not count.
    public let seconds: Double
    /// All tasks.
    public let tasks: [TaskScores]
}
