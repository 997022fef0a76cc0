import Foundation
import Testing

@testable import Evaluation

@Suite struct ReportTests {
    private func page(_ answer: String = "<script>alert(1)</script>") async throws -> String {
        let folder = try Folder()
        let rows = (0..<30).map { #"{"q":"<b>Frage</b> \#($0) & =say \#($0)","a":"say \#($0 / 2 * 2)"}"# }
        try folder.write("d.jsonl", rows.joined(separator: "\n"))
        let text = SuiteErrorTests.suite(
            ["metric_list": "[exact_match, f1, bleu, ece]", "task": "report"], kind: "generate")
        let suite = try Suite.read(folder.write("s.yaml", text))
        var subject = FakeSubject()
        subject.name = "model \"<x>\" \u{202E}"
        subject.answer = { prompt in
            prompt.hasSuffix("7") ? answer : prompt.split(separator: "=").last.map(String.init) ?? ""
        }
        let results = try await EvaluationRun(suites: [suite], subject: subject).run()
        if let keep = ProcessInfo.processInfo.environment["HEARTH_REPORT"] {
            try Data(Report(results).html.utf8).write(to: URL(fileURLWithPath: keep))
        }
        return Report(results).html
    }

    @Test func textFromModelsAndDataIsNeverMarkup() async throws {
        let page = try await page()
        #expect(!page.contains("<script") && !page.contains("<b>Frage"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("\u{202E}"))
    }

    @Test func nothingIsFetchedFromAnywhere() async throws {
        let page = try await page("http://x.example/ src=y url(z)")
        for opening in ["<script", "<img", "<link", "<iframe", "<object", "@import", "url(", "<base"] {
            // What the model said stands escaped inside a text; markup would begin with the sign itself.
            let inMarkup = page.replacingOccurrences(of: "url(z)", with: "")
            #expect(!inMarkup.contains(opening), "\(opening)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func everyPlotIsThere() async throws {
        let page = try await page()
        for title in [
            "Scores", "Calibration", "Risk and coverage", "Length", "Marks", "worst of", "Conditions",
        ] {
            #expect(page.contains(title), "\(title)")
        }
        #expect(page.components(separatedBy: "<svg").count == page.components(separatedBy: "</svg>").count)
        #expect(!page.contains("nan") && !page.contains("inf\""))
    }

    @Test func ticksAreRoundAndFew() {
        #expect(Plot.ticks(0...1).count >= 4 && Plot.ticks(0...1).first == 0)
        #expect(Plot.ticks(0...37).allSatisfy { $0 == $0.rounded() })
        #expect(Plot.ticks(0...1e-6).count <= 20)
    }

    @Test func interpolatedTextIsEscaped() {
        let evil = "\"'><&\u{0}"
        let piece: HTML = "<p title=\"\(evil)\">"
        #expect(piece.text == "<p title=\"&quot;&#39;&gt;&lt;&amp;\u{FFFD}\">")
    }
}
