import Foundation
import Testing

@testable import Training

/// The files that other programs read.
@Suite struct ReportTests {
    @Test func theChecksumIsCastagnolis() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([]) == 0)
    }

    @Test func eventsAreRecordsWithTheirChecksums() throws {
        let folder = try TemporaryFolder()
        let events = try EventFile(folder.path, after: 50)
        try events.add([("train/loss", 1.5), ("train/epoch", 0.25)], step: 51)
        let name = "events.out.tfevents.0000000050.hearth"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)")))
        var at = 0
        var records: [[UInt8]] = []
        func little(_ range: Range<Int>) -> UInt64 {
            bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        while at < bytes.count {
            let length = Int(little(at..<at + 8))
            #expect(UInt32(little(at + 8..<at + 12)) == CRC32C.masked(Array(bytes[at..<at + 8])))
            let content = Array(bytes[at + 12..<at + 12 + length])
            #expect(UInt32(little(at + 12 + length..<at + 16 + length)) == CRC32C.masked(content))
            records.append(content)
            at += 16 + length
        }
        #expect(records.count == 3)
        #expect(records[0].suffix(13) == Array("brain.Event:2".utf8)[...])
        // Field 2, the step, after eight bytes of time; then the summary with a float of 1.5.
        #expect(Array(records[2][9..<11]) == [0x10, 51])
        let loss = Array("train/loss".utf8) + [0x15, 0, 0, 0xC0, 0x3F]
        #expect(records[2].indices.contains { records[2][$0...].starts(with: loss) })
    }

    @Test func aPlotIsTheSameForTheSameNumbersAndSurvivesOddOnes() {
        func plot(_ losses: [Double], _ evaluation: [Double] = []) -> String {
            LossPlot(
                title: "a <b> & \"c\"", training: losses.enumerated().map { ($0.offset + 1, $0.element) },
                evaluation: evaluation.enumerated().map { ($0.offset + 1, $0.element) }
            ).svg
        }
        #expect(plot([3, 2, 1], [2.5]) == plot([3, 2, 1], [2.5]))
        #expect(plot([]).hasSuffix("</svg>\n"))
        for odd in [[0, 0, 0], [1e9, 1e-9], [.infinity, 2, 1], [5]] {
            #expect(!plot(odd).contains("nan") && !plot(odd).contains("inf"))
        }
        #expect(plot([1]).contains("a &lt;b&gt; &amp; &quot;c&quot;"))
    }
}
