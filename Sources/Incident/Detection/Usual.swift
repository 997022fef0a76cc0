import Registry

/// What is usual for a series before a moment: its baseline, and how restless it is by itself.
struct Usual: Sendable {
    let baseline: Baseline
    /// How high the sums of ``Excursion`` must climb to count.
    let needed: Double
    /// Where it was going.
    let drift: Drift

    /// Reads the samples before `split`; nothing where there are too few.
    init?(_ series: Series, split: Double, settings: DetectionSettings) {
        let from = series.index(at: split - settings.reference)
        let start = series.index(at: split)
        guard start - from >= settings.fewest,
            let baseline = Baseline(
                times: series.times[from..<start], values: series.values[from..<start],
                fewest: settings.fewest)
        else { return nil }
        self.baseline = baseline
        needed = Excursion.needed(series, baseline: baseline, past: from..<start)
        drift = Drift(series, past: from..<start, baseline: baseline)
    }
}

/// What was usual, kept while an incident lasts: the past before it does not change.
final class UsualBook: Sendable {
    private let known = Locked<[SeriesKey: (split: Double, usual: Usual?)]>([:])

    func usual(of series: Series, split: Double, settings: DetectionSettings) -> Usual? {
        if let entry = known.with({ $0[series.key] }), entry.split == split, entry.usual != nil {
            return entry.usual
        }
        let usual = Usual(series, split: split, settings: settings)
        known.with { $0[series.key] = (split, usual) }
        return usual
    }
}
