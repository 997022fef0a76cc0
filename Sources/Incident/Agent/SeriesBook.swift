/// All series the agent watches, in memory, for looking at all of them at once.
public struct SeriesBook: Sendable {
    /// The series, in order of their first sample.
    public private(set) var series: [Series] = []
    private var places: [SeriesKey: Int] = [:]
    /// How many series are taken; more are left out, so that a page of labels cannot fill the memory.
    let limit: Int

    /// An empty book.
    public init(limit: Int = 20_000) { self.limit = limit }

    /// A book of series read from the store.
    public init(_ series: [Series], limit: Int = 20_000) {
        self.series = Array(series.prefix(limit))
        self.limit = limit
        for (place, series) in self.series.enumerated() { places[series.key] = place }
    }

    /// Adds samples; those without a time are of the moment of the scrape.
    public mutating func add(_ samples: [Sample], at scraped: Double) {
        for sample in samples {
            let place: Int
            if let known = places[sample.key] {
                place = known
            } else {
                guard series.count < limit else { continue }
                place = series.count
                series.append(Series(sample.key, sample.kind))
                places[sample.key] = place
            }
            series[place].append(sample.time ?? scraped, sample.value)
        }
    }

    /// The series of this name.
    public subscript(_ key: SeriesKey) -> Series? { places[key].map { series[$0] } }

    /// The series whose name is written so.
    func series(named text: String) -> Series? { series.first { $0.key.text == text } }

    /// Forgets samples from before a moment.
    public mutating func forget(before time: Double) {
        for place in series.indices { series[place].forget(before: time) }
    }

    /// The services the labels name.
    var services: Set<String> { Set(series.compactMap { $0.key.service }) }
}
