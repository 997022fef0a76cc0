/// A small drawing with two axes, as inline SVG.
///
/// Data coordinates go in, pixels come out; marks are put on in the order in
/// which they are drawn. Colours are CSS classes, so that the page decides.
struct Plot {
    let width: Double
    let height: Double
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    private let left = 52.0
    private let right = 14.0
    private let top = 12.0
    private let bottom = 38.0
    private var marks: [HTML] = []

    init(width: Double = 440, height: Double = 260, x: ClosedRange<Double>, y: ClosedRange<Double>) {
        self.width = width
        self.height = height
        self.x = Self.widened(x)
        self.y = Self.widened(y)
    }

    private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        range.upperBound > range.lowerBound ? range : range.lowerBound...(range.lowerBound + 1)
    }

    private func across(_ value: Double) -> Double {
        let share = (value - x.lowerBound) / (x.upperBound - x.lowerBound)
        return left + share * (width - left - right)
    }

    private func down(_ value: Double) -> Double {
        let share = (value - y.lowerBound) / (y.upperBound - y.lowerBound)
        return height - bottom - share * (height - top - bottom)
    }

    // MARK: Marks

    mutating func line(_ points: [(Double, Double)], _ kind: HTML) {
        let path = points.map { point -> HTML in "\(across(point.0)),\(down(point.1))" }
        marks.append("<polyline class=\"\(kind)\" points=\"\(HTML(path))\"/>")
    }

    mutating func dot(_ x: Double, _ y: Double, _ kind: HTML, title: String, radius: Double = 4) {
        marks.append(
            "<circle class=\"\(kind)\" cx=\"\(across(x))\" cy=\"\(down(y))\" r=\"\(radius)\"><title>\(title)</title></circle>"
        )
    }

    mutating func bar(from start: Double, to end: Double, height value: Double, _ kind: HTML, title: String) {
        let edge = down(max(value, y.lowerBound))
        let base = down(y.lowerBound)
        marks.append(
            "<rect class=\"\(kind)\" x=\"\(across(start) + 1)\" y=\"\(edge)\" width=\"\(max(1, across(end) - across(start) - 2))\" height=\"\(max(0, base - edge))\"><title>\(title)</title></rect>"
        )
    }

    // MARK: The drawing

    /// The drawing with its axes; `label` says to a reader who cannot see it what it shows.
    func svg(label: String, x xName: String, y yName: String, names: [String]? = nil) -> HTML {
        let base = down(y.lowerBound)
        var axes: [HTML] = [
            "<line class=\"axis\" x1=\"\(left)\" y1=\"\(base)\" x2=\"\(width - right)\" y2=\"\(base)\"/>"
        ]
        for tick in Self.ticks(x) {
            axes.append(
                "<text class=\"tick\" x=\"\(across(tick))\" y=\"\(base + 15)\" text-anchor=\"middle\">\(Self.short(tick))</text>"
            )
        }
        for tick in Self.ticks(y) {
            axes.append(
                "<line class=\"grid\" x1=\"\(left)\" y1=\"\(down(tick))\" x2=\"\(width - right)\" y2=\"\(down(tick))\"/><text class=\"tick\" x=\"\(left - 6)\" y=\"\(down(tick) + 4)\" text-anchor=\"end\">\(Self.short(tick))</text>"
            )
        }
        axes.append(
            "<text class=\"name\" x=\"\((left + width - right) / 2)\" y=\"\(height - 5)\" text-anchor=\"middle\">\(xName)</text>"
        )
        axes.append(
            "<text class=\"name\" transform=\"translate(12 \((top + base) / 2)) rotate(-90)\" text-anchor=\"middle\">\(yName)</text>"
        )
        return
            "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(label)\">\(HTML(axes))\(HTML(marks))</svg>"
    }

    /// Four to eight round numbers across a range.
    static func ticks(_ range: ClosedRange<Double>) -> [Double] {
        let span = range.upperBound - range.lowerBound
        var step = 1.0
        while step > span / 4 { step /= 10 }
        while step * 10 <= span / 4 { step *= 10 }
        step *= step * 5 <= span / 4 ? 5 : step * 2 <= span / 4 ? 2 : 1
        let first = (range.lowerBound / step).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 50 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    static func short(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : "\(rounded)"
    }
}
