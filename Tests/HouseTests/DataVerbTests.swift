import Foundation
import TestSupport
import Testing

/// `hearth data …` as it is called.
@Suite struct DataVerbTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func data(_ words: String...) throws -> Call { try Call(["data"] + words) }

    private func lines(_ name: String) throws -> [Substring] {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).split(separator: "\n")
    }

    static let dataset = Shared.repository + "/Datasets/german-qa"

    @Test func theShippedQuestionsAreSound() throws {
        let call = try data("check", Self.dataset, "--json")
        #expect(call.status == 0, "\(call.output.suffix(2000))\(call.notices)")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(call.output.utf8)) as? [String: Any])
        #expect(report["errors"] as? Int == 0 && (report["files"] as? [Any])?.count == 3)
    }

    @Test func aTableBecomesSplitsThatShareNothing() throws {
        let texts = (0..<30).map { "Kapitel \($0) handelt von Ort \($0 * 37) und Jahr \($0 * 991 % 2000)." }
        let rows = texts.flatMap { text in (0..<3).map { "\(text);Frage \($0)?;Kapitel" } }
        try folder.write(([("Kontext;Frage;Antwort")] + rows).joined(separator: "\n"), to: "t.csv")
        let path = folder.path
        #expect(try data("import", "csv", "\(path)/t.csv", "--output", "\(path)/all.jsonl").status == 0)
        let split = try data("split", "\(path)/all.jsonl", "--near", "1", "--output", "\(path)/splits")
        #expect(split.status == 0, "\(split.notices)")
        let counts = try ["train", "validation", "test"].map { try lines("splits/\($0).jsonl").count }
        #expect(counts.reduce(0, +) == 90 && counts.allSatisfy { $0 % 3 == 0 && $0 > 0 })
        #expect(Set(try lines("splits/train.jsonl")).isSubset(of: Set(try lines("all.jsonl"))))
        let again = try data("split", "\(path)/all.jsonl", "--output", "\(path)/splits")
        #expect(again.status == 2 && again.notices.contains("is there already"))
    }

    @Test func faultsAreToldAndTheStatusSaysSo() throws {
        let text = "Der Igel verbringt den Winter in einem Nest aus Laub."
        func line(_ question: String, _ start: Int) -> String {
            #"{"context":"\#(text)","question":"\#(question)","answers":{"text":["Laub"],"answer_start":[\#(start)]}}"#
        }
        try folder.write(line("Woraus ist das Nest?", 48), to: "train.jsonl")
        try folder.write(line("Worin liegt er, fragt a@firma.de?", 3) + "\n{\n", to: "test.jsonl")
        let call = try data("check", folder.path, "--mask", folder.path + "/clean")
        #expect(call.status == 1)
        #expect(call.notices.hasSuffix("hearth: The data have 3 errors.\n"), "\(call.notices)")
        #expect(call.output.contains("it stands at 48") && call.output.contains("which is another split"))
        #expect(call.output.contains("3 errors, 1 thing worth a look"), "\(call.output)")
        #expect(try lines("clean/test.jsonl")[0].contains("fragt [EMAIL_1]?"))
    }

    @Test func lengthsAreCountedAndDrawn() throws {
        let path = folder.path
        let call = try data("stats", Self.dataset, "--plot", "\(path)/l.svg")
        #expect(call.status == 0, "\(call.notices)")
        #expect(call.output.split(separator: "\n").count == 4 && call.output.contains("words"))
        let drawing = try String(contentsOfFile: "\(path)/l.svg", encoding: .utf8)
        #expect(drawing.hasPrefix("<svg") && drawing.components(separatedBy: "class=\"title\"").count == 4)
        #expect(XMLCheck.isBalanced(drawing))
        let figures = try data("stats", Self.dataset + "/test.jsonl", "--json")
        #expect(figures.output.contains(#""examples":168,"texts":25"#), "\(figures.output)")
    }

    @Test(arguments: [
        (["import", "csv", "x.csv", "--output", "o.jsonl", "--unanswerable", "x"], "exclude each other"),
        (["import", "xml", "x", "--output", "o.jsonl"], "cannot be “xml”"),
        (["import", "chat", "x"], "--output"),
        (["import", "chat", "nowhere.jsonl", "--output", "o.jsonl"], "there is no such dataset"),
        (["import", "chat", "x", "--field", "colour=red", "--output", "o.jsonl"], "cannot be “colour”"),
        (["split", "nowhere", "--output", "o", "--part", "a=0"], "--part"),
        (["check", "nowhere.jsonl"], "there is no such dataset"),
        (["stats", "nowhere.jsonl"], "there is no such dataset"),
    ])
    func wrongCallsAreOneSentence(_ words: [String], _ part: String) throws {
        let call = try Call(["data"] + words)
        #expect(call.status == 2 && call.notices.contains(part), "\(call.notices)")
        #expect(call.notices.split(separator: "\n").count == 1 && call.output.isEmpty)
    }
}

/// Just enough of XML to see that what is opened is closed.
enum XMLCheck {
    static func isBalanced(_ text: String) -> Bool {
        var open: [Substring] = []
        for piece in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = piece.firstIndex(of: ">") else { return false }
            let tag = piece[..<end]
            let name = tag.prefix { $0.isLetter || $0 == "/" }
            if tag.hasSuffix("/") { continue }
            if name.hasPrefix("/") {
                guard open.popLast() == name.dropFirst() else { return false }
            } else {
                open.append(name)
            }
        }
        return open.isEmpty
    }
}
