import Checkpoint
import Foundation

/// The keys callers may show, kept only as hashes.
///
/// Contract: `caller` takes the same time whichever key is right, and whether
/// one is. Why hashes: a core dump of the server holds no key.
public struct KeyRing: Sendable {
    private struct Entry: Sendable {
        let caller: String
        let digest: [UInt8]
    }

    private let entries: [Entry]

    /// A ring of one key.
    public init(key: String, caller: String) {
        entries = [Entry(caller: caller, digest: Self.digest(key))]
    }

    /// Reads a file with a key a line, as `KEY` or `NAME KEY`; `#` begins a comment line.
    public init(path: String) throws(ServingError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let bytes = FileManager.default.contents(atPath: path), let attributes else {
            throw .unreadableKeys(path: path)
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        if mode & 0o007 != 0 { throw .exposedKeys(path: path) }
        var entries: [Entry] = []
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 32 || $0 == 9 || $0 == 13 }
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            guard words.count <= 2, let key = words.last, (16...256).contains(key.count),
                words.allSatisfy({ $0.allSatisfy { $0 > 32 && $0 < 127 } })
            else { throw .badKey(path: path, line: index + 1) }
            let caller =
                words.count == 2 ? String(decoding: first, as: UTF8.self) : "key-\(entries.count + 1)"
            entries.append(Entry(caller: caller, digest: Self.digest(String(decoding: key, as: UTF8.self))))
        }
        if entries.isEmpty { throw .badKey(path: path, line: 1) }
        self.entries = entries
    }

    /// Who shows this key, if anyone.
    public func caller(of key: String) -> String? {
        let digest = Self.digest(key)
        var found: String?
        for entry in entries {
            var difference: UInt8 = 0
            for (a, b) in zip(entry.digest, digest) { difference |= a ^ b }
            found = difference == 0 ? entry.caller : found
        }
        return found
    }

    private static func digest(_ key: String) -> [UInt8] { Array(SHA256.hex(of: Array(key.utf8)).utf8) }
}
