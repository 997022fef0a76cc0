/// A piece of a page: text that is already safe.
///
/// The only ways to make one are escaping and putting pieces together, so text
/// from models and data cannot become markup by being forgotten.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    let text: String

    /// Markup written in this program.
    init(stringLiteral markup: String) { text = markup }

    init(stringInterpolation parts: Interpolation) { text = parts.text }

    private init(raw: String) { text = raw }

    /// Pieces one after another.
    init(_ pieces: [HTML]) { text = pieces.map(\.text).joined(separator: "\n") }

    /// A name as programs write it, which a narrow column may cut after an underscore.
    static func name(_ name: String) -> HTML { HTML(raw: escaped(name).replacing("_", with: "_<wbr>")) }

    struct Interpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ markup: String) { text += markup }

        /// A piece that is safe already.
        mutating func appendInterpolation(_ piece: HTML) { text += piece.text }

        /// Text from anywhere: escaped, with control characters made visible.
        mutating func appendInterpolation(_ other: String) { text += HTML.escaped(other) }

        /// A number for people.
        mutating func appendInterpolation(_ number: Int) { text += String(number) }

        /// A coordinate, to a hundredth.
        mutating func appendInterpolation(_ number: Double) { text += HTML.coordinate(number) }
    }

    static func escaped(_ text: String) -> String {
        var safe = ""
        safe.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            case "\n", "\t": safe.unicodeScalars.append(scalar)
            default:
                let category = scalar.properties.generalCategory
                // Directional marks could show an answer as what it is not.
                let isHidden = category == .control || category == .format && scalar != "\u{200D}"
                safe.unicodeScalars.append(isHidden ? "\u{FFFD}" : scalar)
            }
        }
        return safe
    }

    private static func coordinate(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e9 else { return "0" }
        let rounded = (number * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
    }
}
