import Model

extension Engine {
    /// Lets waiting requests in, in the order they came, as long as there is room.
    func admit(_ events: inout [(id: ID, event: GenerationEvent)]) {
        admitted = []
        isLineOpen = false
        while var first = waiting.first, live.count < limit {
            let request = first.request
            let isOver = request.maxTokens == 0 || request.prompt.count >= context
            if isOver, !request.scoresPrompt {
                admitted.append((first.id, 0))
                events.append((first.id, .finished(.length)))
                waiting.removeFirst()
                continue
            }
            guard place(&first) else { return }
            if request.scoresPrompt {
                let opening = GeneratedToken(token: request.prompt[0], logProbability: nil, alternatives: [])
                events.append((first.id, .token(opening)))
            }
            admitted.append((first.id, first.cached))
            live.append(first)
            waiting.removeFirst()
        }
    }

    /// Whether the first in line could be let in, or at least tried: it is tried
    /// again only after something has changed.
    var canAdmit: Bool { live.isEmpty || isLineOpen }

    /// Finds rows for a text: those that are remembered, and free ones for the rest.
    private func place(_ one: inout Live) -> Bool {
        let request = one.request
        let length = request.prompt.count + min(request.maxTokens, context - request.prompt.count)
        one.root = prefixes.root(of: request.adapter)
        // Scores need the hidden rows of the whole prompt, which nobody remembers.
        let known = request.scoresPrompt ? ([], []) : prefixes.take(request.prompt, root: one.root)
        let wanted = length - known.1.count * CacheRows.block
        while rows.freeRows < CacheRows.blocks(for: wanted) * CacheRows.block, let block = prefixes.evict() {
            rows.give(back: [block])
        }
        guard let blocks = rows.take(rows: wanted) else {
            rows.give(back: prefixes.release(known.0))
            return false
        }
        prefixes.note(asked: request.prompt.count, found: known.1.count * CacheRows.block)
        one.shared = known.0
        one.blocks = known.1 + blocks
        one.cached = known.1.count * CacheRows.block
        return true
    }
}

extension Engine.Live {
    /// How many rows of the prompt are still to be read.
    var rest: Int { request.prompt.count - cached }
}

/// What one forward pass computes, and what for.
struct RowPlan {
    /// Why a row's logits are wanted.
    enum Purpose {
        case next
        /// The same, where the guess before it was right.
        case nextIf(Int32)
        /// They judge the prompt's token at this place.
        case score(Int)
    }

    var tokens: [Int32] = []
    var segments: [Segment] = []
    var prompt = 0
    /// A row whose logits are wanted, for the text at an index.
    typealias Wanted = (row: Int, index: Int, purpose: Purpose)
    var wanted: [Wanted] = []
    var shares: [(index: Int, count: Int)] = []

    /// Adds the next tokens of the text at an index, and a guess at those after them.
    mutating func add(_ one: Engine.Live, _ index: Int, _ next: [Int32], draft: [Int32] = []) {
        let more = next + draft
        var row = tokens.count
        let first = row
        // A segment's own rows must lie in one span; a text's blocks need not.
        var at = one.cached
        for span in CacheRows.spans(at..<at + more.count, in: one.blocks) {
            segments.append(
                Segment(
                    rows: row..<row + span.count, past: CacheRows.spans(0..<at, in: one.blocks),
                    store: span.start, adapter: one.request.adapter))
            row += span.count
            at += span.count
        }
        tokens += more
        shares.append((index, next.count))
        if one.request.scoresPrompt, one.isReading {
            for place in one.cached + 1..<min(at + 1, one.request.prompt.count) {
                wanted.append((first + place - 1 - one.cached, index, .score(place)))
            }
        }
        if one.cached + next.count == one.length {
            wanted.append((row - draft.count - 1, index, .next))
            for (place, token) in draft.enumerated() {
                wanted.append((row - draft.count + place, index, .nextIf(token)))
            }
        }
    }
}
