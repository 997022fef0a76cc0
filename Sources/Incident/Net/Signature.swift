import Checkpoint

/// Keyed hashes by which a webhook shows that it knows a secret.
public enum Signature {
    /// HMAC-SHA256 (RFC 2104) as hexadecimal digits.
    public static func hmac(_ message: [UInt8], key: [UInt8]) -> String {
        var block = key.count > 64 ? digest(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = digest(block.map { $0 ^ 0x36 } + message)
        return SHA256.hex(of: block.map { $0 ^ 0x5C } + inner)
    }

    /// Whether two texts are the same, in a time that tells nothing about where they differ.
    public static func same(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8), b = Array(b.utf8)
        var difference = a.count ^ b.count
        for index in 0..<max(a.count, b.count) {
            difference |= Int((index < a.count ? a[index] : 0) ^ (index < b.count ? b[index] : 0))
        }
        return difference == 0
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}
