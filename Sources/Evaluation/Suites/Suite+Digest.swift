import Checkpoint
import Foundation

extension Suite {
    /// One digest of the suite's text and of every file its tasks read.
    ///
    /// Two evaluations asked the same only where this is equal; files that cannot
    /// be read count as empty here, and are an error where they are needed.
    func digest() -> String {
        var parts = [SHA256.hex(of: bytes)]
        let paths = tasks.flatMap { [$0.data.path, $0.fewshot.path, $0.judge?.labelled].compactMap(\.self) }
        for path in Set(paths).sorted() {
            parts.append(SHA256.hex(of: FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []))
        }
        return SHA256.hex(of: Array(parts.joined(separator: "\n").utf8))
    }
}
