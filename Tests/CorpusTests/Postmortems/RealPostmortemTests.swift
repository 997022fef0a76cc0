import Checkpoint
import TestSupport
import Testing

@testable import Corpus

/// Reports of ten organisations, none of which knew this reader.
@Suite struct RealPostmortemTests {
    static let path = Shared.file("data/postmortems/postmortems.jsonl")

    @Test(.enabled(if: path != nil, "needs ../shared"))
    func mostReportsAreTakenApart() throws {
        let imported = try PostmortemImport().read(try #require(Self.path))
        #expect(imported.records.count == 175)
        var (timelines, timed, acted, actions, told) = (0, 0, 0, 0, 0)
        for (record, source) in zip(imported.records, try DataFile(try #require(Self.path)).records) {
            let text = source.value["text"]?.string ?? ""
            let events = record["timeline"]?["timeline"]?.array ?? []
            let items = record["actions"]?["action_items"]?.array ?? []
            // The flags of the data were set by searching for words, not by reading.
            if source.value["has_timeline"]?.bool == true { timed += 1 }
            if !events.isEmpty { timelines += 1 }
            if source.value["has_action_items"]?.bool == true { acted += 1 }
            if !items.isEmpty { actions += 1 }
            if record["sections"]?["summary"]?.string != nil { told += 1 }
            for event in events {
                let time = event["time"]?.string ?? ""
                #expect(
                    !time.isEmpty && text.contains(time.split(separator: " ")[0]),
                    "\(record["id"]?.string ?? "")")
            }
        }
        #expect(Double(timelines) >= 0.85 * Double(timed), "\(timelines) of \(timed)")
        #expect(Double(actions) >= 0.85 * Double(acted), "\(actions) of \(acted)")
        #expect(told >= 120, "\(told)")
    }
}
