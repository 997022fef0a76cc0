import Foundation
import TestSupport
import Testing

@testable import Checkpoint

/// nst/JSONTestSuite: `y_` must be read, `n_` must be refused, `i_` is ours to decide.
@Suite(.enabled(if: Shared.file("data/json/JSONTestSuite/test_parsing") != nil, "needs ../shared"))
struct JSONTestSuiteTests {
    /// What the standard allows and we refuse, with the reason.
    static let stricter: [String: JSONError.Problem] = [
        "y_object_duplicated_key.json": .duplicateKey("a"),
        "y_object_duplicated_key_and_value.json": .duplicateKey("a"),
    ]

    /// What the standard leaves open and we read; all other `i_` files are refused.
    static let readAnyway: Set<String> = [
        "i_number_double_huge_neg_exp.json", "i_number_real_underflow.json",
        "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    ]

    static func files(_ prefix: String) throws -> [(name: String, bytes: MappedBytes)] {
        let folder = try #require(Shared.file("data/json/JSONTestSuite/test_parsing"))
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasPrefix(prefix) }
            .map { ($0, try MappedFile(path: folder + "/" + $0).bytes) }
    }

    func problem(_ bytes: MappedBytes) -> JSONError.Problem? {
        do throws(JSONError) {
            _ = try JSON.parse(bytes)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func soundTextsAreRead() throws {
        let files = try Self.files("y_")
        #expect(files.count == 95)
        for (name, bytes) in files { #expect(problem(bytes) == Self.stricter[name], "\(name)") }
    }

    @Test func unsoundTextsAreRefused() throws {
        let files = try Self.files("n_")
        #expect(files.count == 188)
        for (name, bytes) in files { #expect(problem(bytes) != nil, "\(name)") }
    }

    @Test func openQuestionsAreDecidedStrictly() throws {
        let files = try Self.files("i_")
        #expect(files.count == 35)
        let read = files.filter { problem($0.bytes) == nil }.map(\.name)
        #expect(Set(read) == Self.readAnyway)
    }

    @Test func whatWasReadWritesAndReadsBackEqual() throws {
        for (name, bytes) in try Self.files("y_") where Self.stricter[name] == nil {
            let value = try JSON.parse(bytes)
            for pretty in [false, true] {
                #expect(try JSON.parse(value.serialised(pretty: pretty)) == value, "\(name)")
            }
        }
    }
}
