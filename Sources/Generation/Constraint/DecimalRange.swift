/// A number written in decimal digits, exactly.
public struct Decimal10: Sendable, Equatable {
    /// Whether it is below zero.
    public var isNegative: Bool
    /// Digits before the point, without leading zeros; `[0]` for none.
    var whole: [UInt8]
    /// Digits after the point, without trailing zeros.
    var fraction: [UInt8]

    /// Reads what a number looks like in JSON; nothing where it is not one or has
    /// more than 40 digits on a side.
    public init?(_ text: String) {
        let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let exponent = parts.count == 2 ? Int(parts[1]) : 0,
            (-40...40).contains(exponent)
        else { return nil }
        var mantissa = parts[0]
        isNegative = mantissa.first == "-"
        if isNegative { mantissa.removeFirst() }
        let sides = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(sides.count), sides.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } })
        else { return nil }
        var digits = sides.joined().utf8.map { $0 - 48 }
        var point = sides[0].utf8.count + exponent
        if point < 0 {
            digits = Array(repeating: 0, count: -point) + digits
            point = 0
        }
        if point > digits.count { digits += Array(repeating: 0, count: point - digits.count) }
        whole = Array(digits[..<point].drop { $0 == 0 })
        fraction = Array(digits[point...])
        while fraction.last == 0 { fraction.removeLast() }
        if whole.isEmpty { whole = [0] }
        guard whole.count <= 40, fraction.count <= 40 else { return nil }
        if isZero { isNegative = false }
    }

    var isZero: Bool { whole == [0] && fraction.isEmpty }
}

/// The numbers between two bounds, as they are written in JSON without an exponent.
public struct DecimalRange: Sendable {
    /// An end of a range.
    public struct Bound: Sendable, Equatable {
        /// Where it is.
        public var value: Decimal10
        /// Whether the value itself is outside.
        public var isExclusive: Bool

        /// A bound.
        public init(_ value: Decimal10, isExclusive: Bool) {
            self.value = value
            self.isExclusive = isExclusive
        }
    }

    /// The lower end, where there is one.
    public var low: Bound?
    /// The upper end, where there is one.
    public var high: Bound?
    /// Digits after the point at most; 0 for whole numbers.
    public var places: Int

    /// A range.
    public init(low: Bound? = nil, high: Bound? = nil, places: Int) {
        self.low = low
        self.high = high
        self.places = places
    }

    /// Digits before the point where no bound has more: what a Double keeps exactly.
    private static let digits = 15

    /// The numbers as text; nothing where there are none.
    public var pattern: BytePattern? {
        let zero = Bound(Decimal10(zeroIsNegative: false), isExclusive: true)
        var ways: [BytePattern] = []
        if high.map({ !$0.value.isNegative }) ?? true {
            let positive = low.flatMap { $0.value.isNegative ? nil : $0 }
            if let way = Magnitudes(low: positive, high: high, places: places).pattern { ways.append(way) }
        }
        if low.map({ $0.value.isNegative }) ?? true {
            // Zero is written without a sign.
            let least = high.flatMap { $0.value.isNegative ? $0.negated : nil } ?? zero
            if let way = Magnitudes(low: least, high: low?.negated, places: places).pattern {
                ways.append(.sequence([.text("-"), way]))
            }
        }
        return ways.isEmpty ? nil : .choice(ways)
    }

    /// Numbers without a sign between two bounds, digit by digit.
    private struct Magnitudes {
        let low: Bound?
        let high: Bound?
        let places: Int

        var pattern: BytePattern? {
            let longest = high?.value.whole.count ?? max(DecimalRange.digits, low?.value.whole.count ?? 0)
            let shortest = low?.value.whole.count ?? 1
            if shortest > longest { return nil }
            let ways = (shortest...longest).compactMap { length in
                whole(
                    0, of: length, isLow: length == low?.value.whole.count,
                    isHigh: length == high?.value.whole.count)
            }
            return ways.isEmpty ? nil : .choice(ways)
        }

        private static let anyDigit = BytePattern.one(ByteSet(48...57))

        /// The digits before the point from a place on, still along a bound or not.
        private func whole(_ place: Int, of length: Int, isLow: Bool, isHigh: Bool) -> BytePattern? {
            if place == length { return end(0, isLow: isLow, isHigh: isHigh) }
            let least: UInt8 = place == 0 && length > 1 ? 1 : 0
            return digit(
                isLow ? low?.value.whole[place] : nil, isHigh ? high?.value.whole[place] : nil, least: least
            ) { whole(place + 1, of: length, isLow: $0, isHigh: $1) }
        }

        /// What may follow so many digits after the point.
        private func end(_ place: Int, isLow: Bool, isHigh: Bool) -> BytePattern? {
            if !isLow, !isHigh {
                let more = BytePattern.repeated(
                    Self.anyDigit, atLeast: place == 0 ? 1 : 0, atMost: places - place)
                if place > 0 { return more }
                return places == 0 ? .bytes([]) : .optional(.sequence([.text("."), more]))
            }
            var ways: [BytePattern] = mayEnd(place, isLow: isLow, isHigh: isHigh) ? [.bytes([])] : []
            if place < places {
                func at(_ bound: Bound?) -> UInt8 {
                    let digits = bound?.value.fraction ?? []
                    return place < digits.count ? digits[place] : 0
                }
                let more = digit(isLow ? at(low) : nil, isHigh ? at(high) : nil, least: 0) {
                    end(place + 1, isLow: $0, isHigh: $1)
                }
                if let more { ways.append(place == 0 ? .sequence([.text("."), more]) : more) }
            }
            return ways.isEmpty ? nil : .choice(ways)
        }

        private func mayEnd(_ place: Int, isLow: Bool, isHigh: Bool) -> Bool {
            if isLow, let low, place < low.value.fraction.count || low.isExclusive { return false }
            if isHigh, let high, place >= high.value.fraction.count, high.isExclusive { return false }
            return true
        }

        /// One digit between two, and what follows it: along the bounds, or free of them.
        private func digit(
            _ low: UInt8?, _ high: UInt8?, least: UInt8, then: (Bool, Bool) -> BytePattern?
        ) -> BytePattern? {
            let (from, to) = (max(low ?? least, least), high ?? 9)
            if from > to { return nil }
            var ways: [BytePattern] = []
            var free: [UInt8] = []
            for digit in from...to {
                let (isLow, isHigh) = (digit == low, digit == high)
                if !isLow, !isHigh {
                    free.append(48 + digit)
                } else if let rest = then(isLow, isHigh) {
                    ways.append(.sequence([.bytes([48 + digit]), rest]))
                }
            }
            if !free.isEmpty, let rest = then(false, false) {
                ways.append(.sequence([.one(ByteSet(free)), rest]))
            }
            return ways.isEmpty ? nil : .choice(ways)
        }
    }
}

extension DecimalRange.Bound {
    fileprivate var negated: Self {
        var bound = self
        bound.value.isNegative.toggle()
        return bound
    }
}

extension Decimal10 {
    fileprivate init(zeroIsNegative: Bool) {
        isNegative = zeroIsNegative
        whole = [0]
        fraction = []
    }
}
