import Corpus

/// The lengths of datasets as a drawing: one panel a dataset, all on the same scale.
struct DataPlot {
    private let all: [DataStatistics]
    private let width = 760.0
    private let panel = 190.0
    private let left = 64.0
    private let right = 24.0
    private let bins = 40

    init(_ all: [DataStatistics]) { self.all = all }

    private var most: Double { Double(max(1, all.map { $0.quantile(1) }.max() ?? 1)) }

    private func x(_ length: Double) -> Double { left + length / most * (width - left - right) }

    var svg: String {
        let height = panel * Double(all.count) + 40
        let unit = all.first?.unit.rawValue ?? ""
        var marks = all.enumerated().map { drawn($1, top: Double($0) * panel) }
        marks.append(text("\(unit) in an example", (left + width - right) / 2, height - 10, "middle", "name"))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.short(width)) \(Self.short(height))" \
            width="\(Self.short(width))" height="\(Self.short(height))" role="img" aria-label="Lengths of examples">
            <style>
            text { font: 11px system-ui, sans-serif; fill: #667085; } .title { font-size: 13px; fill: #1c2430; }
            .name { font-size: 12px; } .bar { fill: #2f6f9f; } .axis { stroke: #98a2b3; } .grid { stroke: #e3e7ee; }
            .median { stroke: #b4472e; stroke-width: 1.5; } .late { stroke: #b4472e; stroke-dasharray: 4 3; }
            .mark { fill: #b4472e; }
            </style>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(marks.joined(separator: "\n"))
            </svg>
            """
    }

    private func drawn(_ own: DataStatistics, top: Double) -> String {
        let base = top + panel - 24
        let high = top + 52
        var counts = [Int](repeating: 0, count: bins)
        for length in own.lengths { counts[min(bins - 1, Int(Double(length) / most * Double(bins)))] += 1 }
        let tallest = max(1, counts.max() ?? 1)
        func y(_ count: Double) -> Double { base - count / Double(tallest) * (base - high) }
        var marks = [
            text(Self.escaped(own.path), left, top + 20, "start", "title"),
            text(
                "\(own.lengths.count) examples about \(own.texts) texts, \(TrainingHeader.grouped(own.total)) "
                    + "\(own.unit.rawValue), shared \(TrainingProgress.number(own.sharedFactor, 2)) times",
                left, top + 36, "start", "note"),
        ]
        for tick in Self.ticks(Double(tallest)) {
            marks.append(line(left, y(tick), width - right, y(tick), "grid"))
            marks.append(text(Self.short(tick), left - 6, y(tick) + 4, "end", "tick"))
        }
        for (bin, count) in counts.enumerated() where count > 0 {
            let start = x(Double(bin) * most / Double(bins)), end = x(Double(bin + 1) * most / Double(bins))
            marks.append(
                "<rect class=\"bar\" x=\"\(Self.short(start + 0.5))\" y=\"\(Self.short(y(Double(count))))\" "
                    + "width=\"\(Self.short(end - start - 1))\" height=\"\(Self.short(base - y(Double(count))))\"/>"
            )
        }
        marks.append(line(left, base, width - right, base, "axis"))
        for tick in Self.ticks(most) {
            marks.append(text(Self.short(tick), x(tick), base + 14, "middle", "tick"))
        }
        let (median, late) = (Double(own.quantile(0.5)), Double(own.quantile(0.95)))
        // Beside the panel's title: on the lines themselves the two would cover each other.
        marks.append(
            text(
                "— median \(Self.short(median))   - - 95 % \(Self.short(late))", width - right, top + 36,
                "end", "mark"))
        marks.append(line(x(median), high - 4, x(median), base, "median"))
        marks.append(line(x(late), high - 4, x(late), base, "late"))
        return marks.joined(separator: "\n")
    }

    private func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String, _ kind: String) -> String {
        "<text class=\"\(kind)\" x=\"\(Self.short(x))\" y=\"\(Self.short(y))\" text-anchor=\"\(anchor)\">\(words)</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
        "<line class=\"\(kind)\" x1=\"\(Self.short(x1))\" y1=\"\(Self.short(y1))\" x2=\"\(Self.short(x2))\" y2=\"\(Self.short(y2))\"/>"
    }

    /// Three to six round numbers up to the most.
    static func ticks(_ most: Double) -> [Double] {
        var step = 1.0
        while most / step > 6 {
            let lead = step.description.first
            step *= lead == "2" ? 2.5 : 2
        }
        return stride(from: 0, through: most, by: step).map { $0 }
    }

    private static func short(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
