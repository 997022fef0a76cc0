import Testing

@testable import Corpus

@Suite struct NearDuplicatesTests {
    static let words = (0..<400).map { "wort\($0 * 7919 % 1000)x\($0)" }

    static func text(_ seed: UInt64, length: Int = 60) -> [String] {
        var dice = Dice(seed)
        return (0..<length).map { _ in words[dice.roll(words.count)] }
    }

    @Test func whatIsAlikeIsFoundAndNothingElse() {
        var texts: [String] = []
        var expected: [(Int, Int)] = []
        for number in 0..<60 {
            let original = Self.text(UInt64(number))
            texts.append(original.joined(separator: " "))
            guard number % 3 == 0 else { continue }
            var changed = original
            changed[number % 60] = "anders"
            expected.append((texts.count, texts.count - 1))
            // Case and punctuation do not count.
            texts.append(changed.joined(separator: ", ").uppercased())
        }
        let pairs = NearDuplicates(threshold: 0.8).pairs(texts)
        #expect(pairs.map(\.text) == expected.map(\.0))
        #expect(pairs.map(\.sameAs) == expected.map(\.1))
        for pair in pairs {
            #expect(pair.likeness == NearDuplicates.likeness(texts[pair.text], texts[pair.sameAs]))
        }
    }

    @Test func theLikenessIsTheShareOfRuns() {
        #expect(NearDuplicates.likeness("Der Igel schläft.", "der igel – schläft") == 1)
        #expect(NearDuplicates.likeness("abcdef", "ghijkl") == 0)
        // Runs of abcdefg: abcde bcdef cdefg; of abcdefx: abcde bcdef cdefx.
        #expect(NearDuplicates.likeness("abcdefg", "abcdefx") == 0.5)
        #expect(NearDuplicates.likeness("", "") == 0)
    }

    @Test func otherSaltsAreNeverAlike() {
        let texts = [
            "Wer entdeckte das Penicillin?", "Wer entdeckte das Penicillin", "Wer entdeckte das Penicillin!",
        ]
        #expect(NearDuplicates().pairs(texts, salt: [0, 1, 0]).map(\.sameAs) == [0])
        #expect(NearDuplicates().pairs(texts, salt: [0, 1, 0]).map(\.text) == [2])
    }
}
