import Checkpoint

/// The figures of many replays together.
public struct ReplayReport: Sendable {
    /// The results, one a scenario.
    public let results: [ReplayResult]

    /// A report of results.
    public init(_ results: [ReplayResult]) { self.results = results }

    private func sum(_ path: KeyPath<ReplayResult, Int>) -> Int {
        results.reduce(0) { $0 + $1[keyPath: path] }
    }

    private static func share(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? .nan : Double(part) / Double(whole)
    }

    /// Of the planted anomalies, the share that was found.
    public var recall: Double { Self.share(sum(\.found), sum(\.planted)) }
    /// Of those the channel did not know, the share that was said.
    public var newsRecall: Double { Self.share(sum(\.said), sum(\.unknown)) }
    /// Of the interjections, the share that was news.
    public var precision: Double { Self.share(sum(\.news), sum(\.interjections)) }
    /// Interjections that said something again.
    public var repeated: Int { sum(\.repeated) }
    /// Summaries with a number or time the evidence does not have.
    public var ungrounded: Int { sum(\.ungrounded) }

    /// All figures as JSON.
    public var json: JSON {
        let delays = results.flatMap(\.delays).sorted()
        let estimates = results.flatMap(\.estimates)
        let errors = estimates.map { abs($0.error) }.sorted()
        let bias = estimates.map(\.error).sorted()
        let relative = estimates.map { abs($0.error) / max($0.left, 60) }.sorted()
        func quantile(_ sorted: [Double], _ share: Double) -> JSON {
            sorted.isEmpty ? .null : .number(Baseline.quantile(sorted, share))
        }
        func number(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
        return .object([
            "scenarios": .integer(Int64(results.count)), "planted": .integer(Int64(sum(\.planted))),
            "found": .integer(Int64(sum(\.found))), "recall": number(recall),
            "unknown_to_channel": .integer(Int64(sum(\.unknown))), "said": .integer(Int64(sum(\.said))),
            "news_recall": number(newsRecall), "interjections": .integer(Int64(sum(\.interjections))),
            "news": .integer(Int64(sum(\.news))), "precision": number(precision),
            "repeated": .integer(Int64(repeated)), "delay_median_s": quantile(delays, 0.5),
            "delay_p90_s": quantile(delays, 0.9), "estimates": .integer(Int64(estimates.count)),
            "time_to_normal_error_median_s": quantile(errors, 0.5),
            "time_to_normal_bias_median_s": quantile(bias, 0.5),
            "time_to_normal_error_p90_s": quantile(errors, 0.9),
            "time_to_normal_relative_error_median": quantile(relative, 0.5),
            "interval_coverage": number(Self.share(estimates.count { $0.isInside }, estimates.count)),
            "summaries": .integer(Int64(sum(\.summaries))), "ungrounded": .integer(Int64(ungrounded)),
            "settled": .integer(Int64(results.count { $0.settled != nil })),
            "settled_too_early": .integer(Int64(results.count { $0.settled == false })),
        ])
    }

    /// The figures for people.
    public var text: String {
        guard case .object(let object) = json else { return "" }
        let width = object.keys.map(\.utf8.count).max() ?? 0
        return object.members.map { key, value in
            let shown: String =
                switch value {
                case .integer(let whole): "\(whole)"
                case .number(let number): Numbers.short(number)
                default: "-"
                }
            return key + String(repeating: " ", count: width + 2 - key.utf8.count) + shown
        }.joined(separator: "\n") + "\n"
    }

    /// What was said wrongly and what was missed, scenario by scenario.
    public var details: String {
        results.map { result in
            ([
                "\(result.name): found \(result.found)/\(result.planted), said \(result.said)/\(result.unknown), news \(result.news)/\(result.interjections)"
            ]
                + result.wrong.map { "  no news: \($0)" } + result.missed.map { "  missed: \($0)" })
                .joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }
}
