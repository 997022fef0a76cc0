import Checkpoint
import Testing

@testable import Corpus

@Suite struct GroupSplitTests {
    static let parts = [("train", 0.7), ("validation", 0.1), ("test", 0.2)].map {
        GroupSplit.Part(name: $0, share: $1)
    }

    static func names(_ seed: UInt64) -> [String] {
        var dice = Dice(seed)
        return (0..<600).map { _ in "g\(dice.roll(90))" }
    }

    @Test(arguments: [1, 7, 3407] as [UInt64])
    func groupsStayTogetherAndSharesAreMet(_ seed: UInt64) {
        let groups = Self.names(seed)
        let owners = GroupSplit(Self.parts, seed: seed).assign(groups)
        for name in Set(groups) {
            #expect(Set(groups.indices.filter { groups[$0] == name }.map { owners[$0] }).count == 1)
        }
        for (part, share) in Self.parts.enumerated() {
            let count = owners.count { $0 == part }
            #expect(abs(Double(count) / 600 - share.share) < 0.03, "\(share.name): \(count)")
        }
    }

    @Test func theOrderOfRecordsDoesNotMatterAndTheSeedDoes() {
        let groups = Self.names(5)
        let split = GroupSplit(Self.parts, seed: 11)
        let owners = split.assign(groups)
        #expect(split.assign(groups.reversed()) == owners.reversed())
        #expect(GroupSplit(Self.parts, seed: 12).assign(groups) != owners)
        #expect(split.assign(groups) == owners)
    }

    @Test func everyPartGetsAGroupWhileThereAreEnough() {
        for seed in 0..<40 {
            let owners = GroupSplit(Self.parts, seed: UInt64(seed)).assign(
                Array(repeating: "large", count: 500) + ["a", "b", "c"])
            #expect(Set(owners) == [0, 1, 2])
        }
        #expect(GroupSplit(Self.parts, seed: 1).assign(["one", "one"]) == [0, 0])
    }

    @Test func textsAlmostTheSameStayTogether() throws {
        let folder = TemporaryFolder()
        let text = DataCheckTests.igel
        let lines = [
            text, "Etwas ganz anderes über Störche und ihre Reise nach Afrika.",
            text.replacing("Hecke", with: "Heckex"),
        ]
        .map { DataCheckTests.squad($0, "Was?", "x", -1) }
        let records = try DataFile(try folder.file("d.jsonl", lines.joined(separator: "\n"))).records
        let (names, merged) = try GroupSplit.groups(of: records, by: nil, likeness: 0.8)
        #expect(names[0] == names[2] && names[0] != names[1] && merged == 1)
        #expect(try GroupSplit.groups(of: records, by: nil, likeness: 1).merged == 0)
        #expect(
            try GroupSplit.groups(of: records, by: "question", likeness: 1).names == ["Was?", "Was?", "Was?"])
        #expect(throws: CorpusError.self) { try GroupSplit.groups(of: records, by: "service", likeness: 1) }
    }
}
