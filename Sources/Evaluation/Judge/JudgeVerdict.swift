import Checkpoint

/// What a judge said of one answer or one pair.
///
/// Anything but the asked-for shape is nonsense: it is counted and reported,
/// and never turned into a score.
enum JudgeVerdict: Sendable, Equatable {
    /// A score of a single answer, 0 to the rubric's best.
    case score(Int)
    /// The better of two answers.
    case preference(Preference)
    case nonsense

    enum Preference: String, Sendable, Equatable {
        case first = "A"
        case second = "B"
        case tie

        /// The same preference with the two answers the other way round.
        var swapped: Preference {
            switch self {
            case .first: .second
            case .second: .first
            case .tie: .tie
            }
        }
    }

    /// A verdict out of a chat completion's body.
    init(completion body: [UInt8], scale: Int, isPair: Bool) {
        guard let answer = try? JSON.parse(body, limits: JSONLimits(depth: 32, bytes: 1 << 20)),
            let text = answer["choices"]?.array?.first?["message"]?["content"]?.string,
            let verdict = try? JSON.parse(Array(text.utf8), limits: JSONLimits(depth: 4, bytes: 1 << 16)),
            verdict.object?.members.count == 1
        else {
            self = .nonsense
            return
        }
        if isPair {
            let preference = verdict["better"]?.string.flatMap(Preference.init(rawValue:))
            self = preference.map(JudgeVerdict.preference) ?? .nonsense
        } else if let score = verdict["score"]?.int, (0...scale).contains(score) {
            self = .score(score)
        } else {
            self = .nonsense
        }
    }
}
