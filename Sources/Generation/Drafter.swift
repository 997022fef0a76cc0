import Kernels

/// Guesses how a text goes on from what stands in it already.
///
/// Answers about a text repeat it: where the last tokens occurred before, what followed
/// them then is likely to follow again. A guess costs a look-up and is checked by the
/// model, so a wrong one costs time and never changes an answer.
final class Drafter {
    /// The longest guess.
    static let most = 15
    private var text: [Int32] = []
    /// Where the text went on after its three, or two, latest tokens when they last occurred.
    private var afterThree: [UInt64: Int] = [:]
    private var afterTwo: [UInt64: Int] = [:]
    /// How many tokens the next guess may have.
    private var reach = 3

    /// A drafter over a text that stands.
    init(_ text: some Sequence<Int32>) { for token in text { take(token) } }

    /// Adds a token. What it follows is remembered only now, so that a look-up never
    /// finds the end of the text itself.
    func take(_ token: Int32) {
        if let key = key(2) { afterTwo[key] = text.count }
        if let key = key(3) { afterThree[key] = text.count }
        text.append(token)
    }

    /// How the text may go on, in at most `limit` tokens.
    func draft(limit: Int) -> [Int32] {
        let place = key(3).flatMap { afterThree[$0] } ?? key(2).flatMap { afterTwo[$0] }
        guard let place, limit > 0 else { return [] }
        return Array(text[place..<min(text.count, place + min(limit, reach))])
    }

    /// Learns how far a guess was right: right ones grow, wrong ones shrink.
    func learn(drafted: Int, accepted: Int) {
        if drafted == 0 { return }
        reach = accepted == drafted ? min(Self.most, 2 * reach + 1) : max(1, accepted)
    }

    private func key(_ count: Int) -> UInt64? {
        guard text.count >= count else { return nil }
        return text.suffix(count).reduce(UInt64(count)) {
            CounterRandom.mix($0, UInt64(UInt32(bitPattern: $1)))
        }
    }
}
