/// Python's string methods, as chat templates use them: on code points, where
/// Swift's would work on what the eye sees as one character.
enum PythonText {
    /// `text.strip()`: without white space at both ends.
    static func strip(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// `text.strip(only)` for one character.
    static func strip(_ text: String, only: Unicode.Scalar) -> String {
        stripEnd(stripStart(text, only: only), only: only)
    }

    /// `text.lstrip(only)` for one character.
    static func stripStart(_ text: String, only: Unicode.Scalar) -> String {
        String(text.unicodeScalars.drop { $0 == only })
    }

    /// `text.rstrip(only)` for one character.
    static func stripEnd(_ text: String, only: Unicode.Scalar) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.last == only { scalars.removeLast() }
        return String(scalars)
    }

    /// `text.split(separator)`.
    static func split(_ text: String, _ separator: String) -> [String] {
        let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
        var parts: [String] = []
        var (start, index) = (0, 0)
        while index + mark.count <= bytes.count {
            if bytes[index..<index + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// `character.isspace()`.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
    }
}
