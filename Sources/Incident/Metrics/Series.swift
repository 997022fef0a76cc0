/// The samples of one series in memory: times that grow, and a value for each.
public struct Series: Sendable {
    /// Its name.
    public let key: SeriesKey
    /// Level or count.
    public let kind: SeriesKind
    /// The moments, growing.
    public private(set) var times: [Double] = []
    /// The levels; of a count, its growth per second.
    public private(set) var values: [Double] = []
    private var count: (time: Double, value: Double)?

    /// An empty series.
    public init(_ key: SeriesKey, _ kind: SeriesKind = .gauge) {
        self.key = key
        self.kind = kind
    }

    /// A series of levels.
    public init(_ key: SeriesKey, times: [Double], values: [Double]) {
        precondition(times.count == values.count, "one value for every time")
        self.key = key
        kind = .gauge
        self.times = times
        self.values = values
    }

    /// Adds a sample; one that is not later than the last, or no number, is left out.
    public mutating func append(_ time: Double, _ value: Double) {
        guard value.isFinite, time.isFinite, time > times.last ?? -.infinity else { return }
        guard kind == .counter else {
            times.append(time)
            values.append(value)
            return
        }
        defer { count = (time, value) }
        guard let last = count, time > last.time else { return }
        // A count that shrinks was begun anew.
        let growth = value >= last.value ? value - last.value : value
        times.append(time)
        values.append(growth / (time - last.time))
    }

    /// Forgets what is older than a moment.
    public mutating func forget(before time: Double) {
        guard let first = times.first, first < time else { return }
        let kept = index(at: time)
        // Not every time: moving the rest costs more than a few samples too many.
        guard kept > times.count / 4 else { return }
        times.removeFirst(kept)
        values.removeFirst(kept)
    }

    /// The first place whose time is not before a moment.
    public func index(at time: Double) -> Int {
        var low = 0, high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
