import Testing

@testable import Evaluation

@Suite struct AnswerMatchTests {
    struct Row: Decodable {
        let answer: String
        let gold: [String]
        let normalised: String
        let exact: Double
        let f1: Double
        let german: String
        let german_exact: Double
        let german_f1: Double
    }

    @Test func aThousandPairsScoreExactlyAsTheOfficialScriptScoresThem() throws {
        let rows = try Golden.rows("answers.jsonl", of: Row.self)
        #expect(rows.count == 1000)
        for row in rows {
            let match = AnswerMatch(row.answer, references: row.gold)
            #expect(bytes(AnswerRules.squad.normalised(row.answer)) == bytes(row.normalised))
            #expect(match.exact == row.exact && match.f1 == row.f1, "\(row)")
        }
    }

    @Test func aThousandPairsScoreExactlyAsTheGermanRulesToldInPythonScoreThem() throws {
        for row in try Golden.rows("answers.jsonl", of: Row.self) {
            let match = AnswerMatch(row.answer, references: row.gold, rules: .german)
            #expect(bytes(AnswerRules.german.normalised(row.answer)) == bytes(row.german))
            #expect(match.exact == row.german_exact && match.f1 == row.german_f1, "\(row)")
        }
    }

    @Test(
        arguments: [
            ("Der Ausfall der „Datenbank“.", "ausfall datenbank"),
            ("die Übergabe", "übergabe"),
            ("u\u{308}ber die Straße", "über straße"),
            ("»Eine Störung«", "störung"),
            ("Einer von 1.000", "von 1000"),
            ("das Dasein – ein Einzelfall", "dasein einzelfall"),
        ])
    func germanRulesByExample(answer: String, normalised: String) {
        #expect(bytes(AnswerRules.german.normalised(answer)) == bytes(normalised))
    }

    @Test(
        arguments: [
            ("« L’État, c’est moi. »", "létat cest moi"), ("Ответ: ДА!", "ответ да"),
            ("der Hund", "der hund"),
            ("東京タワー。", "東 京 タ ワー"), ("AI研究所", "ai 研 究 所"), ("ที่นี่", "ที่ นี่"),
        ])
    func otherLanguagesByExample(answer: String, normalised: String) {
        #expect(bytes(AnswerRules.unicode.normalised(answer)) == bytes(normalised))
    }

    @Test func answersInScriptsWithoutBlanksOverlap() {
        #expect(AnswerMatch("東京都", references: ["東京"], rules: .unicode).f1 == 0.8)
        #expect(AnswerMatch("東京都", references: ["東京"], rules: .squad).f1 == 0)
        #expect(RougeL("东京 塔", references: ["东京"]).f1 == 0)
        #expect(RougeL("东京 塔", references: ["东京"], rules: .unicode).f1 == 0.8)
    }

    @Test func umlautsAndSharpSAreNotSpelledOut() {
        #expect(AnswerMatch("Strasse", references: ["Straße"], rules: .german).exact == 0)
        #expect(AnswerMatch("uber", references: ["über"], rules: .german).exact == 0)
    }

    @Test func noAnswerIsRightWhereThereIsNone() {
        #expect(AnswerMatch("", references: []).exact == 1)
        #expect(AnswerMatch("the.", references: [""]).f1 == 1)
        #expect(AnswerMatch("something", references: []).f1 == 0)
        #expect(AnswerMatch("", references: ["something"]).exact == 0)
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
