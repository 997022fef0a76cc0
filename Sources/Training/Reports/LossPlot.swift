import Foundation

/// The loss over the steps, as a picture in SVG.
///
/// Training losses are drawn thin, their running mean strong, evaluations as dots on
/// a line. The same numbers give the same bytes.
struct LossPlot {
    let title: String
    let training: [(step: Int, loss: Double)]
    let evaluation: [(step: Int, loss: Double)]

    private static let width = 760.0
    private static let height = 440.0
    private static let left = 64.0
    private static let right = 24.0
    private static let top = 48.0
    private static let bottom = 56.0

    /// The picture's text.
    var svg: String {
        let steps = (training + evaluation).map(\.step)
        let losses = (training + evaluation).map(\.loss).filter(\.isFinite)
        let x = Axis(0, Double(max(steps.max() ?? 1, 1)), whole: true)
        let y = Axis(min(losses.min() ?? 0, 0), max(losses.max() ?? 1, 1e-6), whole: false)
        let place = { (point: (step: Int, loss: Double)) in
            (
                Self.left + x.share(Double(point.step)) * (Self.width - Self.left - Self.right),
                Self.height - Self.bottom - y.share(point.loss) * (Self.height - Self.top - Self.bottom)
            )
        }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.digits(Self.width))\" "
                + "height=\"\(Self.digits(Self.height))\" "
                + "viewBox=\"0 0 \(Self.digits(Self.width)) \(Self.digits(Self.height))\" "
                + "font-family=\"sans-serif\" font-size=\"13\">",
            "<title>\(Self.escaped(title))</title>",
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
            Self.text(title, Self.left, 28, anchor: "start", size: 16, fill: "#1f2933"),
        ]
        parts += grid(x, y)
        parts.append(Self.line(training.map(place), "#9db8d9", width: 1))
        parts.append(Self.line(running.map(place), "#1f5fa8", width: 2.2))
        parts.append(Self.line(evaluation.map(place), "#c2410c", width: 1.6))
        for (cx, cy) in evaluation.map(place) {
            parts.append(
                "<circle cx=\"\(Self.digits(cx))\" cy=\"\(Self.digits(cy))\" r=\"3.2\" fill=\"#c2410c\"/>")
        }
        parts += legend
        return parts.filter { !$0.isEmpty }.joined(separator: "\n") + "\n</svg>\n"
    }

    /// The exponential running mean of the training losses, begun without bias.
    private var running: [(step: Int, loss: Double)] {
        let keep = 0.9
        var sum = 0.0
        var weight = 0.0
        return training.map { point in
            sum = keep * sum + (1 - keep) * point.loss
            weight = keep * weight + (1 - keep)
            return (point.step, sum / weight)
        }
    }

    private func grid(_ x: Axis, _ y: Axis) -> [String] {
        let (low, high) = (Self.height - Self.bottom, Self.width - Self.right)
        var parts: [String] = []
        for tick in y.ticks {
            let at = low - y.share(tick) * (low - Self.top)
            parts.append(Self.rule(Self.left, at, high, at, "#e4e7eb"))
            parts.append(Self.text(y.label(tick), Self.left - 8, at + 4, anchor: "end"))
        }
        for tick in x.ticks {
            let at = Self.left + x.share(tick) * (high - Self.left)
            parts.append(Self.rule(at, low, at, low + 5, "#7b8794"))
            parts.append(Self.text(x.label(tick), at, low + 20, anchor: "middle"))
        }
        parts.append(Self.rule(Self.left, low, high, low, "#7b8794"))
        parts.append(Self.text("step", (Self.left + high) / 2, Self.height - 14, anchor: "middle"))
        return parts
    }

    private var legend: [String] {
        var entries = [("loss of a step", "#9db8d9"), ("running mean", "#1f5fa8")]
        if !evaluation.isEmpty { entries.append(("evaluation", "#c2410c")) }
        // Names begin where their marks end: how wide a browser writes them is only guessed.
        var at = Self.width - Self.right
        return entries.reversed().flatMap { name, colour in
            at -= Double(name.count) * 6.2
            let words = Self.text(name, at, 28, anchor: "start")
            let mark = Self.rule(at - 24, 24, at - 6, 24, colour, width: 3)
            at -= 44
            return [words, mark]
        }
    }
}

extension LossPlot {
    /// Where the numbers of one direction lie.
    private struct Axis {
        let from: Double
        let to: Double
        let step: Double

        init(_ low: Double, _ high: Double, whole: Bool) {
            let rough = max(high - low, 1e-9) / 6
            let power = pow(10, log10(rough).rounded(.down))
            let nice = [1.0, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
            step = whole ? max(1, (nice * power).rounded()) : nice * power
            from = (low / step).rounded(.down) * step
            to = whole ? high : (high / step).rounded(.up) * step
        }

        var ticks: [Double] { stride(from: from, through: to + step * 1e-6, by: step).map { $0 } }

        func share(_ value: Double) -> Double {
            value.isFinite ? min(max((value - from) / (to - from), 0), 1) : 1
        }

        func label(_ value: Double) -> String {
            let places = max(0, Int((-log10(step)).rounded(.up)))
            return String(format: "%.\(min(places, 6))f", value)
        }
    }

    private static func digits(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(format: "%.2f", value)
    }

    private static func line(_ points: [(Double, Double)], _ colour: String, width: Double) -> String {
        if points.count < 2 { return "" }
        let path = points.map { "\(digits($0.0)),\(digits($0.1))" }.joined(separator: " ")
        return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" "
            + "stroke-width=\"\(digits(width))\" stroke-linejoin=\"round\"/>"
    }

    private static func rule(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, width: Double = 1
    ) -> String {
        "<line x1=\"\(digits(x1))\" y1=\"\(digits(y1))\" x2=\"\(digits(x2))\" y2=\"\(digits(y2))\" "
            + "stroke=\"\(colour)\" stroke-width=\"\(digits(width))\"/>"
    }

    private static func text(
        _ words: String, _ x: Double, _ y: Double, anchor: String, size: Double = 13, fill: String = "#52606d"
    ) -> String {
        "<text x=\"\(digits(x))\" y=\"\(digits(y))\" text-anchor=\"\(anchor)\" font-size=\"\(digits(size))\" "
            + "fill=\"\(fill)\">\(escaped(words))</text>"
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { out, scalar in
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out += scalar.value < 0x20 ? " " : String(scalar)
            }
        }
    }
}
