extension JSONReader {
    private static let longestNumber = 1024

    /// Reads `true` or `false`.
    public mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        let value = bytes[offset] == UInt8(ascii: "t")
        try word(value ? "true" : "false")
        return value
    }

    /// Reads `null`.
    public mutating func null() throws(JSONError) {
        try expect(.null)
        try word("null")
    }

    /// Reads a whole number, written without fraction and exponent.
    public mutating func integer() throws(JSONError) -> Int64 {
        let start = offset
        guard case .integer(let value) = try number() else {
            throw JSONError(offset: start, problem: .notAnInteger)
        }
        return value
    }

    /// Reads any number as a Double.
    public mutating func double() throws(JSONError) -> Double {
        switch try number() {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: preconditionFailure("a number is an integer or a Double")
        }
    }

    /// Reads a number, exactly where it is a whole one that fits.
    mutating func number() throws(JSONError) -> JSON {
        try expect(.number)
        let start = offset
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let leading = offset
        try digits()
        if bytes[leading] == UInt8(ascii: "0"), offset > leading + 1 {
            offset = leading
            throw problem(.malformedNumber)
        }
        var isWhole = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            try digits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            offset += 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")
            {
                offset += 1
            }
            try digits()
        }
        return try value(start..<offset, isWhole: isWhole)
    }

    private func value(_ range: Range<Int>, isWhole: Bool) throws(JSONError) -> JSON {
        let written = text.text(StringRange(bytes: range, hasEscapes: false))
        // Minus zero is a number of its own, which no Int64 is.
        if isWhole, let whole = Int64(written), whole != 0 || bytes[range.lowerBound] != UInt8(ascii: "-") {
            return .integer(whole)
        }
        guard let number = Double(written), number.isFinite else {
            throw JSONError(offset: range.lowerBound, problem: .numberOutOfRange)
        }
        return .number(number)
    }

    /// One digit or more.
    private mutating func digits() throws(JSONError) {
        let start = offset
        while offset < bytes.count, bytes[offset] >= UInt8(ascii: "0"), bytes[offset] <= UInt8(ascii: "9") {
            offset += 1
        }
        guard offset > start else { throw problem(.malformedNumber) }
        guard offset - start <= Self.longestNumber else {
            throw problem(.numberTooLong(limit: Self.longestNumber))
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        guard offset + length <= bytes.count else { throw problem(.unknownWord) }
        let matches = word.withUTF8Buffer { expected in
            expected.indices.allSatisfy { bytes[offset + $0] == expected[$0] }
        }
        guard matches else { throw problem(.unknownWord) }
        offset += length
    }
}
