/// Sentences taken apart for comparing: lower-case words of letters, digits and what names are made of.
enum Words {
    /// The words of a text, each once.
    static func set(_ text: String) -> Set<String> { Set(list(text)) }

    /// The words of a text in order.
    static func list(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func finish() {
            while let last = word.last,
                last == UInt8(ascii: ".") || last == UInt8(ascii: "-") || last == UInt8(ascii: "_")
            { word.removeLast() }
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word.removeAll(keepingCapacity: true)
        }
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        for byte in (isPlain ? text : text.lowercased()).utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x80...0xFF: word.append(byte)
            case 0x41...0x5A: word.append(byte + 32)
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                if !word.isEmpty { word.append(byte) }
            default: finish()
            }
        }
        finish()
        return words
    }

    /// Sentences: split at ends of lines and at full stops that end one.
    static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var sentence = ""
            let letters = Array(line)
            for (index, letter) in letters.enumerated() {
                sentence.append(letter)
                let next = index + 1 < letters.count ? letters[index + 1] : " "
                if ".!?;".contains(letter), next == " " {
                    sentences.append(sentence)
                    sentence = ""
                }
            }
            sentences.append(sentence)
        }
        return sentences.map(Self.trimmed).filter { !$0.isEmpty }
    }

    /// Whether some bytes stand in others: many short ones are looked for in each paragraph.
    static func occurs(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { at in
            bytes[at] == first && part.indices.allSatisfy { bytes[at + $0] == part[$0] }
        }
    }

    /// Without the blanks at both ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    /// How many words two texts share, of all they have.
    static func likeness(_ a: Set<String>, _ b: Set<String>) -> Double {
        let all = a.union(b).count
        return all == 0 ? 0 : Double(a.intersection(b).count) / Double(all)
    }
}
