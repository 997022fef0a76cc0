import Testing

@testable import Evaluation

@Suite struct TextMetricTests {
    struct Corpus: Decodable {
        struct Segment: Decodable {
            let candidate: String
            let references: [String]
            let rouge: [Double]
        }
        let segments: [Segment]
        let bleu: Double
        let chrf: Double
    }

    @Test func corpusBLEUIsSacrebleus() throws {
        for corpus in try Golden.rows("texts.jsonl", of: Corpus.self) {
            let counts = corpus.segments.map { BLEU($0.candidate, references: $0.references) }
            #expect(near(counts.reduce(BLEU(), +).score, corpus.bleu))
        }
    }

    @Test func corpusChrFIsSacrebleus() throws {
        for corpus in try Golden.rows("texts.jsonl", of: Corpus.self) {
            let counts = corpus.segments.map { ChrF($0.candidate, references: $0.references) }
            #expect(near(counts.reduce(ChrF(), +).score, corpus.chrf))
        }
    }

    @Test func rougeLIsGoogles() throws {
        for segment in try Golden.rows("texts.jsonl", of: Corpus.self).flatMap(\.segments) {
            let rouge = RougeL(segment.candidate, references: segment.references)
            #expect([rouge.precision, rouge.recall, rouge.f1] == segment.rouge)
        }
    }

    @Test func theGoldenCorporaAreNotAllAlike() throws {
        let scores = try Golden.rows("texts.jsonl", of: Corpus.self).map(\.bleu)
        #expect(scores.contains { $0 == 0 } && scores.contains { $0 > 40 })
    }

    @Test func anEmptyCorpusScoresNothing() {
        #expect(BLEU().score == 0 && ChrF().score == 0)
        #expect(BLEU("", references: [""]).score == 0)
        #expect(RougeL("", references: []).f1 == 0)
    }
}
