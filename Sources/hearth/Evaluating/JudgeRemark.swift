import Evaluation
import Foundation

/// What has to be known of a judge before its scores are believed, for people.
enum JudgeRemark {
    /// One line for each task that a judge scored.
    static func lines(_ results: EvaluationResults) -> [String] {
        results.tasks.compactMap { task in
            task.nonsense.map { line(task.name, items: task.items, nonsense: $0, task.judge) }
        }
    }

    static func line(_ task: String, items: Int, nonsense: Int, _ agreement: JudgeAgreement?) -> String {
        let counted =
            "\(task): the judge spoke nonsense on \(nonsense) of \(items) answers, which are part of no score; "
        guard let agreement else {
            return counted + "how far it agrees with people was not measured (judge: labelled)"
        }
        let all = agreement.judged + agreement.nonsense
        return counted
            + String(
                format: "it agrees with %d of %d labels, kappa %.2f", agreement.agreed, all, agreement.kappa)
    }
}
