import Foundation

/// A small picture of a series: its usual range, its line, and where it left.
public enum Graph {
    /// An SVG of 320 by 90 points, with everything in it: no style sheet, no script.
    public static func svg(_ deviation: Deviation) -> String {
        svg(
            times: deviation.times, values: deviation.values,
            range: deviation.baseline.range(at: deviation.onset), onset: deviation.onset,
            title: deviation.key.text)
    }

    /// The same for any samples.
    public static func svg(
        times: [Double], values: [Double], range: ClosedRange<Double>?, onset: Double?, title: String
    ) -> String {
        let width = 320.0, left = 4.0, top = 14.0, bottom = 76.0
        guard let first = times.first, let last = times.last, last > first, times.count == values.count else {
            return
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 90\" role=\"img\"><title>no samples</title></svg>"
        }
        let low = min(values.min() ?? 0, range?.lowerBound ?? .infinity)
        let high = max(values.max() ?? 1, range?.upperBound ?? -.infinity)
        let room = high > low ? high - low : max(abs(high), 1)
        func x(_ time: Double) -> String {
            String(format: "%.1f", left + (time - first) / (last - first) * (width - 2 * left))
        }
        func y(_ value: Double) -> String {
            String(format: "%.1f", bottom - (value - low) / room * (bottom - top))
        }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 90\" width=\"320\" height=\"90\" role=\"img\" font-family=\"system-ui,sans-serif\" font-size=\"9\">",
            "<title>\(HTML.escaped(title))</title>",
        ]
        if let range {
            let upper = min(high, range.upperBound), lower = max(low, range.lowerBound)
            let size = String(format: "%.1f", max(1, (upper - lower) / room * (bottom - top)))
            parts.append(
                "<rect x=\"\(x(first))\" y=\"\(y(upper))\" width=\"\(width - 2 * left)\" height=\"\(size)\" fill=\"#7a9e7e\" opacity=\".22\"/>"
            )
        }
        if let onset, onset >= first, onset <= last {
            parts.append(
                "<line x1=\"\(x(onset))\" x2=\"\(x(onset))\" y1=\"\(top)\" y2=\"\(bottom)\" stroke=\"#b4450f\" stroke-dasharray=\"3 2\"/>"
            )
        }
        let points = zip(times, values).map { "\(x($0)),\(y($1))" }.joined(separator: " ")
        parts.append("<polyline points=\"\(points)\" fill=\"none\" stroke=\"#b4450f\" stroke-width=\"1.4\"/>")
        parts.append("<text x=\"\(left)\" y=\"10\" fill=\"#6d675f\">\(Numbers.short(high))</text>")
        parts.append(
            "<text x=\"\(left)\" y=\"87\" fill=\"#6d675f\">\(Clock.minute(first))  ·  low \(Numbers.short(low))</text>"
        )
        parts.append(
            "<text x=\"\(width - left)\" y=\"87\" text-anchor=\"end\" fill=\"#6d675f\">\(Clock.minute(last)) UTC</text></svg>"
        )
        return parts.joined()
    }
}
