import Checkpoint
import Foundation

extension Comparison {
    /// The comparison as a table for the terminal.
    public var table: String {
        let header = [
            "Tasks", "Metric", "", "n", "A", "B", "B-A", "95 % interval", "p", "p (Holm)", "detectable",
            "verdict",
        ]
        var last = ""
        let cells = rows.map { row in
            let name = row.task == last ? "" : row.task
            last = row.task
            return [
                name, row.metric, row.higherIsBetter ? "↑" : "↓", String(row.items),
                ResultsTable.four(row.before), ResultsTable.four(row.after),
                Self.signed(row.after - row.before),
                row.test?.interval.map { "\(Self.signed($0.lowerBound)) … \(Self.signed($0.upperBound))" }
                    ?? "",
                Self.chance(row.test?.p), Self.chance(row.adjustedP),
                row.detectable.map(ResultsTable.four) ?? "", row.verdict?.rawValue ?? "",
            ]
        }
        return ResultsTable.markdown(header, cells, right: [3, 4, 5, 6, 7, 8, 9, 10])
    }

    /// One sentence for each verdict, for people who do not read tables.
    public var summary: [String] {
        rows.compactMap { row in
            guard let verdict = row.verdict, let test = row.test else { return nil }
            let flips = test.flips.map { " (\($0.gained) items gained, \($0.lost) lost)" } ?? ""
            let size = "\(row.metric) \(Self.signed(test.difference))\(flips)"
            let seen = row.detectable.map { " A difference of \(ResultsTable.four($0)) would have been." }
            return switch verdict {
            case .better: "\(row.task): B is better, \(size), \(test.method.rawValue)."
            case .worse: "\(row.task): B is worse, \(size), \(test.method.rawValue)."
            case .notShown: "\(row.task): no difference is shown, \(size).\(seen ?? "")"
            }
        }
    }

    /// The comparison for programs.
    public var json: JSON {
        .object([
            "a": .string(subjects.before), "b": .string(subjects.after), "level": .number(level),
            "rows": .array(rows.map(\.json)),
            "rephrased": .object(JSONObject(rephrased.map { ($0.task, .integer(Int64($0.items))) })),
            "unmatched": .object(JSONObject(unmatched.map { ($0.task, .integer(Int64($0.items))) })),
        ])
    }

    static func signed(_ value: Double) -> String { String(format: "%+.4f", value) }

    static func chance(_ p: Double?) -> String {
        guard let p else { return "" }
        return p < 0.0001 ? "<0.0001" : ResultsTable.four(p)
    }
}

extension Comparison.Row {
    fileprivate var json: JSON {
        func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
        return .object([
            "task": .string(task), "metric": .string(metric), "higher_is_better": .bool(higherIsBetter),
            "n": .integer(Int64(items)), "a": .number(before), "b": .number(after),
            "difference": number(test?.difference), "stderr": number(test?.error),
            "interval": test?.interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
                ?? .null,
            "test": test.map { .string($0.method.rawValue) } ?? .null, "p": number(test?.p),
            "p_exact": number(test?.exactP), "p_holm": number(adjustedP),
            "gained": test?.flips.map { .integer(Int64($0.gained)) } ?? .null,
            "lost": test?.flips.map { .integer(Int64($0.lost)) } ?? .null,
            "detectable": number(detectable),
            "verdict": verdict.map { .string($0.rawValue) } ?? .null,
        ])
    }
}
