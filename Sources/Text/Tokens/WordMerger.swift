/// Joins the symbols of one word, lowest rank first and leftmost among
/// equals, in n·log n steps.
///
/// A merger is scratch: it is filled with symbols, merged, read and emptied
/// again, and keeps its memory between words.
struct WordMerger {
    /// One symbol of the word: its id (below zero once it was joined to its
    /// left neighbour), where it begins in the text, and its neighbours.
    private struct Symbol {
        var id: Int32
        var start: Int
        var previous: Int32
        var next: Int32
    }

    /// A join that was possible when it was noted.
    private struct Candidate {
        let order: UInt64  // rank, then position
        let left: Int32
        let right: Int32
        let id: Int32
        var position: Int { Int(UInt32(truncatingIfNeeded: order)) }
    }

    private var symbols: [Symbol] = []
    private var heap: [Candidate] = []

    /// How many candidates were looked at so far: the measure of work.
    private(set) var steps = 0

    /// The number of symbols put in since the word was begun.
    var count: Int { symbols.count }

    /// The id of the last symbol put in.
    var last: Int32? { symbols.last?.id }

    /// Puts a symbol at the end of the word.
    mutating func append(_ id: Int32, start: Int) {
        let index = Int32(symbols.count)
        symbols.append(Symbol(id: id, start: start, previous: index - 1, next: index + 1))
    }

    /// Joins what can be joined, hands the symbols out in order, and begins
    /// a new word.
    mutating func finish(_ merges: MergeTable, _ body: (_ id: Int32, _ start: Int) -> Void) {
        defer { symbols.removeAll(keepingCapacity: true) }
        guard symbols.count > 1 else {
            if let only = symbols.first { body(only.id, only.start) }
            return
        }
        symbols[symbols.count - 1].next = -1
        for left in 0..<symbols.count - 1 { note(left, left + 1, merges) }
        while let best = pop() {
            let left = best.position
            let right = Int(symbols[left].next)
            guard symbols[left].id == best.left, right >= 0, symbols[right].id == best.right else { continue }
            symbols[left].id = best.id
            symbols[right].id = -1
            let next = symbols[right].next
            symbols[left].next = next
            if next >= 0 {
                symbols[Int(next)].previous = Int32(left)
                note(left, Int(next), merges)
            }
            let previous = Int(symbols[left].previous)
            if previous >= 0 { note(previous, left, merges) }
        }
        for symbol in symbols where symbol.id >= 0 { body(symbol.id, symbol.start) }
    }

    private mutating func note(_ left: Int, _ right: Int, _ merges: MergeTable) {
        let pair = (symbols[left].id, symbols[right].id)
        guard let merge = merges.merge(pair.0, pair.1) else { return }
        push(
            Candidate(
                order: UInt64(merge.rank) << 32 | UInt64(left), left: pair.0, right: pair.1, id: merge.id))
    }

    private mutating func push(_ candidate: Candidate) {
        var child = heap.count
        heap.append(candidate)
        while child > 0 {
            let parent = (child - 1) / 2
            guard candidate.order < heap[parent].order else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = candidate
    }

    private mutating func pop() -> Candidate? {
        guard let top = heap.first, let moved = heap.popLast() else { return nil }
        steps += 1
        guard !heap.isEmpty else { return top }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].order < heap[child].order { child += 1 }
            guard heap[child].order < moved.order else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = moved
        return top
    }
}
