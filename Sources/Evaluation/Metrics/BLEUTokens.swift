/// The tokens BLEU counts: the 13a rules of the WMT evaluations.
///
/// Symbols stand alone; a full stop or comma stands alone unless it is between
/// digits; a dash after a digit stands alone; four entities are read. Each rule
/// is one pass from left to right over the text the rule before left.
enum BLEUTokens {
    private typealias Text = CodePoints.Word

    static func words(_ text: String) -> [CodePoints.Word] {
        var line = Array(text.unicodeScalars)
        while let last = line.last, CodePoints.isSpace(last) { line.removeLast() }
        line = replacing("<skipped>", with: "", in: line)
        line = replacing("-\n", with: "", in: line)
        line = replacing("\n", with: " ", in: line)
        if line.contains("&") {
            for (entity, meaning) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
                line = replacing(entity, with: meaning, in: line)
            }
        }
        line = symbolsApart([" "] + line + [" "])
        line = pairs(line, { !isDigit($0) }, isStop) { [$0, " ", $1, " "] }
        line = pairs(line, isStop, { !isDigit($0) }) { [" ", $0, " ", $1] }
        line = pairs(line, isDigit, { $0 == "-" }) { [$0, " ", $1, " "] }
        return CodePoints.split(line)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value)
    }

    private static func isStop(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

    /// ASCII punctuation but for apostrophe, comma, dash and full stop.
    private static func symbolsApart(_ text: Text) -> Text {
        text.flatMap { scalar -> Text in
            let stays = scalar == "'" || scalar == "," || scalar == "-" || scalar == "."
            return CodePoints.isASCIIPunctuation(scalar) && !stays ? [" ", scalar, " "] : [scalar]
        }
    }

    /// Rewrites neighbours that fit, each code point in one pair at most.
    private static func pairs(
        _ text: Text, _ first: (Unicode.Scalar) -> Bool, _ second: (Unicode.Scalar) -> Bool,
        _ rewritten: (Unicode.Scalar, Unicode.Scalar) -> Text
    ) -> Text {
        var out: Text = []
        out.reserveCapacity(text.count + text.count / 4)
        var place = 0
        while place < text.count {
            if place + 1 < text.count, first(text[place]), second(text[place + 1]) {
                out.append(contentsOf: rewritten(text[place], text[place + 1]))
                place += 2
            } else {
                out.append(text[place])
                place += 1
            }
        }
        return out
    }

    private static func replacing(_ part: String, with other: String, in text: Text) -> Text {
        let part = Array(part.unicodeScalars)
        guard text.count >= part.count else { return text }
        var out: Text = []
        out.reserveCapacity(text.count)
        var place = 0
        while place < text.count {
            if text[place...].starts(with: part) {
                out.append(contentsOf: other.unicodeScalars)
                place += part.count
            } else {
                out.append(text[place])
                place += 1
            }
        }
        return out
    }
}
