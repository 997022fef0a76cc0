/// Finds texts that are almost the same.
///
/// Texts are compared by the sets of their runs of five letters (case, punctuation and
/// spacing do not count): the likeness of two is the share of all runs that both have
/// (Jaccard). Comparing all pairs would take too long, so 64 minimal hash values of each
/// text are cut into 16 bands, only texts that agree in a whole band are compared, and
/// what is reported was measured exactly. A pair that is 0.8 alike is missed once in
/// five thousand times.
public struct NearDuplicates: Sendable {
    /// Two texts, by the places they were given at, the later first.
    public struct Pair: Sendable, Equatable {
        /// The later.
        public let text: Int
        /// The earlier.
        public let sameAs: Int
        /// From the threshold to 1.
        public let likeness: Double
    }

    /// How alike two texts have to be.
    public let threshold: Double

    private static let bands = 16
    private static let rows = 4
    /// Texts of a band that a further one is compared with.
    private static let compared = 8

    /// A threshold above 0 to 1.
    public init(threshold: Double = 0.8) { self.threshold = threshold }

    /// For every text that is like an earlier one, the earlier text it is most like.
    ///
    /// Texts with another `salt` are never alike: questions about different paragraphs, say.
    public func pairs(_ texts: [String], salt: [Int]? = nil) -> [Pair] {
        var buckets: [UInt64: [Int]] = [:]
        var pairs: [Pair] = []
        for (number, text) in texts.enumerated() {
            let runs = Self.runs(text)
            guard !runs.isEmpty else { continue }
            let own = UInt64(bitPattern: Int64(salt?[number] ?? 0))
            var candidates: [Int] = []
            for key in Self.keys(Self.signature(runs), own) {
                var bucket = buckets[key] ?? []
                candidates += bucket.filter { !candidates.contains($0) }
                if bucket.count < Self.compared {
                    bucket.append(number)
                    buckets[key] = bucket
                }
            }
            let best = candidates.filter { salt?[$0] == salt?[number] }
                .map { (place: $0, likeness: Self.likeness(runs, Self.runs(texts[$0]))) }
                .max { ($0.likeness, -$0.place) < ($1.likeness, -$1.place) }
            if let best, best.likeness >= threshold {
                pairs.append(Pair(text: number, sameAs: best.place, likeness: best.likeness))
            }
        }
        return pairs
    }

    /// The share of runs of letters that two texts have in common.
    public static func likeness(_ a: String, _ b: String) -> Double { likeness(runs(a), runs(b)) }

    // MARK: - Runs

    /// The hashes of all runs of five letters, sorted, each once.
    private static func runs(_ text: String) -> [UInt64] {
        let letters = plain(text)
        guard !letters.isEmpty else { return [] }
        guard letters.count > 5 else { return [hash(letters[...])] }
        let all = (0...(letters.count - 5)).map { hash(letters[$0..<($0 + 5)]) }.sorted()
        return all.enumerated().filter { $0 == 0 || all[$0 - 1] != $1 }.map(\.element)
    }

    /// Lower case; everything between words is one space.
    static func plain(_ text: String) -> [UInt32] {
        var letters: [UInt32] = []
        var isSpace = true
        for scalar in text.lowercased().unicodeScalars {
            let isLetter =
                scalar.isASCII
                ? (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
                : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isLetter {
                letters.append(scalar.value)
            } else if !isSpace {
                letters.append(0x20)
            }
            isSpace = !isLetter
        }
        if letters.last == 0x20 { letters.removeLast() }
        return letters
    }

    private static func hash(_ letters: ArraySlice<UInt32>) -> UInt64 {
        mix(letters.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func likeness(_ a: [UInt64], _ b: [UInt64]) -> Double {
        var (i, j, both) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                both += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        let all = a.count + b.count - both
        return all == 0 ? 0 : Double(both) / Double(all)
    }

    // MARK: - Signatures

    private static let multipliers: [UInt64] = (0..<(bands * rows)).map { mix(UInt64($0) &+ 0x9E37_79B9) | 1 }

    /// The least value of the runs under each of 64 hash functions.
    private static func signature(_ runs: [UInt64]) -> [UInt64] {
        multipliers.map { multiplier in
            var least = UInt64.max
            for run in runs { least = min(least, run &* multiplier) }
            return least
        }
    }

    private static func keys(_ signature: [UInt64], _ salt: UInt64) -> [UInt64] {
        (0..<bands).map { band in
            signature[(band * rows)..<((band + 1) * rows)]
                .reduce(mix(UInt64(band) &+ 1) ^ mix(salt &+ 77)) { mix($0 ^ $1) }
        }
    }
}
