extension Engine {
    /// How many rows of new tokens a step takes at most for guesses' sake: up to here
    /// another row costs little, because the weights have to be read anyway.
    private static let rowsAtOnce = 16

    /// A guess at the tokens after the latest, for one of the texts being written.
    func draft(_ index: Int, among writers: Int) -> [Int32] {
        guard speculates else { return [] }
        if live[index].drafter == nil {
            live[index].drafter = Drafter(live[index].request.prompt + live[index].answer)
        }
        let one = live[index]
        let room = min(one.request.maxTokens - one.answer.count, context - one.length) - 1
        let share = Self.rowsAtOnce / max(writers, 1) - 1
        return one.drafter?.draft(limit: min(room, share)) ?? []
    }

    /// Which guesses of a step were right so far.
    struct Guesses {
        /// For each text, how many tokens were guessed and how many of them rightly.
        private(set) var counts: [Int: (drafted: Int, accepted: Int)] = [:]
        private var isOver = false

        /// A text's first row: what comes out needs no guess.
        mutating func begin() { isOver = false }

        /// Whether a guess is what was chosen, and all before it were.
        mutating func holds(
            _ token: Int32, _ one: Live, index: Int, _ events: [(id: ID, event: GenerationEvent)]
        ) -> Bool {
            var count = counts[index] ?? (0, 0)
            defer { counts[index] = count }
            count.drafted += 1
            if case .finished = events.last?.event { isOver = true }
            if isOver || one.answer.last != token { isOver = true }
            if !isOver { count.accepted += 1 }
            return !isOver
        }
    }
}
