import Testing

@testable import Corpus

@Suite struct DataCheckTests {
    let folder = TemporaryFolder()

    func check(_ texts: [String], _ change: (inout DataCheck) -> Void = { _ in }) throws -> [DataFinding] {
        var files: [DataFile] = []
        for (number, text) in texts.enumerated() {
            files.append(try DataFile(try folder.file("\(number).jsonl", text)))
        }
        var check = DataCheck()
        change(&check)
        return check.findings(files)
    }

    static func squad(_ context: String, _ question: String, _ answer: String, _ start: Int) -> String {
        #"{"context":"\#(context)","question":"\#(question)","answers":{"text":["\#(answer)"],"answer_start":[\#(start)]}}"#
    }

    static let igel = "Der Igel verbringt den Winter in einem Nest aus Laub und Reisig unter der Hecke."

    @Test func everyFaultIsTold() throws {
        let found = try check([
            """
            \(Self.squad(Self.igel, "Wer?", "Der Igel", 0))
            {"context":
            7
            {"context":"c","question":"q"}
            \(Self.squad(Self.igel, "Wo?", "Laub", 3))
            \(Self.squad(Self.igel, "Wann?", "im Sommer", 9))
            \(Self.squad(Self.igel, "Warum?", "Das steht nicht im Text.", -1))
            \(Self.squad(Self.igel, "", "Laub", 48))
            {"context":"Ã¼ber","question":" q","answers":{"text":["a\\u0001"],"answer_start":[-1]}}
            """
        ])
        let kinds = Dictionary(grouping: found, by: \.place.number).mapValues { $0.map(\.kind) }
        #expect(kinds[1] == nil && kinds[7] == nil)
        #expect(kinds[3] == [.unreadable(.wrongKind(field: "", wanted: "an object", found: .number))])
        #expect(kinds[4]?.contains(.unreadable(.missingField("answers"))) == true)
        #expect(kinds[5] == [.answerElsewhere(48)])
        #expect(kinds[6] == [.answerNotThere])
        #expect(kinds[8]?.contains(.empty(field: "question")) == true)
        #expect(
            kinds[9] == [
                .damaged(field: "context"), .edges(field: "question"), .control(field: "answers.text[0]"),
            ])
        if case .unreadable(.json)? = kinds[2]?.first {} else { Issue.record("\(kinds[2] ?? [])") }
    }

    @Test func repetitionsWithinAFileAreTold() throws {
        let found = try check([
            """
            \(Self.squad(Self.igel, "Wo verbringt der Igel den kalten Winter?", "in einem Nest", 30))
            \(Self.squad(Self.igel, "Wo verbringt der Igel den kalten Winter?", "in einem Nest", 30))
            \(Self.squad(Self.igel, "Wo verbringt der Igel den kalten Winter?", "Laub", 48))
            \(Self.squad(Self.igel, "Wo verbringt der Igel den kalten Winters?", "in einem Nest", 30))
            """
        ])
        let groups = found.map(\.group)
        #expect(groups == [.duplicates, .duplicates, .duplicates])
        let first = RecordPlace(file: folder.path + "/0.jsonl", number: 1)
        #expect(found.map(\.place.number) == [2, 3, 4])
        #expect(found[0].kind == .duplicate(first) && found[1].kind == .conflict(first))
        if case .nearDuplicate(first, let likeness) = found[2].kind {
            #expect(likeness > 0.8)
        } else {
            Issue.record("\(found[2].kind)")
        }
    }

    @Test func whatTwoFilesShareIsAnError() throws {
        let near = Self.igel.replacing("Hecke", with: "Heckex")
        let found = try check([
            Self.squad(Self.igel, "Wer?", "Der Igel", 0),
            """
            \(Self.squad(Self.igel, "Wer?", "Der Igel", 0))
            \(Self.squad(Self.igel, "Woraus ist das Nest?", "Laub und Reisig", 48))
            \(Self.squad(near, "Unter was?", "Heckex", 74))
            """,
        ])
        let first = RecordPlace(file: folder.path + "/0.jsonl", number: 1)
        #expect(found.contains { $0.kind == .overlap(first) && $0.place.number == 1 })
        #expect(found.contains { $0.kind == .sharedText(first) })
        #expect(
            found.contains { if case .nearText(first, _) = $0.kind { $0.place.number == 3 } else { false } })
        let overlaps = found.filter { $0.group == .overlap }
        #expect(overlaps.allSatisfy { $0.isError })
    }

    @Test func anInstructionOfAllRecordsIsNoSharedText() throws {
        let system = String(repeating: "Antworte knapp und nur mit Worten aus dem Text. ", count: 6)
        func line(_ question: String) -> String {
            #"{"messages":[{"role":"system","content":"\#(system.trimmed)"},{"role":"user","content":"\#(question)"},"#
                + #"{"role":"assistant","content":"ja"}]}"#
        }
        let first = [
            "Wer rief an?", "Was geschah dort?", "Wann war es vorbei?", "Wo lag der Fehler?",
            "Wie ging es aus?",
        ]
        let second = [
            "Kam jemand zu Schaden?", "Gab es eine Warnung?", "Half ein Neustart?", "Ist alles gut?",
        ]
        let found = try check([
            first.map(line).joined(separator: "\n"), second.map(line).joined(separator: "\n"),
        ])
        #expect(found.isEmpty, "\(found)")
    }

    @Test func secretsArePlacedAndNeverRepeated() throws {
        let key = "AKIA" + "IOSFODNN7EXAMPLQ"
        let found = try check([#"{"text":"Der Schlüssel \#(key) und mail@firma.de, 10.0.0.1"}"#])
        #expect(found.map(\.kind) == [.secret("aws_key", field: "text"), .personal("email", field: "text")])
        #expect(!"\(found)".contains(key))
        let all = try check([#"{"text":"10.0.0.1"}"#]) { $0.addresses = true }
        #expect(all.map(\.kind) == [.personal("ip_address", field: "text")])
    }

    @Test func longExamplesAreToldWithAModel() throws {
        let found = try check([#"{"text":"abcdefghij"}"# + "\n" + #"{"text":"ab"}"#]) { check in
            var encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: .gemma)
            encoder.maxLength = 8
            check.encoder = encoder
        }
        #expect(found.map(\.kind) == [.tooLong(tokens: 12, limit: 8)])
    }
}
