import Testing

@testable import Generation

/// Grammars followed byte by byte, and the tokens they allow.
@Suite struct ConstraintTests {
    /// All single bytes, some longer tokens, and one token of no bytes that ends answers.
    private static let vocabulary: [[UInt8]] =
        (0...255).map { [UInt8($0)] }
        + ["true", "\":", "\"}", "ab", "abc", "[1", "\",\""].map { Array($0.utf8) }
        + [[]]
    private static let tokens = TokenBytes(vocabulary)
    private static let stop = Int32(vocabulary.count - 1)

    private func automaton(_ rules: [BytePattern]) throws -> Automaton {
        let grammar = try #require(Grammar(rules: rules, start: rules.count - 1))
        return Automaton(Constraint(grammar, tokens: Self.tokens))
    }

    private func accepts(_ automaton: Automaton, _ text: String) -> Bool {
        var state = automaton.start
        for byte in text.utf8 {
            state = automaton.step(state, byte)
            if state == Automaton.dead { return false }
        }
        return automaton.isAccepting(state)
    }

    @Test func whatAGrammarAllowsIsWhatItSays() throws {
        let digits = BytePattern.repeated(.one(ByteSet(48...57)), atLeast: 2, atMost: 4)
        let list = try automaton([
            .sequence([
                .text("["), digits, .repeated(.sequence([.text(","), digits]), atLeast: 0, atMost: nil),
                .text("]"),
            ])
        ])
        for text in ["[12]", "[1234,56]", "[12,34,56,7890]"] { #expect(accepts(list, text), "\(text)") }
        for text in ["", "[]", "[1]", "[12345]", "[12,]", "[12]]", "12"] {
            #expect(!accepts(list, text), "\(text)")
        }
    }

    @Test func longCountsAreKept() throws {
        let some = try automaton([.repeated(.one(ByteSet(97...98)), atLeast: 20, atMost: 300)])
        for count in [20, 21, 299, 300] { #expect(accepts(some, String(repeating: "a", count: count))) }
        for count in [0, 19, 301] { #expect(!accepts(some, String(repeating: "b", count: count))) }
    }

    @Test func wordsShareTheirBeginnings() throws {
        let words = ["car", "cart", "dog", ""].map { Array($0.utf8) }
        let some = try automaton([.sequence([.text("<"), .words(words), .text(">")])])
        for word in ["<car>", "<cart>", "<dog>", "<>"] { #expect(accepts(some, word)) }
        for word in ["<ca>", "<carts>", "<do>"] { #expect(!accepts(some, word)) }
    }

    /// The mask holds a token exactly when all its bytes can follow.
    @Test func aMaskHoldsTheTokensThatCanFollow() throws {
        let pair = try automaton([.sequence([.text("\"ab"), .optional(.text("c")), .text("\"}")])])
        var state = pair.start
        for byte in Array("\"ab\"".utf8) {
            let mask = pair.mask(state)
            for (token, bytes) in Self.vocabulary.enumerated() {
                var next = state
                for byte in bytes where next != Automaton.dead { next = pair.step(next, byte) }
                #expect(mask.contains(token) == (!bytes.isEmpty && next != Automaton.dead))
            }
            state = pair.step(state, byte)
        }
    }

    /// No more tokens are promised than are needed, and the promise is kept.
    @Test func theWayToTheEndIsKnown() throws {
        let value = BytePattern.sequence([
            .text("{\"abc\":"), .repeated(.one(ByteSet(97...122)), atLeast: 3, atMost: 30), .text("true}"),
        ])
        let some = try automaton([value])
        // { " abc ": x x x true }
        #expect(some.cost(some.start) == 9)
        for budget in 9...40 {
            var state = some.start
            var left = budget
            while !some.isAtEnd(state) {
                left -= 1
                let mask = some.closing(state, left: left)
                // The most unwilling of models: the allowed token that is furthest from the end.
                let token = Self.vocabulary.indices.filter { mask.contains($0) }.max {
                    after(some, state, $0).cost < after(some, state, $1).cost
                }
                state = after(some, state, try #require(token)).state
            }
            #expect(left >= 0, "\(budget)")
        }
    }

    private func after(_ automaton: Automaton, _ state: Automaton.State, _ token: Int) -> (
        state: Automaton.State, cost: Int32
    ) {
        let next = Self.vocabulary[token].reduce(state) { automaton.step($0, $1) }
        return (next, automaton.cost(next))
    }

    @Test func numbersKeepToTheirBounds() throws {
        func range(_ low: String?, _ high: String?, places: Int, open: Bool = false) throws -> Automaton {
            func bound(_ text: String?) -> DecimalRange.Bound? {
                text.flatMap { Decimal10($0) }.map { DecimalRange.Bound($0, isExclusive: open) }
            }
            let range = DecimalRange(low: bound(low), high: bound(high), places: places)
            return try automaton([try #require(range.pattern)])
        }
        let whole = try range("-12", "105", places: 0)
        for number in -130...130 {
            #expect(accepts(whole, String(number)) == (-12...105).contains(number), "\(number)")
        }
        let open = try range("-1.5", "2.25", places: 2, open: true)
        for hundredths in -300...300 {
            let value = Double(hundredths) / 100
            var text =
                "\(abs(hundredths) / 100)." + (abs(hundredths) % 100 < 10 ? "0" : "")
                + "\(abs(hundredths) % 100)"
            if hundredths < 0 { text = "-" + text }
            #expect(accepts(open, text) == (value > -1.5 && value < 2.25), "\(text)")
        }
        for text in ["01", "+1", "1.", ".5", "1e2", "-", ""] { #expect(!accepts(whole, text)) }
    }

    /// Every character of JSON strings, and nothing that is none.
    @Test func charactersAreThoseOfJSON() throws {
        let some = try automaton([JSONPattern.character])
        for text in ["a", "ü", "日", "🙂", "\\n", "\\u00e9", "\\\"", "\u{7F}"] {
            #expect(accepts(some, text), "\(text)")
        }
        for text in ["\"", "\\", "\n", "\\x", "\\ud800", "ab", "\\u12"] {
            #expect(!accepts(some, text), "\(text)")
        }
        var state = some.start
        for byte in [UInt8(0xED), 0xA0] where state != Automaton.dead { state = some.step(state, byte) }
        #expect(state == Automaton.dead, "half a surrogate pair")
    }

    /// An engine closes a form before its tokens run out, and says that it was cut.
    @Test func aFormIsWholeWhateverTheLength() throws {
        let engine = Engine(TinyModel.decoder(), context: 64, parallel: 1)
        let bytes = (0..<TinyModel.vocabulary).map { token -> [UInt8] in [UInt8(65 + token)] }
        let letters = BytePattern.repeated(.one(ByteSet(65...90)), atLeast: 0, atMost: nil)
        let grammar = try #require(
            Grammar(rules: [.sequence([.text("["), letters, .text("]")])], start: 0))
        for length in 2...12 {
            var request = GenerationRequest(prompt: [1, 2, 3], maxTokens: length)
            request.constraint = Constraint(grammar, tokens: TokenBytes(bytes))
            _ = engine.submit(request)
            var text: [UInt8] = []
            var end: FinishReason?
            engine.run { _, event in
                switch event {
                case .token(let token): text += bytes[Int(token.token)]
                case .finished(let reason): end = reason
                }
            }
            #expect(text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]"))
            #expect(text.count <= length)
            if text.count < length { #expect(end == .stop) }
        }
    }
}
