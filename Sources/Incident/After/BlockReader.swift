import Foundation

/// What the paragraphs of a document are about by their words alone: what is left when there are no headings and no model.
///
/// Each paragraph is weighed for every kind, and the kinds are chosen for the document as a whole:
/// paragraphs that follow each other are likely about the same, and reports seldom go back
/// (summary, impact, what happened, what was learned, what is to be done).
public enum BlockReader {
    private static let stay = 0.8
    private static let back = 0.8

    /// The kinds of a document's paragraphs, in order.
    public static func kinds(_ texts: [String]) -> [SectionKind] {
        guard !texts.isEmpty else { return [] }
        let all = SectionKind.allCases
        let weights = texts.enumerated().map { number, text in
            weigh(text, share: (Double(number) + 0.5) / Double(texts.count))
        }
        // The best way through the kinds so far, by the kind it ends with.
        var best = all.map { weights[0][$0] ?? 0 }
        var ways: [[Int]] = []
        for weight in weights.dropFirst() {
            var next: [Double] = [], way: [Int] = []
            for (place, kind) in all.enumerated() {
                let (from, value) =
                    all.indices.map { ($0, best[$0] + step(from: all[$0], to: kind)) }
                    .max { $0.1 < $1.1 } ?? (place, 0)
                next.append(value + (weight[kind] ?? 0))
                way.append(from)
            }
            best = next
            ways.append(way)
        }
        var place = best.indices.max { best[$0] < best[$1] } ?? 0
        var kinds = [all[place]]
        for way in ways.reversed() {
            place = way[place]
            kinds.append(all[place])
        }
        return kinds.reversed()
    }

    private static func step(from: SectionKind, to: SectionKind) -> Double {
        from == to ? stay : -back * Double(max(0, rank(from) - rank(to))).squareRoot()
    }

    private static func rank(_ kind: SectionKind) -> Int {
        switch kind {
        case .summary: 0
        case .impact: 1
        case .timeline, .causes, .other: 2
        case .resolution: 3
        case .lessons: 4
        case .actions: 5
        }
    }

    /// How much a paragraph speaks for each kind; `share` is how far into the document it stands, from 0 to 1.
    static func weigh(_ text: String, share: Double) -> [SectionKind: Double] {
        let lower = text.lowercased()
        var weights: [SectionKind: Double] = [.other: 0.8]
        let bytes = Array(lower.utf8)
        for cue in Cues.kinds {
            let hits = min(3, cue.words.count { Words.occurs($0, in: bytes) })
            if hits > 0 { weights[cue.kind, default: 0] += cue.weight * pow(Double(hits), 0.7) }
        }
        if beginsWithTime(lower) { weights[.timeline, default: 0] += 3 }
        let words = Words.list(lower)
        let order = Cues.order(text)
        var actions = 1.4 * (share - 0.6) - 0.8 + 2.2 * order
        if order == 1, words.count < 30 { actions += 1 }
        if !Cues.past.isDisjoint(with: words) { actions -= 1.4 }
        if !Cues.reader.isDisjoint(with: words) || text.hasSuffix("?") { actions -= 1 }
        weights[.actions, default: 0] += actions
        weights[.summary, default: 0] += 1.4 * max(0, 1 - share / 0.15)
        weights[.lessons, default: 0] += 1.2 * (share - 0.5)
        weights[.impact, default: 0] += 0.4 - share
        weights[.causes, default: 0] += 0.2 - abs(share - 0.45)
        return weights
    }

    /// `14:07`, `2026-11-20 …`, `20.11.2026`, `[14:07]`, `At 14:07`, `1:38 pm`, `14h07`, `Nov 20, 14:07`.
    static func beginsWithTime(_ text: String) -> Bool {
        let start = text.prefix(24)
        if start.prefix(12).contains(where: \.isNumber), start.contains(":") {
            let parts = start.split(whereSeparator: { !$0.isNumber && $0 != ":" })
            if let time = parts.first(where: { $0.contains(":") }) {
                let pieces = time.split(separator: ":")
                if pieces.count >= 2, let hour = Int(pieces[0]), let minute = Int(pieces[1]), hour < 25,
                    minute < 60
                {
                    return true
                }
            }
        }
        let head = start.replacing("[", with: " ").replacing("|", with: " ").replacing("(", with: " ")
        guard let word = Words.list(String(head)).first else { return false }
        let dashes = word.split(separator: "-"), dots = word.split(separator: ".")
        if dashes.count == 3, dashes.allSatisfy({ Int($0) != nil }) { return true }
        if dots.count == 3, dots.allSatisfy({ Int($0) != nil }), dots[2].count == 4 { return true }
        let clock = word.split(separator: "h", omittingEmptySubsequences: false)
        return clock.count == 2 && clock.allSatisfy { $0.count == 2 && Int($0) != nil }
    }
}
