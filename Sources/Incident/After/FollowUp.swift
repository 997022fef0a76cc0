import Checkpoint

/// Something to do next, found in passing, with its reason and its evidence.
public struct FollowUp: Sendable, Equatable {
    /// Where it came from.
    public enum Kind: String, Sendable, CaseIterable {
        /// A series that gets worse and has nothing to do with the incident.
        case trend
        /// An open action item of a past incident like this one.
        case openAction = "open_action"
        /// A weak point named in passing.
        case weakPoint = "weak_point"
    }

    /// Where it came from.
    public let kind: Kind
    /// What to do or look at.
    public let text: String
    /// Why.
    public let reason: String
    /// What it stands on: `E12`, a series, a postmortem's key.
    public let evidence: [String]
    /// From 0 to 1: how soon it matters.
    public let rank: Double
    /// Who owns it, where that is known.
    public let owner: String?

    /// The follow-up as JSON.
    public var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "text": .string(text), "reason": .string(reason),
            "evidence": .array(evidence.map { .string($0) }), "rank": .number((rank * 1000).rounded() / 1000),
            "owner": owner.map { .string($0) } ?? .null,
        ])
    }

    /// Those that say the same made one, highest rank first.
    ///
    /// Something several sources point at ranks higher than each alone.
    public static func merged(_ all: [FollowUp]) -> [FollowUp] {
        var kept: [(item: FollowUp, words: Set<String>)] = []
        for item in all.sorted(by: { ($0.rank, $1.text) > ($1.rank, $0.text) }) {
            let words = content(item.text)
            if let place = kept.firstIndex(where: { Words.likeness($0.words, words) >= 0.5 }) {
                let other = kept[place].item
                kept[place].item = FollowUp(
                    kind: other.kind, text: other.text,
                    reason: other.reason == item.reason ? other.reason : "\(other.reason); \(item.reason)",
                    evidence: other.evidence + item.evidence.filter { !other.evidence.contains($0) },
                    rank: min(1, other.rank + 0.25 * item.rank), owner: other.owner ?? item.owner)
            } else {
                kept.append((item, words))
            }
        }
        return kept.map(\.item).sorted { ($0.rank, $1.text) > ($1.rank, $0.text) }
    }

    private static let empty: Set<String> = [
        "the", "a", "an", "to", "of", "and", "or", "for", "in", "on", "is", "we", "should", "be", "it",
        "that", "this", "again",
        "still", "have", "has", "our", "are", "one", "add", "don't",
    ]

    private static func content(_ text: String) -> Set<String> { Words.set(text).subtracting(empty) }
}
