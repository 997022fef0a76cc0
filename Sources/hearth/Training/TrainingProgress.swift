import Foundation
import Training

/// How a run goes, for people: a bar in a terminal, plain lines elsewhere.
struct TrainingProgress {
    private let total: Int
    private let every: Int
    private let isTerminal: Bool
    private let width: Int
    private var tokens = 0
    private var seconds = 0.0
    private var steps = 0
    /// Whether the last line on the terminal is a bar that has not ended.
    private var isOpen = false

    init(total: Int, every: Int, isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.total = total
        self.every = every
        self.isTerminal = isTerminal
        width = Self.terminalWidth
    }

    /// Shows an event.
    mutating func take(_ event: TrainingEvent) {
        switch event {
        case .began(let step) where step > 0: line("goes on after step \(step) of \(total)")
        case .began: break
        case .damaged(let error): line("a damaged checkpoint is passed over: \(error.sentence)")
        case .step(let report, let seconds):
            tokens += report.tokens
            self.seconds += seconds
            steps += 1
            if isTerminal {
                Notice.write("\r\u{1b}[K" + bar(report))
                isOpen = true
            } else if report.step % every == 0 || report.step == total {
                Notice.line(words(report).joined(separator: "  "))
            }
        case .evaluated(let step, let loss, let isBest, let seconds):
            line(
                "step \(step)/\(total)  eval loss \(Self.number(loss, 4))"
                    + (isBest ? " (the best so far)" : "") + "  \(Self.time(seconds))")
        case .saved(let step): if !isTerminal { line("step \(step)/\(total)  checkpoint-\(step) saved") }
        case .stoppedEarly(let step):
            line("stops after step \(step): no evaluation was better for long enough")
        case .unrecorded(let error): line("the run is not noted in the registry: \(error.sentence)")
        case .finished(let result): finish(result)
        }
    }

    /// Ends the bar where it is, so that what follows has a line of its own.
    mutating func end() {
        if isOpen { Notice.line("") }
        isOpen = false
    }

    /// A line in place of the bar; the next step draws it again.
    private mutating func line(_ text: String) {
        Notice.line((isTerminal ? "\r\u{1b}[K" : "") + text)
        isOpen = false
    }

    private mutating func finish(_ result: TrainingResult) {
        var words = ["\(result.steps) steps in \(Self.time(result.seconds))"]
        words.append("mean loss \(Self.number(result.meanLoss, 4))")
        if let loss = result.evaluation { words.append("eval loss \(Self.number(loss, 4))") }
        if result.resultStep != result.steps {
            words.append("the adapter is that of step \(result.resultStep)")
        }
        if seconds > 0 { words.append("\(Int((Double(tokens) / seconds).rounded())) tokens/s") }
        if let memory = Self.peakMemory { words.append("\(Self.number(memory / 1e9, 2)) GB at most") }
        line(words.joined(separator: ", "))
        line("the adapter is in \(result.path)")
    }

    private func words(_ report: StepReport) -> [String] {
        [
            "step \(report.step)/\(total)", "epoch \(Self.number(report.epoch, 2))",
            "loss \(Self.number(report.loss, 4))", "lr \(Self.power(report.learningRate))",
            "grad \(Self.number(report.gradientNorm, 3))",
            "\(Int((Double(tokens) / max(seconds, 1e-9)).rounded())) tokens/s",
            "\(Self.number(seconds / Double(max(steps, 1)), 2)) s/step", "\(Self.time(left(report))) left",
        ]
    }

    /// What matters most comes first: a narrow terminal cuts the end off.
    private func bar(_ report: StepReport) -> String {
        let share = Double(report.step) / Double(total)
        let cells = 16
        let filled = Int((share * Double(cells)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        let words = words(report)
        let order = [words[0], words[7], words[2], words[3], words[5], words[4], words[6], words[1]]
        let text = "\(Int(share * 100))% \(bar) " + order.joined(separator: " · ")
        return String(text.prefix(max(20, width - 1)))
    }

    private func left(_ report: StepReport) -> Double {
        seconds / Double(max(steps, 1)) * Double(total - report.step)
    }
}

extension TrainingProgress {
    /// A number with so many digits after the point.
    static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A small number as people write learning rates.
    static func power(_ value: Double) -> String { value == 0 ? "0" : String(format: "%.2e", value) }

    /// Hours, minutes and seconds, as far as there are any.
    static func time(_ seconds: Double) -> String {
        if seconds < 60 { return "\(number(seconds, 1)) s" }
        let whole = Int(min(seconds, 1e9).rounded())
        if whole < 3600 { return String(format: "%d:%02d min", whole / 60, whole % 60) }
        return String(format: "%d:%02d h", whole / 3600, whole % 3600 / 60)
    }

    /// The most memory this process had, in bytes.
    static var peakMemory: Double? {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return nil }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("VmHWM:")
        }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
    }

    private static var terminalWidth: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }
}
