import Foundation

/// Text as the field's reference scripts see it: a row of code points.
///
/// The witnesses for our metrics are Python programs. Python's strings are rows
/// of code points, while Swift's characters are grapheme clusters that compare
/// by canonical equivalence; so metrics work on code points, and what Python
/// calls white space, lower case or a word character is written down here once.
enum CodePoints {
    typealias Word = [Unicode.Scalar]

    /// White space as `str.split()` and `\s` have it: Unicode's, and the four
    /// information separators.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
    }

    /// A word character as `\w` has it: letters, numbers and the underscore;
    /// combining marks are none.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            true
        default:
            scalar == "_"
        }
    }

    /// A mark that belongs to the sign before it, as the stroke of a long Japanese vowel does.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: scalar == "\u{30FC}"
        }
    }

    static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Punctuation of any script: what ASCII calls so, and Unicode's `P…`.
    static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            true
        default:
            isASCIIPunctuation(scalar)
        }
    }

    /// A sign of a script whose words have no blanks between them.
    static func isWordAlone(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Thai and Lao, Burmese, Khmer, kana, ideographs and their extensions.
        case 0x0E01...0x0E30, 0x0E32, 0x0E33, 0x0E40...0x0E46, 0x0E81...0x0EB0, 0x0EBD...0x0EC6,
            0x1000...0x102A, 0x1780...0x17B3, 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:
            true
        default: false
        }
    }

    /// Lower case with Unicode's full mapping, and a capital sigma at the end of
    /// a word as the final one.
    static func lower(_ text: some Sequence<Unicode.Scalar>) -> Word {
        let scalars = Array(text)
        var lowered: Word = []
        lowered.reserveCapacity(scalars.count)
        for (place, scalar) in scalars.enumerated() {
            if scalar.isASCII {
                let isUpper = (0x41...0x5A).contains(scalar.value)
                lowered.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else if scalar == "\u{03A3}" {
                lowered.append(endsWord(scalars, at: place) ? "\u{03C2}" : "\u{03C3}")
            } else {
                lowered.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return lowered
    }

    /// Unicode's final sigma: a cased letter before, none after, both looked for
    /// across what does not count as a letter of its own.
    private static func endsWord(_ scalars: Word, at place: Int) -> Bool {
        let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }

    /// Words between white space; none are empty.
    static func split(_ text: some Sequence<Unicode.Scalar>) -> [Word] {
        var words: [Word] = []
        var word: Word = []
        for scalar in text {
            if !isSpace(scalar) {
                word.append(scalar)
            } else if !word.isEmpty {
                words.append(word)
                word = []
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Canonically composed text, so that ü is ü whichever way it was typed.
    static func composed(_ text: String) -> Word {
        Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
