import Foundation
import Testing

@testable import Corpus

@Suite struct DatasetTests {
    let folder = TemporaryFolder()
    let encoder = ExampleEncoder(tokenizer: ByteTokenizer(), chatFormat: nil)

    func load(_ texts: [String], limit: Int? = nil) throws -> Dataset {
        let lines = texts.map { "{\"text\":\"\($0)\"}\n" }.joined()
        return try Dataset.load(
            [CorpusSource(path: try folder.file("\(texts.count).jsonl", lines))], with: encoder, limit: limit)
    }

    @Test func severalDatasetsFollowEachOther() throws {
        let one = CorpusSource(path: try folder.file("a.jsonl", #"{"text":"a"}"#))
        let two = CorpusSource(
            path: try folder.file("b.jsonl", #"{"prompt":"b","completion":"c"}"#))
        let dataset = try Dataset.load([one, two], with: encoder)
        #expect(dataset.examples.map { marked($0) } == ["<bos>[a<eos>]", "<bos>b[c<eos>]"])
        #expect(dataset.examples.map(\.place.file) == [one.path, two.path])
    }

    @Test func theLimitStopsReading() throws {
        #expect(try load(["a", "b", "c"], limit: 2).examples.count == 2)
        let broken = CorpusSource(path: try folder.file("c.jsonl", "{\"text\":\"a\"}\n{"))
        #expect(try Dataset.load([broken], with: encoder, limit: 1).examples.count == 1)
    }

    @Test func droppedExamplesAreCounted() throws {
        var encoder = encoder
        (encoder.maxLength, encoder.length) = (3, .drop)
        let source = CorpusSource(path: try folder.file("d.jsonl", "{\"text\":\"a\"}\n{\"text\":\"abc\"}"))
        let dataset = try Dataset.load([source], with: encoder)
        #expect(dataset.examples.map(\.line) == [1] && dataset.dropped == 1)
    }

    @Test func repeatsAreToldWithTheirLines() throws {
        let dataset = try load(["a", "b", "a", "c", "a"])
        let file = dataset.examples[0].place.file
        #expect(
            dataset.duplicates
                == .duplicates(
                    count: 2, first: RecordPlace(file: file, number: 3),
                    sameAs: RecordPlace(file: file, number: 1)))
        #expect(try load(["a", "b"]).duplicates == nil)
    }

    @Test func evaluationDataThatIsTrainedOnIsTold() throws {
        func one(_ prompt: String, _ answer: String, line: Int) throws -> EncodedExample {
            let place = RecordPlace(file: "x", number: line)
            let example = Example(.continuation(prompt: prompt, completion: answer), at: place)
            return try #require(try encoder.encode(example))
        }
        let training = Dataset([try one("p", "a", line: 1), try one("q", "b", line: 2)])
        let evaluation = Dataset([
            try one("r", "a", line: 11), try one("q", "b", line: 12), try one("p", "z", line: 13),
        ])
        func place(_ line: Int) -> RecordPlace { RecordPlace(file: "x", number: line) }
        #expect(
            evaluation.overlap(with: training) == [
                .overlap(count: 1, first: place(12), sameAs: place(2)),
                .sharedPrompts(count: 1, first: place(13), sameAs: place(1)),
            ])
        #expect(Dataset([evaluation.examples[0]]).overlap(with: training).isEmpty)
    }

    @Test func aPartIsPutAsideByASeed() throws {
        let dataset = try load((0..<100).map { "\($0)" })
        let (rest, aside) = try dataset.split(.share(0.1), seed: 1)
        #expect(rest.examples.count == 90 && aside.examples.count == 10)
        #expect(Set((rest.examples + aside.examples).map(\.line)).count == 100)
        #expect(aside.examples.map(\.line) == aside.examples.map(\.line).sorted())
        #expect(try dataset.split(.share(0.1), seed: 1).aside.examples == aside.examples)
        #expect(try dataset.split(.share(0.1), seed: 2).aside.examples != aside.examples)
        #expect(try dataset.split(.count(99), seed: 2).rest.examples.count == 1)
        #expect(try dataset.split(.share(0.001), seed: 2).aside.examples.count == 1)
        #expect(throws: CorpusError.self) { try dataset.split(.count(100), seed: 2) }
    }

    @Test func theDigestIsOfTokensAndMasks() throws {
        let dataset = try load(["a", "b"])
        #expect(dataset.digest.count == 64)
        #expect(try load(["a", "b"]).digest == dataset.digest)
        #expect(try load(["b", "a"]).digest != dataset.digest)
        let first = dataset.examples[0]
        let other = EncodedExample(
            ids: first.ids, trained: first.trained.map { _ in false }, place: first.place)
        #expect(Dataset([first]).digest != Dataset([other]).digest)
        // One list of four and two of two are not the same.
        #expect(
            Dataset([example([1, 2, 3, 4], from: 4)]).digest
                != Dataset([example([1, 2], from: 2), example([3, 4], from: 2)]).digest)
    }

    @Test func theDumpIsInTrainingOrder() throws {
        let dataset = try load(["a", "b", "c"])
        let steps = BatchSequence(
            dataset.examples, mode: .shuffled, batchSize: 2, accumulation: 1, length: .epochs(1), seed: 1)
        let bytes = steps.epoch(0).flatMap { BatchDump.lines(of: $0, dataset.examples) }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let order = steps.epoch(0).flatMap { $0.microBatches.joined() }
        #expect(lines.count == 3)
        for (line, example) in zip(lines, order) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["ids"] as? [Int] == dataset.examples[example].ids.map { Int($0) })
            #expect(object?["trained"] as? [Int] == [0, 1, 1])
            #expect(object?["step"] as? Int == (line == lines[2] ? 2 : 1))
        }
    }
}
