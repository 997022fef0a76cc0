import Foundation

@testable import Evaluation

/// A model that is a pure function of its prompt, for tests.
///
/// A continuation's likelihood depends on its text alone, so that answers can be
/// worked out by hand; generation answers what the prompt asks it to say.
struct FakeSubject: Subject {
    var name = "fake"
    var identity: [(key: String, value: String)] = [("weights", "none")]
    /// Stops with an error after so many answers.
    var failsAfter = Int.max
    var seed: UInt64 = 1
    var answer: @Sendable (String) -> String = { prompt in
        prompt.split(separator: "=").last.map(String.init) ?? ""
    }

    struct Stopped: Error {}

    func score(
        _ requests: [ScoreRequest], finished: (Int, [ContinuationScore]) throws -> Void
    ) async throws {
        for (place, request) in requests.enumerated() {
            if place >= failsAfter { throw Stopped() }
            try finished(place, request.continuations.map { one(request.context.text + $0) })
        }
    }

    func one(_ text: String) -> ContinuationScore {
        let random = CounterRandom(seed: seed)
        let sum = text.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) % 1_000_003 }
        return ContinuationScore(
            logprob: -20 * random.unit(sum, 0), isGreedy: random.unit(sum, 1) < 0.3, tokens: text.utf8.count)
    }

    func generate(
        _ requests: [GenerateRequest], finished: (Int, GeneratedText) throws -> Void
    ) async throws {
        // Answers arrive in another order than they were asked for, as a batch's do.
        for (count, place) in requests.indices.reversed().enumerated() {
            if count >= failsAfter { throw Stopped() }
            let text = answer(requests[place].prompt.text)
            var generated = GeneratedText(text, tokens: max(1, text.utf8.count))
            generated.logprob = -Double(text.utf8.count) / 10
            generated.timing = .init(promptTokens: 10, firstToken: 0.5, rest: 1)
            try finished(place, generated)
        }
    }

    func rolling(_ texts: [String], finished: (Int, Double) throws -> Void) async throws {
        for (place, text) in texts.enumerated() { try finished(place, -Double(text.utf8.count)) }
    }
}

/// A folder that is gone when the test is over.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
