import Foundation
import Testing

@testable import Registry

/// Rows of the audit: what was asked, never what was said.
@Suite struct RequestRowsTests {
    private func facts(_ number: Int, model: String? = "m") -> RequestFacts {
        RequestFacts(
            request: "req_\(number)", time: Double(number), caller: "agent", route: "/v1/completions",
            model: model, status: 200, outcome: "completed", bytes: 10 * number, promptTokens: 3,
            newTokens: 4,
            seconds: 0.5, digest: model == nil ? nil : String(repeating: "a", count: 64))
    }

    @Test func requestsComeBackNewestFirst() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/registry.sqlite"
        let registry = try Registry(path: path)
        try registry.record([facts(1), facts(2, model: nil)])
        try registry.record([facts(3)])
        #expect(try registry.requests(latest: 2).map(\.facts) == [facts(3), facts(2, model: nil)])
        #expect(
            try Registry(path: path).requests(latest: 9).map(\.facts.request) == ["req_3", "req_2", "req_1"])
    }
}
