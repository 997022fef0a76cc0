import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// Damaged files give errors, never crashes.
@Suite struct DamageTests {
    /// The same text with some bytes changed, removed or doubled.
    private func mutant(_ bytes: [UInt8], _ round: Int) -> [UInt8] {
        let random = CounterRandom(seed: 11)
        var bytes = bytes
        for change in 0..<(1 + round % 4) {
            guard !bytes.isEmpty else { break }
            let place = random.below(bytes.count, round, 3 * change)
            switch random.below(4, round, 3 * change + 1) {
            case 0: bytes[place] = UInt8(random.below(256, round, 3 * change + 2))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(bytes[place], at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40, round, 99)))
            }
        }
        return bytes
    }

    private func file(_ name: String) throws -> [UInt8] {
        let path = Shared.repository + "/Benchmarks/Suites/" + name
        return [UInt8](try #require(FileManager.default.contents(atPath: path)))
    }

    @Test(arguments: ["postmortem.yaml", "general.yaml", "smoke.yaml"])
    func suites(name: String) throws {
        let bytes = try file(name)
        var refused = 0
        for round in 0..<500 {
            do throws(SuiteError) {
                _ = try Suite(mutant(bytes, round), path: "/s.yaml")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50 && refused < 500)
    }

    @Test(arguments: ["arc-shape.jsonl", "citizenship-shape.tsv"]) func data(name: String) throws {
        let bytes = try file("data/" + name)
        let folder = try Folder()
        let suite = try Suite.read(Shared.repository + "/Benchmarks/Suites/general.yaml")
        let task = try #require(suite.tasks.first { $0.data.path.hasSuffix(name) })
        var refused = 0
        for round in 0..<300 {
            let path = folder.path + "/" + name
            try Data(mutant(bytes, round)).write(to: URL(fileURLWithPath: path))
            do throws(DataError) {
                _ = try ItemRenderer.items(of: task.reading(path))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 20)
    }

    @Test func samplesAndResults() async throws {
        let folder = try Folder()
        let suite = try Suite.read(Shared.repository + "/Benchmarks/Suites/german-qa.yaml")
        let out = folder.path + "/out"
        _ = try await EvaluationRun(suites: [suite], subject: FakeSubject(), output: out, limit: 4).run()
        let names = try FileManager.default.contentsOfDirectory(atPath: out).filter {
            !$0.hasPrefix("report")
        }
        for name in names {
            let whole = [UInt8](try #require(FileManager.default.contents(atPath: out + "/" + name)))
            for round in 0..<60 {
                try Data(mutant(whole, round)).write(to: URL(fileURLWithPath: out + "/" + name))
                do throws(ResultsError) { _ = try Comparison(out, out) } catch {}
            }
            try Data(whole).write(to: URL(fileURLWithPath: out + "/" + name))
        }
        #expect(try Comparison(out, out).rows.allSatisfy { $0.verdict != .better })
    }

    @Test func numbersThatNoItemHasAreNotCounted() throws {
        let bleu = MetricSpec(kind: .bleu, name: "bleu")
        let line = #"{"doc_id":0,"bleu":[1e300,1,1,1,1,1,1,1,1,1],"ece":[7,1]}"#
        let sample = try #require(Sample(try JSON.parse(Array(line.utf8))))
        #expect(sample.values(bleu) == nil)
        #expect(sample.values(MetricSpec(kind: .calibrationError, name: "ece")) == nil)
    }
}
