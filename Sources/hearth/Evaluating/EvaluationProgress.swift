import Evaluation
import Foundation

/// How an evaluation goes, for people: one line that is rewritten in a terminal, a few lines elsewhere.
struct EvaluationProgress {
    private let isTerminal: Bool
    /// Seconds between two lines where nobody watches.
    private let pause = 10.0
    private var told: (task: String, at: Double) = ("", 0)

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    /// Shows how far it is.
    mutating func take(_ progress: Evaluation.Progress) {
        let isOver = progress.done == progress.total
        if isTerminal {
            Notice.write("\r\u{1b}[K" + Self.line(progress) + (isOver ? "\n" : ""))
            return
        }
        if progress.task != told.task { told = (progress.task, 0) }
        if isOver || progress.elapsed - told.at >= pause {
            Notice.line(Self.line(progress))
            told.at = progress.elapsed
        }
    }

    /// `[2/5] arc_easy: 120 of 500, 0:12 gone, 0:38 left`
    static func line(_ progress: Evaluation.Progress) -> String {
        // Items come in bunches; what the first of the first bunch promises is not worth saying.
        let isEarly = progress.elapsed < 3 || progress.done == progress.total
        let left = isEarly ? nil : progress.remaining.map { ", \(time($0)) left" }
        return
            "[\(progress.place)/\(progress.tasks)] \(progress.task): \(progress.done) of \(progress.total), \(time(progress.elapsed)) gone\(left ?? "")"
    }

    /// Minutes and seconds, and hours where there are any.
    static func time(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e9)).rounded(.up))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
            : String(format: "%d:%02d", minutes, whole % 60)
    }
}
