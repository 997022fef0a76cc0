import Kernels
import Model

/// Which blocks of cache rows hold the beginnings of which prompts.
///
/// A tree: an entry is one full block of tokens after its parent, and a prompt is
/// a path from the root of its adapter. Only rows that were computed as prompt
/// rows are ever entered, so a hit changes nothing in an answer. Keys are the
/// tokens themselves, never a hash of them: two prompts cannot be mistaken for
/// each other.
///
/// How much is remembered grows with its use, from little up to the budget: a long
/// beginning that was let go and is read again makes room for itself. The latest prompt is
/// always kept whole. Why: rows take memory once they are written, and a server that
/// is never asked the same twice must not grow for nothing. Chance makes short beginnings
/// come again, and reading them is quick.
struct PrefixCache {
    private struct Key: Hashable {
        let parent: Int
        let tokens: [Int32]
    }

    private struct Entry {
        let key: Key
        let block: Int
        /// A hash of the whole path, by which it is known again when it is gone.
        let print: UInt64
        var users = 1
        var children = 0
        var used: Int
    }

    private let budget: Int
    /// How many blocks nobody uses may be kept now.
    private var allowance: Int
    private var gone = Departed(limit: 0)
    private var entries: [Int: Entry] = [:]
    private var index: [Key: Int] = [:]
    /// Adapters are held, so that a new one cannot be taken for one that is gone.
    private var roots: [ObjectIdentifier: (adapter: Adapter, root: Int)] = [:]
    private var next = 1
    private var clock = 0
    private(set) var asked = 0
    private(set) var found = 0

    init(budget: Int, allowance: Int = 32) {
        self.budget = budget
        self.allowance = min(allowance, budget)
        gone = Departed(limit: 4 * budget)
    }

    private static let block = CacheRows.block
    /// How many blocks of one prompt must come again to be worth memory: 128 tokens.
    private static let worth = 8

    /// The beginning of all texts that go through an adapter.
    mutating func root(of adapter: Adapter?) -> Int {
        guard let adapter, budget > 0 else { return 0 }
        let id = ObjectIdentifier(adapter)
        if let known = roots[id] { return known.root }
        roots[id] = (adapter, number())
        return roots[id]?.root ?? 0
    }

    mutating func forget(_ adapter: Adapter) { roots[ObjectIdentifier(adapter)] = nil }

    /// Takes the entries that begin the prompt; the last row is always left to compute.
    mutating func take(_ prompt: [Int32], root: Int) -> (entries: [Int], blocks: [Int]) {
        if budget == 0 { return ([], []) }
        clock += 1
        var path: [Int] = []
        var blocks: [Int] = []
        var parent = root
        while (path.count + 1) * Self.block < prompt.count, let id = child(path.count, of: prompt, parent) {
            entries[id]?.users += 1
            entries[id]?.used = clock
            if let block = entries[id]?.block { blocks.append(block) }
            path.append(id)
            parent = id
        }
        return (path, blocks)
    }

    /// Counts a look-up that led to something.
    mutating func note(asked: Int, found: Int) {
        if budget == 0 { return }
        self.asked += asked
        self.found += found
    }

    /// Enters the full blocks of a prompt that was read, after those already `shared`.
    ///
    /// Gives the path as far as the blocks are now the cache's. Where somebody else
    /// entered the same tokens meanwhile it ends, and the rest stays the text's own.
    mutating func enter(_ prompt: [Int32], blocks: [Int], shared: [Int], root: Int) -> [Int] {
        if budget == 0 { return shared }
        var path = shared
        var parent = shared.last ?? root
        clock += 1
        var again = 0
        while (path.count + 1) * Self.block <= prompt.count {
            if child(path.count, of: prompt, parent) != nil { break }
            let id = number()
            let key = key(path.count, of: prompt, parent)
            let above = entries[parent]?.print ?? UInt64(root)
            let print = key.tokens.reduce(above) { CounterRandom.mix($0, UInt64(truncatingIfNeeded: $1)) }
            if gone.remove(print) { again += 1 }
            entries[id] = Entry(key: key, block: blocks[path.count], print: print, used: clock)
            index[key] = id
            entries[parent]?.children += 1
            path.append(id)
            parent = id
        }
        if again >= Self.worth { allowance = min(budget, allowance + again) }
        return path
    }

    /// Lets entries go; the blocks that are too many are nobody's any more.
    mutating func release(_ path: [Int]) -> [Int] {
        for id in path { entries[id]?.users -= 1 }
        var freed: [Int] = []
        var idle = entries.values.count { $0.users == 0 }
        while idle > min(budget, max(allowance, path.count)) || entries.count > budget, let block = evict() {
            freed.append(block)
            idle -= 1
        }
        return freed
    }

    /// Forgets the block that was not used for longest, unless all are in use.
    mutating func evict() -> Int? {
        let idle = entries.filter { $0.value.users == 0 && $0.value.children == 0 }
        guard let (id, entry) = idle.min(by: { ($0.value.used, -$0.key) < ($1.value.used, -$1.key) }) else {
            return nil
        }
        gone.insert(entry.print)
        entries[id] = nil
        index[entry.key] = nil
        entries[entry.key.parent]?.children -= 1
        return entry.block
    }

    private func child(_ place: Int, of prompt: [Int32], _ parent: Int) -> Int? {
        index[key(place, of: prompt, parent)]
    }

    private func key(_ place: Int, of prompt: [Int32], _ parent: Int) -> Key {
        Key(parent: parent, tokens: Array(prompt[place * Self.block..<(place + 1) * Self.block]))
    }

    private mutating func number() -> Int {
        defer { next += 1 }
        return next
    }
}

/// The hashes of what was let go last, so many of them.
private struct Departed {
    private let limit: Int
    private var known: Set<UInt64> = []
    private var order: [UInt64] = []

    init(limit: Int) { self.limit = limit }

    mutating func insert(_ print: UInt64) {
        guard known.insert(print).inserted else { return }
        order.append(print)
        guard order.count > 2 * limit else { return }
        for old in order.prefix(limit) { known.remove(old) }
        order.removeFirst(limit)
    }

    /// Takes one out; says whether it was there.
    mutating func remove(_ print: UInt64) -> Bool { known.remove(print) != nil }
}
