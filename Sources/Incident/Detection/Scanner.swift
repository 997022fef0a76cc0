import Dispatch
import Registry

/// Looks at every series at once, on every core.
public enum Scanner {
    /// All deviations, most surprising first; the same whatever the number of cores.
    public static func scan(
        _ series: [Series], split: Double, now: Double, settings: DetectionSettings
    ) -> [Deviation] {
        scan(series, split: split, now: now, settings: settings, book: UsualBook())
    }

    static func scan(
        _ series: [Series], split: Double, now: Double, settings: DetectionSettings, book: UsualBook
    ) -> [Deviation] {
        let piece = 32
        let pieces = (series.count + piece - 1) / piece
        let found = Locked([[Deviation]](repeating: [], count: pieces))
        DispatchQueue.concurrentPerform(iterations: pieces) { number in
            let range = number * piece..<min(series.count, (number + 1) * piece)
            let deviations = series[range].compactMap { one in
                book.usual(of: one, split: split, settings: settings).flatMap {
                    Deviation(one, usual: $0, split: split, now: now)
                }
            }
            found.with { $0[number] = deviations }
        }
        return found.with { $0 }.flatMap { $0 }.sorted {
            ($0.surprise, $1.key.text) > ($1.surprise, $0.key.text)
        }
    }
}
