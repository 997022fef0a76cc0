import Foundation

/// The table lm-evaluation-harness prints.
enum ResultsTable {
    private static let header = [
        "Tasks", "Version", "Filter", "n-shot", "Metric", "", "Value", "", "Stderr",
    ]
    /// Numbers stand to the right.
    private static let right: Set<Int> = [1, 3, 6, 8]

    static func text(_ results: EvaluationResults) -> String {
        markdown(header, results.tasks.flatMap(rows), right: right)
    }

    private static func rows(_ task: EvaluationResults.TaskScores) -> [[String]] {
        task.scores.sorted { $0.name < $1.name }.enumerated().map { place, score in
            let isFirst = place == 0
            return [
                isFirst ? task.name : "", isFirst ? task.version : "", "none", String(task.fewshot),
                score.name, score.higherIsBetter ? "↑" : "↓", four(score.value), "±",
                score.error.map(four) ?? "   N/A",
            ]
        }
    }

    /// Four digits after the point; what would be longer than a line's column, as a power of ten.
    static func four(_ value: Double) -> String {
        String(format: abs(value) < 1e9 ? "%.4f" : "%.3e", value)
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// A markdown table, headings in the middle; a column of numbers has a colon after its rule.
    static func markdown(_ header: [String], _ rows: [[String]], right: Set<Int>) -> String {
        let widths = header.indices.map { column in
            ([header] + rows).reduce(3) { max($0, $1[column].count) }
        }
        func centred(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let room = widths[column] - cell.count
                return blanks(room / 2) + cell + blanks(room - room / 2)
            }
            return "|" + padded.joined(separator: "|") + "|"
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let blank = blanks(widths[column] - cell.count)
                return right.contains(column) ? blank + cell : cell + blank
            }
            return "|" + padded.joined(separator: "|") + "|"
        }
        let rule = header.indices.map { column in
            let dashes = String(repeating: "-", count: max(0, widths[column] - 1))
            return dashes + (right.contains(column) ? ":" : "-")
        }
        return ([centred(header), "|" + rule.joined(separator: "|") + "|"] + rows.map(line))
            .joined(separator: "\n")
    }
}

extension EvaluationResults {
    /// The table for the terminal, as lm-evaluation-harness prints it.
    public var table: String { ResultsTable.text(self) }
}
