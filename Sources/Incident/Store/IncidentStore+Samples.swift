import Checkpoint
import Registry

extension IncidentStore {
    /// Keeps samples; one that is there already stays as it is.
    public func keep(_ samples: [Sample], at scraped: Double) throws(IncidentError) {
        guard !samples.isEmpty else { return }
        try write { connection throws(RegistryError) in
            var numbers: [SeriesKey: Int64] = [:]
            var rows: [[SQLValue]] = []
            rows.reserveCapacity(samples.count)
            for sample in samples where sample.value.isFinite {
                let number: Int64
                if let known = numbers[sample.key] {
                    number = known
                } else {
                    number = try Self.number(of: sample, on: connection)
                    numbers[sample.key] = number
                }
                rows.append([.integer(number), .real(sample.time ?? scraped), .real(sample.value)])
            }
            try connection.changeEach(
                "INSERT INTO samples (series, time, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows)
        }
    }

    private static func number(of sample: Sample, on connection: Connection) throws(RegistryError) -> Int64 {
        let found = try connection.rows("SELECT id FROM series WHERE key = ?", [.text(sample.key.text)])
        if let id = found.first?.first?.integer { return id }
        return try connection.change(
            "INSERT INTO series (key, metric, labels, kind) VALUES (?, ?, ?, ?)",
            [
                .text(sample.key.text), .text(sample.key.metric), .text(sample.key.labelsJSON),
                .text(sample.kind.rawValue),
            ])
    }

    /// All series with their samples since a moment.
    public func series(since time: Double) throws(IncidentError) -> [Series] {
        var series: [Series] = []
        var places: [Int64: Int] = [:]
        for row in try rows("SELECT id, metric, labels, kind FROM series ORDER BY id") {
            var labels: [String: String] = [:]
            for (name, value) in (try? JSON.parse(Array(row.text(2).utf8)))?.object?.members ?? [] {
                labels[name] = value.string
            }
            places[row.integer(0)] = series.count
            series.append(
                Series(SeriesKey(row.text(1), labels), SeriesKind(rawValue: row.text(3)) ?? .gauge))
        }
        try read { connection throws(RegistryError) in
            var last: (id: Int64, place: Int?) = (-1, nil)
            try connection.each(
                "SELECT series, time, value FROM samples WHERE time >= ? ORDER BY series, time", [.real(time)]
            ) { row in
                let id = row.integer(0)
                if id != last.id { last = (id, places[id]) }
                if let place = last.place { series[place].append(row.real(1), row.real(2)) }
            }
        }
        return series
    }

    /// The moment of the newest sample, if there is any.
    public func newestSample() throws(IncidentError) -> Double? {
        try rows("SELECT max(time) FROM samples").first?.optionalReal(0)
    }

    /// Forgets samples from before a moment.
    public func forgetSamples(before time: Double) throws(IncidentError) {
        try change("DELETE FROM samples WHERE time < ?", [.real(time)])
    }
}
