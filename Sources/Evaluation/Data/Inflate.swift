/// Unpacks gzip, which benchmark files come in.
///
/// Untrusted input: every length is checked, the output has a limit, and the
/// checksum at the end must be right. The decoder walks codes bit by bit, which
/// is slow and small; data files are read once.
struct Inflate {
    enum Problem: Error { case damaged, tooLarge }

    private var input: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private let limit: Int
    private var held: UInt32 = 0
    private var heldBits = 0

    private init(_ input: ArraySlice<UInt8>, limit: Int) {
        self.input = input
        self.limit = limit
    }

    /// The contents of a gzip file, all its members one after another.
    static func gzip(_ bytes: [UInt8], limit: Int) throws(Problem) -> [UInt8] {
        var rest = bytes[...]
        var output: [UInt8] = []
        repeat {
            var member = Inflate(try body(rest), limit: limit - output.count)
            try member.blocks()
            guard member.input.count >= 8 else { throw .damaged }
            let trailer = Array(member.input.prefix(8))
            guard word(trailer[0..<4]) == CRC32.of(member.output),
                word(trailer[4..<8]) == UInt32(truncatingIfNeeded: member.output.count)
            else { throw .damaged }
            output += member.output
            rest = member.input.dropFirst(8)
        } while !rest.isEmpty
        return output
    }

    /// What follows a member's header.
    private static func body(_ bytes: ArraySlice<UInt8>) throws(Problem) -> ArraySlice<UInt8> {
        let header = Array(bytes.prefix(10))
        guard header.count == 10, header[0] == 0x1F, header[1] == 0x8B, header[2] == 8,
            header[3] & 0xE0 == 0
        else { throw .damaged }
        var rest = bytes.dropFirst(10)
        if header[3] & 4 != 0 {
            let length = Array(rest.prefix(2))
            guard length.count == 2 else { throw .damaged }
            rest = rest.dropFirst(2 + Int(length[0]) + Int(length[1]) << 8)
        }
        for flag: UInt8 in [8, 16] where header[3] & flag != 0 {
            guard let end = rest.firstIndex(of: 0) else { throw .damaged }
            rest = rest[(end + 1)...]
        }
        if header[3] & 2 != 0 { rest = rest.dropFirst(2) }
        return rest
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    // MARK: Blocks

    private mutating func blocks() throws(Problem) {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1: try compressed(Self.fixedLengths, Self.fixedDistances)
            case 2:
                let (lengths, distances) = try tables()
                try compressed(lengths, distances)
            default: throw .damaged
            }
        }
    }

    private mutating func stored() throws(Problem) {
        held = 0
        heldBits = 0
        let header = Array(input.prefix(4))
        guard header.count == 4 else { throw .damaged }
        let length = Int(header[0]) | Int(header[1]) << 8
        guard length ^ 0xFFFF == Int(header[2]) | Int(header[3]) << 8, input.count - 4 >= length
        else { throw .damaged }
        guard output.count + length <= limit else { throw .tooLarge }
        output += input.dropFirst(4).prefix(length)
        input = input.dropFirst(4 + length)
    }

    private mutating func compressed(_ lengths: PrefixCode, _ distances: PrefixCode) throws(Problem) {
        while true {
            let symbol = try next(lengths)
            if symbol == 256 { return }
            if symbol < 256 {
                guard output.count < limit else { throw .tooLarge }
                output.append(UInt8(symbol))
                continue
            }
            guard symbol - 257 < Self.lengthBases.count else { throw .damaged }
            let length = Self.lengthBases[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
            let place = try next(distances)
            guard place < Self.distanceBases.count else { throw .damaged }
            let distance = Self.distanceBases[place] + (try bits(Self.distanceBits[place]))
            guard distance <= output.count else { throw .damaged }
            guard output.count + length <= limit else { throw .tooLarge }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    /// The codes a block brings with it, themselves written in a code.
    private mutating func tables() throws(Problem) -> (PrefixCode, PrefixCode) {
        let lengthCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        let codeCount = try bits(4) + 4
        guard lengthCount <= 286, distanceCount <= 30 else { throw .damaged }
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var widths = [Int](repeating: 0, count: 19)
        for place in order.prefix(codeCount) { widths[place] = try bits(3) }
        let code = try PrefixCode(widths)
        var all: [Int] = []
        while all.count < lengthCount + distanceCount {
            switch try next(code) {
            case 16:
                guard let last = all.last else { throw .damaged }
                all += Array(repeating: last, count: 3 + (try bits(2)))
            case 17: all += Array(repeating: 0, count: 3 + (try bits(3)))
            case 18: all += Array(repeating: 0, count: 11 + (try bits(7)))
            case let width: all.append(width)
            }
        }
        guard all.count == lengthCount + distanceCount, all[256] != 0 else { throw .damaged }
        return (try PrefixCode(Array(all[..<lengthCount])), try PrefixCode(Array(all[lengthCount...])))
    }

    // MARK: Bits

    private mutating func bits(_ count: Int) throws(Problem) -> Int {
        while heldBits < count {
            guard let byte = input.popFirst() else { throw .damaged }
            held |= UInt32(byte) << heldBits
            heldBits += 8
        }
        let value = Int(held & ((1 << count) - 1))
        held >>= count
        heldBits -= count
        return value
    }

    private mutating func next(_ code: PrefixCode) throws(Problem) -> Int {
        var word = 0
        var first = 0
        var place = 0
        for count in code.counts.dropFirst() {
            word |= try bits(1)
            if word - first < count { return code.symbols[place + word - first] }
            place += count
            first = (first + count) << 1
            word <<= 1
        }
        throw .damaged
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
        163, 195, 227, 258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
        3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let fixedLengths = PrefixCode(
        complete: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = PrefixCode(complete: Array(repeating: 5, count: 30))
}

/// A canonical prefix code: how many words of each length, and their symbols in order.
struct PrefixCode: Sendable {
    let counts: [Int]
    let symbols: [Int]

    /// A code from the widths of its words, 0 for symbols it does not have;
    /// more words than fit are damage.
    init(_ widths: [Int]) throws(Inflate.Problem) {
        self.init(complete: widths)
        var left = 1
        for count in counts.dropFirst() {
            left = left << 1 - count
            guard left >= 0 else { throw .damaged }
        }
    }

    fileprivate init(complete widths: [Int]) {
        var counts = [Int](repeating: 0, count: 16)
        for width in widths where width > 0 { counts[width] += 1 }
        self.counts = counts
        symbols = (1...15).flatMap { width in widths.indices.filter { widths[$0] == width } }
    }
}

/// The checksum gzip ends with.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
