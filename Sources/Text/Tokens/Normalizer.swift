/// What happens to text before it is cut into words: a closed list of steps.
struct Normalizer: Sendable, Equatable {
    /// One change to the text.
    enum Step: Sendable, Equatable {
        /// Unicode's canonical composition.
        case composed
        /// Every occurrence of some bytes becomes others.
        case replace([UInt8], with: [UInt8])
        /// Bytes put before the text.
        case prepend([UInt8], onlyAtStart: Bool, unlessPresent: Bool)
    }

    var steps: [Step] = []

    /// The changed text. `isStart` says whether it begins the whole input.
    func apply(_ bytes: [UInt8], isStart: Bool) -> [UInt8] {
        var bytes = bytes
        for step in steps where !bytes.isEmpty {
            switch step {
            case .composed: bytes = CanonicalComposition.of(bytes)
            case .replace(let old, let new): bytes = Self.replaced(bytes, old, new)
            case .prepend(let prefix, let onlyAtStart, let unlessPresent):
                if onlyAtStart, !isStart { continue }
                if unlessPresent, bytes.starts(with: prefix) { continue }
                bytes = prefix + bytes
            }
        }
        return bytes
    }

    private static func replaced(_ bytes: [UInt8], _ old: [UInt8], _ new: [UInt8]) -> [UInt8] {
        guard let first = old.first else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 4)
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: old) {
                result += new
                index += old.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
