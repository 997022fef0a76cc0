import Testing

@testable import Recipes

@Suite struct YAMLNodeTests {
    func parse(_ text: String) throws(YAMLError) -> YAMLNode {
        try YAMLNode.parse(Array(text.utf8), from: .file("x.yaml"))
    }

    func scalar(_ text: String) -> YAMLNode {
        YAMLNode(.scalar(text, quoted: false), at: YAMLPlace(.file("x")))
    }

    @Test func aTreeKeepsOrderAndPlaces() throws {
        let tree = try parse("b: 1\na:\n  - x\n  - {c: [y]}\n")
        let entries = try #require(tree.mapping)
        #expect(entries.map(\.key) == ["b", "a"])
        #expect(entries[1].place == YAMLPlace(.file("x.yaml"), line: 2, column: 1))
        #expect(tree["a"]?.sequence?[1]["c"]?.sequence?[0].text == "y")
        #expect(tree["a"]?.sequence?[1].place == YAMLPlace(.file("x.yaml"), line: 4, column: 5))
    }

    @Test(arguments: [
        ("5e-5", 5e-5), ("1", 1), ("-0.5", -0.5), ("1.0E+3", 1000), (".5", 0.5), ("+2.", 2), ("007", 7),
    ])
    func decimalNumbersAreNumbers(text: String, value: Double) {
        #expect(scalar(text).number == value)
    }

    @Test(arguments: [
        "", "nan", "inf", ".inf", "0x10", "1_000", "1e", "1e999", "--1", "1 2", "five", "٣", "e5", ".",
    ])
    func nothingElseIsANumber(text: String) {
        #expect(scalar(text).number == nil)
    }

    @Test(arguments: ["8.0", "1e3", "9223372036854775808", "0x8", "8 ", "", "+"])
    func onlyDigitsThatFitAreWhole(text: String) {
        #expect(scalar(text).whole == nil)
    }

    @Test func wholeNumbersReachTheEndsOfInt() {
        #expect(scalar("-9223372036854775808").whole == .min)
        #expect(scalar("+9223372036854775807").whole == .max)
    }

    @Test func aScalarMeansWhatIsAskedFor() throws {
        let tree = try parse("a: no\nb: \"null\"\nc: ~\nd: On\ne:\n")
        #expect(tree["a"]?.text == "no" && tree["a"]?.flag == false)
        #expect(tree["b"]?.text == "null" && tree["b"]?.isNull == false)
        #expect(tree["c"]?.isNull == true && tree["c"]?.text == nil)
        #expect(tree["d"]?.flag == true)
        #expect(tree["e"]?.isNull == true)
    }

    @Test(arguments: [
        ("", YAMLError.Problem.empty), ("# only a remark\n", .empty), ("a: 1\n---\nb: 2\n", .secondDocument),
        ("a: &x 1\n", .anchor), ("a: &x 1\nb: *x\n", .anchor),
        ("a: !!int 1\n", .tag("tag:yaml.org,2002:int")),
        ("a: !e {}\n", .tag("!e")), ("{[1]: 2}\n", .keyIsNotText),
        ("a: 1\nb: 2\na: 3\n", .duplicateKey("a", firstLine: 1)),
        ("\u{FEFF}a: 1", .notUTF8),
    ])
    func refused(text: String, problem: YAMLError.Problem) {
        #expect { try parse(text) } throws: { error in
            if case .syntax = problem, case .syntax = (error as? YAMLError)?.problem { return true }
            return (error as? YAMLError)?.problem == problem
        }
    }

    @Test(arguments: ["a: [1\n", "a: 'x\n", "\ta: 1\n", "a: b: c\n", "a: \u{1}\n", "%FOO\n---\n- }\n", "@"])
    func brokenTextIsASyntaxErrorWithALine(text: String) {
        #expect { try parse(text) } throws: { error in
            guard let error = error as? YAMLError, case .syntax(let words) = error.problem else {
                return false
            }
            return !words.isEmpty && error.place.line >= 1
        }
    }

    @Test func canonicallyEqualKeysAreDifferentKeys() throws {
        #expect(try parse("\u{e9}: 1\ne\u{301}: 2\n").mapping?.count == 2)
    }

    @Test func badUTF8IsRefused() {
        #expect(throws: YAMLError(.notUTF8, at: YAMLPlace(.file("x")))) {
            try YAMLNode.parse([0x61, 0x3A, 0xFF], from: .file("x"))
        }
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(32))
        #expect { try parse(nested(33)) } throws: {
            ($0 as? YAMLError)?.problem == .tooDeep(limit: 32)
        }
        #expect(throws: YAMLError.self) { try parse(String(repeating: "[", count: 500_000)) }
        #expect(throws: YAMLError.self) { try parse(String(repeating: "- ", count: 200_000) + "x") }
    }

    @Test func sizeIsLimited() {
        let many = "[" + String(repeating: "1,", count: 100_001) + "]"
        #expect { try parse(many) } throws: { ($0 as? YAMLError)?.problem == .tooMany(limit: 100_000) }
        let long = "a: " + String(repeating: "x", count: 1 << 20)
        #expect { try parse(long) } throws: {
            ($0 as? YAMLError)?.problem == .tooLong(bytes: (1 << 20) + 3, limit: 1 << 20)
        }
    }

    @Test(arguments: [
        "plain", "a: b", "no", "~", "", " x", "x ", "1", "5e-5", "a\nb", "\"q\" \\", "# x", "- x", "[x]",
        "ü–ß",
        "\u{7F}\u{85}\u{2028}\u{1}", "../a/b.jsonl", "/x y", "a#b", "null", "true", "💥",
    ])
    func writtenTextReadsBack(text: String) throws {
        let written = YAMLWriter.write([("key", .text(text)), ("list", .made(.sequence([.text(text)])))])
        let tree = try parse(written)
        #expect(tree["key"]?.text?.utf8.elementsEqual(text.utf8) == true, "\(written)")
        #expect(tree["list"]?.sequence?.first?.text?.utf8.elementsEqual(text.utf8) == true, "\(written)")
    }
}
