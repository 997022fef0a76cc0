/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
///
/// Why our own: no Swift cryptography can be had without the network, and this is
/// used only to notice damage, never to keep a secret.
public struct SHA256: Sendable {
    /// The bytes of a digest.
    public static let byteCount = 32

    private var state = State()
    /// The beginning of a block that is not yet full.
    private var rest: [UInt8] = []
    private var length: UInt64 = 0

    /// Nothing digested yet.
    public init() { rest.reserveCapacity(128) }

    /// Takes in more bytes.
    public mutating func update(_ bytes: MappedBytes) {
        length &+= UInt64(bytes.count)
        var offset = 0
        if !rest.isEmpty {
            offset = min(64 - rest.count, bytes.count)
            rest.append(contentsOf: bytes[0..<offset].array)
            guard rest.count == 64 else { return }
            state.absorb(MappedBytes(rest), from: 0, blocks: 1)
            rest.removeAll(keepingCapacity: true)
        }
        let blocks = (bytes.count - offset) / 64
        state.absorb(bytes, from: offset, blocks: blocks)
        rest.append(contentsOf: bytes[offset + blocks * 64..<bytes.count].array)
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update(MappedBytes(owner: nil, buffer: $0)) }
    }

    /// The digest of everything taken in so far.
    public func digest() -> [UInt8] {
        var end = rest + [0x80]
        end += [UInt8](repeating: 0, count: (120 - end.count % 64) % 64)
        for shift in stride(from: 56, through: 0, by: -8) {
            end.append(UInt8(truncatingIfNeeded: (length &* 8) >> UInt64(shift)))
        }
        var state = state
        state.absorb(MappedBytes(end), from: 0, blocks: end.count / 64)
        return state.words.flatMap { word in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
    }

    /// The digest of everything taken in so far, in lower-case hexadecimal.
    public var hexadecimal: String {
        digest().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The digest of some bytes in lower-case hexadecimal.
    public static func hex(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexadecimal
    }

    /// The digest of some bytes in lower-case hexadecimal.
    public static func hex(of bytes: MappedBytes) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexadecimal
    }
}

/// The eight words that SHA-256 keeps from block to block.
private struct State: Sendable {
    var a: UInt32 = 0x6a09_e667, b: UInt32 = 0xbb67_ae85, c: UInt32 = 0x3c6e_f372, d: UInt32 = 0xa54f_f53a
    var e: UInt32 = 0x510e_527f, f: UInt32 = 0x9b05_688c, g: UInt32 = 0x1f83_d9ab, h: UInt32 = 0x5be0_cd19

    var words: [UInt32] { [a, b, c, d, e, f, g, h] }

    mutating func absorb(_ bytes: MappedBytes, from start: Int, blocks: Int) {
        var w = InlineArray<64, UInt32>(repeating: 0)
        for block in 0..<blocks {
            let place = start + block * 64
            for i in 0..<16 { w[i] = bytes.integer(at: place &+ i &* 4, as: UInt32.self).byteSwapped }
            for i in 16..<64 {
                let x = w[i &- 15]
                let y = w[i &- 2]
                let s0 = Self.rotate(x, 7) ^ Self.rotate(x, 18) ^ x &>> 3
                let s1 = Self.rotate(y, 17) ^ Self.rotate(y, 19) ^ y &>> 10
                w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
            }
            rounds(&w)
        }
    }

    /// The 64 rounds. The words change their names instead of their places, so that
    /// nothing is moved.
    @inline(__always)
    private mutating func rounds(_ w: inout InlineArray<64, UInt32>) {
        var (a, b, c, d, e, f, g, h) = (a, b, c, d, e, f, g, h)
        var i = 0
        while i < 64 {
            Self.round(a, b, c, &d, e, f, g, &h, w[i] &+ roundConstants[i])
            Self.round(h, a, b, &c, d, e, f, &g, w[i &+ 1] &+ roundConstants[i &+ 1])
            Self.round(g, h, a, &b, c, d, e, &f, w[i &+ 2] &+ roundConstants[i &+ 2])
            Self.round(f, g, h, &a, b, c, d, &e, w[i &+ 3] &+ roundConstants[i &+ 3])
            Self.round(e, f, g, &h, a, b, c, &d, w[i &+ 4] &+ roundConstants[i &+ 4])
            Self.round(d, e, f, &g, h, a, b, &c, w[i &+ 5] &+ roundConstants[i &+ 5])
            Self.round(c, d, e, &f, g, h, a, &b, w[i &+ 6] &+ roundConstants[i &+ 6])
            Self.round(b, c, d, &e, f, g, h, &a, w[i &+ 7] &+ roundConstants[i &+ 7])
            i &+= 8
        }
        self.a &+= a
        self.b &+= b
        self.c &+= c
        self.d &+= d
        self.e &+= e
        self.f &+= f
        self.g &+= g
        self.h &+= h
    }

    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
        _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ wk: UInt32
    ) {
        let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
        let t = h &+ s1 &+ (g ^ (e & (f ^ g))) &+ wk
        let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
        d = d &+ t
        h = t &+ s0 &+ ((a & b) | (c & (a | b)))
    }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ by: UInt32) -> UInt32 { x &>> by | x &<< (32 &- by) }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants: InlineArray<64, UInt32> = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]
