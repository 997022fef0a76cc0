import Foundation
import Testing

@testable import Checkpoint

@Suite struct LettingGoTests {
    @Test func bytesThatWereLetGoAreReadAgain() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).bin").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let file = try MappedFile(path: path)
        #expect(file.bytes.array == bytes)
        file.bytes[17..<90_001].letGo()
        file.bytes[0..<0].letGo()
        #expect(file.bytes.array == bytes)
    }

    @Test func bytesOfTheirOwnAreKept() {
        let bytes = MappedBytes([UInt8](repeating: 7, count: 50_000))
        bytes.letGo()
        #expect(bytes.array.allSatisfy { $0 == 7 })
    }
}
