import Checkpoint

/// Two evaluations of the same items, compared item by item.
///
/// The verdict on a task rests on its first metric, the one its author put
/// first; Holm's correction runs over the tasks, so that with twenty of them one
/// is not found better by luck. Further metrics are shown with their own p-value
/// and no verdict.
public struct Comparison: Sendable {
    /// One metric of one task.
    public struct Row: Sendable {
        /// The task.
        public let task: String
        /// The metric.
        public let metric: String
        /// Whether more is better.
        public let higherIsBetter: Bool
        /// The first system's score on the common items.
        public let before: Double
        /// The second's.
        public let after: Double
        /// How many items both have.
        public let items: Int
        /// The test; nothing where the metric allows none.
        public let test: PairedTest?
        /// The p-value after the correction, for a task's first metric.
        public internal(set) var adjustedP: Double?
        /// What can be said, for a task's first metric.
        public internal(set) var verdict: Verdict?
        /// The smallest difference these data would have shown in four cases of five.
        public internal(set) var detectable: Double?
    }

    /// The names of the two systems.
    public let subjects: (before: String, after: String)
    /// All rows, tasks in the order of the first results.
    public let rows: [Row]
    /// Items that only one of the two has, by task.
    public let unmatched: [(task: String, items: Int)]
    /// Items that the two were asked in other words (other examples, another prompt), by task.
    public let rephrased: [(task: String, items: Int)]
    /// The level below which a p-value counts.
    public let level: Double
    /// The items of each task that both have, with the metrics they were scored by.
    let tasks: [(name: String, metrics: [MetricSpec], pairs: [Pair])]

    /// Compares two results files, or the newest ones of two folders.
    public init(_ before: String, _ after: String, level: Double = 0.05) throws(ResultsError) {
        let left = try ResultsFile(before)
        let right = try ResultsFile(after)
        subjects = (left.subject, right.subject)
        self.level = level
        var rows: [Row] = []
        var unmatched: [(task: String, items: Int)] = []
        var rephrased: [(task: String, items: Int)] = []
        var tasks: [(name: String, metrics: [MetricSpec], pairs: [Pair])] = []
        for task in left.tasks {
            guard let other = right.tasks.first(where: { $0.name == task.name }) else { continue }
            guard task.version == other.version else {
                throw ResultsError(
                    .otherVersion(task: task.name, here: other.version, there: task.version),
                    at: right.path)
            }
            let pairs = try Self.pairs(task, other, at: right.path)
            let lonely = task.samples.count + other.samples.count - 2 * pairs.count
            if lonely > 0 { unmatched.append((task.name, lonely)) }
            let others = pairs.count { $0.before.promptHash != $0.after.promptHash }
            if others > 0 { rephrased.append((task.name, others)) }
            tasks.append((task.name, task.metrics, pairs))
            for metric in task.metrics {
                if let row = Self.row(task.name, metric, pairs) { rows.append(row) }
            }
        }
        guard !rows.isEmpty else { throw ResultsError(.noCommonTask, at: right.path) }
        self.rows = Self.judged(rows, level: level)
        self.unmatched = unmatched
        self.rephrased = rephrased
        self.tasks = tasks
    }

    typealias Pair = (before: Sample, after: Sample)

    private static func pairs(
        _ left: ResultsFile.TaskSamples, _ right: ResultsFile.TaskSamples, at path: String
    ) throws(ResultsError) -> [Pair] {
        let others = Dictionary(right.samples.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var pairs: [Pair] = []
        for sample in left.samples {
            guard let other = others[sample.id] else { continue }
            guard sample.documentHash == other.documentHash else {
                throw ResultsError(.otherItem(task: left.name, item: sample.id), at: path)
            }
            pairs.append((sample, other))
        }
        guard !pairs.isEmpty else { throw ResultsError(.noCommonItems(task: left.name), at: path) }
        return pairs
    }

    private static func row(_ task: String, _ metric: MetricSpec, _ pairs: [Pair]) -> Row? {
        var before: [[Double]] = []
        var after: [[Double]] = []
        var scored: [Sample] = []
        for pair in pairs {
            guard let left = pair.before.values(metric), let right = pair.after.values(metric) else {
                continue
            }
            before.append(left)
            after.append(right)
            scored.append(pair.before)
        }
        guard !before.isEmpty else { return nil }
        let groups = SampleScores.groups(scored)
        let test: PairedTest? =
            switch metric.aggregation {
            case .mean: PairedTest(before.map { $0[0] }, after.map { $0[0] }, groups: groups)
            case .sums(let score): PairedTest(before, after, groups: groups, score: score)
            case .power(let exponent):
                PairedTest(before, after, groups: groups) { MetricSpec.power(exponent($0)) }
            case .whole: nil
            }
        return Row(
            task: task, metric: metric.name, higherIsBetter: metric.kind.higherIsBetter,
            before: metric.score(before), after: metric.score(after), items: before.count, test: test,
            adjustedP: nil, verdict: nil, detectable: nil)
    }

    /// Verdicts for the first tested metric of each task, corrected over the tasks.
    private static func judged(_ rows: [Row], level: Double) -> [Row] {
        var rows = rows
        var tasks: Set<String> = []
        let first = rows.indices.filter { rows[$0].test != nil && tasks.insert(rows[$0].task).inserted }
        let adjusted = Holm.adjusted(first.map { rows[$0].test?.p ?? 1 })
        for (place, p) in zip(first, adjusted) {
            rows[place].adjustedP = p
            rows[place].verdict = Verdict(
                difference: rows[place].test?.difference ?? 0, p: p,
                higherIsBetter: rows[place].higherIsBetter, level: level)
        }
        for place in rows.indices {
            // The first hypothesis of Holm's order is tested at this level.
            rows[place].detectable = rows[place].test?.detectable(level: level / Double(max(1, first.count)))
        }
        return rows
    }
}
