import Checkpoint

/// Something a person should know about data that can be trained on all the same.
public enum CorpusWarning: Sendable, Equatable {
    /// Examples that are the same as an earlier one, token for token.
    case duplicates(count: Int, first: RecordPlace, sameAs: RecordPlace)
    /// Evaluation examples that are trained on too.
    case overlap(count: Int, first: RecordPlace, sameAs: RecordPlace)
    /// Evaluation examples whose question is trained on, with another answer.
    case sharedPrompts(count: Int, first: RecordPlace, sameAs: RecordPlace)
    /// Examples left out for their length.
    case dropped(count: Int, limit: Int)
}

extension Dataset {
    /// The warning that some examples occur more than once, if they do.
    public var duplicates: CorpusWarning? {
        var seen: [[Int32]: RecordPlace] = [:]
        var repeats = Matches()
        for example in examples {
            if let earlier = seen[example.ids] {
                repeats.add(example.place, earlier)
            } else {
                seen[example.ids] = example.place
            }
        }
        return repeats.first.map { .duplicates(count: repeats.count, first: $0, sameAs: $1) }
    }

    /// The warnings that evaluation data was trained on.
    public func overlap(with training: Dataset) -> [CorpusWarning] {
        var whole: [[Int32]: RecordPlace] = [:]
        var prompts: [ArraySlice<Int32>: RecordPlace] = [:]
        for example in training.examples {
            whole[example.ids] = whole[example.ids] ?? example.place
            if let prompt = example.prompt { prompts[prompt] = prompts[prompt] ?? example.place }
        }
        var same = Matches()
        var asked = Matches()
        for example in examples {
            if let place = whole[example.ids] {
                same.add(example.place, place)
            } else if let prompt = example.prompt, let place = prompts[prompt] {
                asked.add(example.place, place)
            }
        }
        return [
            same.first.map { .overlap(count: same.count, first: $0, sameAs: $1) },
            asked.first.map { .sharedPrompts(count: asked.count, first: $0, sameAs: $1) },
        ].compactMap { $0 }
    }

    /// SHA-256 over all tokens and masks, in hexadecimal: the digest of what is trained.
    public var digest: String {
        var hash = SHA256()
        for example in examples {
            var bytes: [UInt8] = []
            // The count first, so that no two lists of examples look the same.
            for word in [Int32(example.ids.count)] + example.ids {
                for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
            bytes += example.trained.map { $0 ? 1 : 0 }
            hash.update(bytes)
        }
        return hash.hexadecimal
    }

    private struct Matches {
        var count = 0
        var first: (RecordPlace, RecordPlace)?

        mutating func add(_ place: RecordPlace, _ earlier: RecordPlace) {
            count += 1
            first = first ?? (place, earlier)
        }
    }
}

extension EncodedExample {
    /// What comes before the first trained token, where that is more than the begin of a text.
    fileprivate var prompt: ArraySlice<Int32>? {
        guard let first = firstTrained, first > 1 else { return nil }
        return ids[..<first]
    }
}
