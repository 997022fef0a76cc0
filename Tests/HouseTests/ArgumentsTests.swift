import Recipes
import Testing

@testable import hearth

@Suite struct ArgumentsTests {
    private let verb = SampleVerb()

    @Test func everyKindIsRead() throws {
        let call = try verb.parse(
            "tiny", "--prompt", "hello there", "a=1", "--port=99", "--heat", "-0", "--adapter", "x", "--json",
            "--adapter=y=z", "b=", "--format", "long")
        #expect(call[verb.model] == "tiny")
        #expect(call[verb.prompt] == "hello there")
        #expect(call[verb.requests] == nil)
        #expect(call[verb.port] == 99)
        #expect(call[verb.heat] == 0)
        #expect(call[verb.format] == .long)
        #expect(call[verb.adapters] == ["x", "y=z"])
        #expect(call[verb.settings] == [Setting(key: "a", value: "1"), Setting(key: "b", value: "")])
        #expect(call[verb.json])
    }

    @Test func defaultsStandWhereNothingIsGiven() throws {
        let call = try verb.parse("tiny")
        #expect(call[verb.port] == 8080)
        #expect(call[verb.format] == .short)
        #expect(call[verb.adapters] == [])
        #expect(!call[verb.json])
        #expect(!call.given(verb.port))
        #expect(try verb.parse("tiny", "--port", "8080").given(verb.port))
    }

    @Test func twoDashesEndTheOptions() throws {
        let call = try verb.parse("--", "--tiny", "--a=b")
        #expect(call[verb.model] == "--tiny")
        #expect(call[verb.settings] == [Setting(key: "--a", value: "b")])
    }

    @Test func oneDashIsAnArgument() throws {
        #expect(try verb.parse("tiny", "--requests", "-")[verb.requests] == "-")
        #expect(try verb.parse("-")[verb.model] == "-")
    }

    @Test func anEmptyTextIsAText() throws {
        #expect(try verb.parse("tiny", "--prompt", "")[verb.prompt] == "")
        #expect(try verb.parse("tiny", "--prompt=")[verb.prompt] == "")
    }

    @Test(arguments: [
        (["tiny", "--promt", "x"], ArgumentError.Problem.unknownOption("--promt", nearest: "--prompt")),
        (["tiny", "--zzzzzz"], .unknownOption("--zzzzzz", nearest: nil)),
        (["tiny", "-j"], .unknownOption("-j", nearest: nil)),
        (["tiny", "--prompt"], .missingValue("--prompt", placeholder: "TEXT")),
        (["tiny", "--prompt", "--json"], .missingValue("--prompt", placeholder: "TEXT")),
        (["tiny", "--json=yes"], .valueOfFlag("--json")),
        (["tiny", "--json", "--json"], .twice("--json")),
        (["tiny", "--port=1", "--port=2"], .twice("--port")),
        (
            ["tiny", "--port", "0"],
            .invalid("--port", value: "0", expected: "a whole number from 1 to 65535")
        ),
        (
            ["tiny", "--port", "99999999999999999999"],
            .invalid("--port", value: "99999999999999999999", expected: "a whole number from 1 to 65535")
        ),
        (["tiny", "--heat", "nan"], .invalid("--heat", value: "nan", expected: "a number from 0.0 to 2.0")),
        (["tiny", "--heat", "inf"], .invalid("--heat", value: "inf", expected: "a number from 0.0 to 2.0")),
        (["tiny", "--format", "tall"], .invalid("--format", value: "tall", expected: "one of short, long")),
        (["tiny", "--requests", ""], .invalid("--requests", value: "", expected: "a path")),
        (["tiny", "plain"], .invalid("KEY=VALUE", value: "plain", expected: "key=value")),
        (["tiny", "=x"], .invalid("KEY=VALUE", value: "=x", expected: "key=value")),
        ([], .missing("MODEL")),
        (["tiny", "--prompt=a", "--requests=b"], .conflict("--prompt", "--requests")),
    ])
    func aWrongCallIsNamed(_ words: [String], _ problem: ArgumentError.Problem) {
        #expect(throws: problem) { try Arguments(words, for: verb.declaration) }
    }

    @Test func aSurplusArgumentIsNamed() {
        let declaration = Declaration(parameters: [verb.model])
        #expect(throws: ArgumentError.Problem.surplus("b")) { try Arguments(["a", "b"], for: declaration) }
    }

    @Test func oneOfSeveralCanBeDemanded() throws {
        let declaration = Declaration(
            parameters: [verb.prompt, verb.requests], rules: [.exactlyOne([verb.prompt, verb.requests])])
        #expect(throws: ArgumentError.Problem.noneOf(["--prompt", "--requests"])) {
            try Arguments([], for: declaration)
        }
        #expect(try Arguments(["--prompt=x"], for: declaration)[verb.prompt] == "x")
        let alone = Declaration(parameters: [verb.prompt], rules: [.exactlyOne([verb.prompt])])
        #expect(throws: ArgumentError.Problem.missing("--prompt")) { try Arguments([], for: alone) }
    }

    @Test func anArgumentListCanDemandOne() {
        let suites: Parameter<[String]> = .arguments("SUITE", .path, atLeast: 1, "Suites.")
        #expect(throws: ArgumentError.Problem.missing("SUITE")) {
            try Arguments([], for: Declaration(parameters: [suites]))
        }
    }

    @Test(arguments: [
        ("trian", "train"), ("tran", "train"), ("evl", "eval"), ("compair", "compare"),
        ("--requets", "--requests"),
    ])
    func aNearWordIsProposed(_ typed: String, _ meant: String) {
        #expect(Suggestion.nearest(to: typed, among: ["eval", "train", "compare", "--requests"]) == meant)
    }

    @Test(arguments: ["", "x", "ab", "generate"])
    func aFarWordIsNot(_ typed: String) {
        #expect(Suggestion.nearest(to: typed, among: ["eval", "train", "compare", "xy"]) == nil)
    }
}
