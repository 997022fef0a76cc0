/// Series and postmortems in any number, for measuring.
public struct SpeedTrial: Sendable {
    private let series: Int
    private let samples: Int
    private let start = 1_767_571_200.0
    private let step = 15.0

    /// A trial of so many series of so many samples each.
    public init(series: Int, samples: Int) {
        self.series = series
        self.samples = samples
    }

    /// All samples.
    public var count: Int { series * samples }
    /// Series in which something was planted: every fiftieth.
    public var planted: Int { (series + 49) / 50 }

    /// Fills a store with the samples.
    public func fill(_ store: IncidentStore) throws(IncidentError) {
        for first in stride(from: 0, to: series, by: 100) {
            var piece: [Sample] = []
            for number in first..<min(series, first + 100) {
                var dice = Dice(seed: UInt64(number), part: "speed")
                let key = SeriesKey("load_\(number)", ["service": "s\(number % 40)"])
                for index in 0..<samples {
                    let shift = number % 50 == 0 && index >= samples - samples / 20 ? 8.0 : 0
                    piece.append(
                        Sample(
                            key: key, kind: .gauge, time: start + Double(index) * step,
                            value: 100 + dice.bell() + shift))
                }
            }
            try store.keep(piece, at: start)
        }
    }

    /// Scans series once, as the agent does on every beat; gives how many deviate.
    public func scan(_ series: [Series]) -> Int {
        let now = start + Double(samples) * step
        var settings = DetectionSettings()
        settings.reference = Double(samples) * step
        return Scanner.scan(series, split: now - Double(samples) * step / 5, now: now, settings: settings)
            .count { $0.surprise >= settings.threshold }
    }

    /// Fills a store with postmortems.
    public func fill(_ store: IncidentStore, postmortems count: Int) throws(IncidentError) {
        var dice = Dice(seed: 7, part: "postmortems")
        let words = [
            "disk", "postgres", "deploy", "checkout", "errors", "queue", "certificate", "latency", "failover",
            "auth", "mailer",
            "memory", "replica", "timeout", "alert", "rollback", "cache", "network", "node", "backlog",
            "users", "minutes",
        ]
        var records: [PostmortemRecord] = []
        for number in 0..<count {
            let text = (0..<1200).map { _ in dice.pick(words) }.joined(separator: " ")
            records.append(
                PostmortemRecord(
                    key: "speed-\(number)", title: "\(dice.pick(words)) \(dice.pick(words)) \(number)",
                    day: nil,
                    organisation: "", text: text,
                    actions: [ActionItem("Add an alert on \(dice.pick(words)).")]))
        }
        try store.keep(records)
    }
}
