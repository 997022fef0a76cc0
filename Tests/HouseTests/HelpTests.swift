import Foundation
import TestSupport
import Testing

@testable import hearth

/// The pages people see, kept as files so that a change of words is seen in review.
///
/// `HEARTH_RECORD=1 Scripts/test --filter HelpTests` writes them anew.
@Suite struct HelpTests {
    private func expect(_ page: String, equals name: String) throws {
        let path = Shared.golden("help/\(name).txt")
        if ProcessInfo.processInfo.environment["HEARTH_RECORD"] != nil {
            try Data(page.utf8).write(to: URL(fileURLWithPath: path))
        }
        let kept = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        #expect(kept == page, "HEARTH_RECORD=1 Scripts/test --filter HelpTests records the pages anew")
    }

    @Test func aPageShowsEveryKindOfParameter() throws {
        try expect(HelpPage.page(of: SampleVerb()), equals: "sample")
    }

    @Test func theOverviewListsTheVerbs() throws {
        try expect(HelpPage.overview(of: Program.verbs), equals: "overview")
    }

    @Test(arguments: Program.verbs.map(\.name))
    func aVerbsPageIsTheKeptOne(_ name: String) throws {
        let (verb, _) = try Program.verb(in: name.split(separator: " ").map(String.init))
        try expect(HelpPage.page(of: verb), equals: name.replacingOccurrences(of: " ", with: "-"))
    }

    @Test(arguments: Program.verbs.map(\.name))
    func aVerbIsDeclaredInOrder(_ name: String) throws {
        let (verb, _) = try Program.verb(in: name.split(separator: " ").map(String.init))
        let shapes = verb.declaration.parameters.map(\.shape)
        #expect(Set(shapes.map(\.label)).count == shapes.count, "a label is declared twice")
        #expect(shapes.allSatisfy { $0.help.hasSuffix(".") }, "help is written in sentences")
        #expect(!verb.summary.hasSuffix("."))
        let arguments = verb.declaration.arguments.map(\.place)
        let order: [Shape.Place] = [.argument, .optionalArgument, .arguments]
        let ranks = arguments.map { order.firstIndex(of: $0) ?? 0 }
        #expect(ranks == ranks.sorted(), "what may be left out comes last")
        #expect(arguments.filter { $0 == .arguments }.count <= 1)
    }

    @Test func linesKeepToTheWidth() {
        let text = HelpPage.wrap(String(repeating: "word ", count: 60), indent: 8)
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= HelpPage.width && $0.hasPrefix("        word") })
        #expect(lines.count == 4)
    }

    @Test func aWordLongerThanALineStandsAlone() {
        let long = String(repeating: "x", count: 120)
        #expect(HelpPage.wrap("a \(long) b", indent: 2) == "  a\n  \(long)\n  b")
    }

    @Test func aGroupIsFoundByItsFirstWord() throws {
        let verbs = [SampleVerb(name: "data import"), SampleVerb(name: "data check")]
        #expect(try Program.verb(in: ["data", "check", "x"], among: verbs).0.name == "data check")
        #expect(try Program.verb(in: ["data", "check", "x"], among: verbs).rest == ["x"])
        let problem = ArgumentError.Problem.unknownVerb(nearest: nil, group: ["data import", "data check"])
        #expect(throws: ArgumentError(verb: "data", problem: problem)) {
            try Program.verb(in: ["data", "x"], among: verbs)
        }
    }

    @Test func controlCharactersAreShownNotObeyed() {
        #expect(Program.visible("a\u{1b}[31mb\u{0}\nö🎉") == "a\\u{1b}[31mb\\u{0}\\u{a}ö🎉")
    }
}
