import Foundation
import TestSupport
import Testing

/// The repository held against the rules of the house.
@Suite struct HouseTests {
    private let sources = SourceFile.all(in: ["Sources"], endings: ["swift", "c", "h", "cpp", "inc"])
    private let tests = SourceFile.all(in: ["Tests"], endings: ["swift", "c", "h", "py"])
    private let words = SourceFile.all(
        in: ["Sources", "Tests", "Scripts", "docs", "Recipes", "Benchmarks", ".ci"],
        endings: ["swift", "c", "h", "cpp", "inc", "py", "md", "sh", "tsv", "yaml", "yml", ""])
    private let manifest: Manifest

    init() throws {
        let text = try String(contentsOfFile: Shared.repository + "/Package.swift", encoding: .utf8)
        // Fuzzers stand outside the house: they are built by hand and ship with nothing.
        manifest = Manifest(text.components(separatedBy: "// Fuzzers are built only by")[0])
    }

    @Test func thePlanHasNoArrowUpwards() {
        for (target, below) in Floors.arrows {
            let height = Floors.floor(of: target) ?? -1
            for name in below { #expect((Floors.floor(of: name) ?? .max) < height, "\(target) on \(name)") }
        }
    }

    @Test func theManifestIsReadWhole() {
        let folders = Set(sources.compactMap(\.target))
        #expect(folders.count > 12)
        #expect(folders.subtracting(manifest.dependencies.keys).isEmpty)
        #expect(manifest.dependencies["Text"] == ["Checkpoint", "CSentencePiece"])
        #expect(manifest.dependencies["hearth"]?.contains("Serving") == true)
    }

    @Test func theManifestHasOnlyTheArrowsOfThePlan() {
        #expect(Rules.arrows(of: manifest) == [])
    }

    @Test func filesImportOnlyWhatTheirTargetStandsOn() {
        #expect(sources.flatMap { Rules.imports(of: $0, manifest) } == [])
    }

    @Test func noFileIsTooLong() {
        #expect((sources + tests).flatMap(Rules.length) == [])
    }

    @Test func forbiddenWordsAreAbsent() {
        #expect(sources.flatMap(Rules.words) == [])
    }

    @Test func nothingIsMarkedUnfinished() {
        #expect((sources + tests).flatMap(Rules.marks) == [])
    }

    @Test func namesSayWhatAThingIs() {
        #expect((sources + tests).flatMap(Rules.names) == [])
    }

    @Test func noPathOfOneMachineIsCommitted() {
        #expect(words.count > 50)
        #expect(words.flatMap(Rules.paths) == [])
    }
}
