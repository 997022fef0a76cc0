import Foundation

/// A generated incident, played out: every sample, every event, and the truth.
public struct Play: Sendable {
    /// The scenario.
    public let scenario: Scenario
    /// When its history begins.
    public let begin: Double
    /// When the cause strikes.
    public let strike: Double
    /// When it ends.
    public let end: Double
    /// Seconds between samples.
    public let step: Double
    /// All series with all samples.
    public let series: [Series]
    /// All events by their time.
    public let events: [Event]
    /// What was planted.
    public let planted: [Planted]
    /// The key of the change that caused it, where one did.
    public let culprit: String?

    /// A path of an effect over time: 0 before, 1 at its height.
    struct Curve: Sendable {
        let onset: Double
        let rise: Double
        let repaired: Double
        let fall: Double
        let isExponential: Bool
        /// From half-way, how long nothing moves.
        let stall: Double

        func height(_ time: Double) -> Double {
            guard time >= onset else { return 0 }
            let up = min(1, (time - onset + 1) / max(rise, 1))
            guard time > repaired else { return up }
            let top = min(1, (repaired - onset + 1) / max(rise, 1))
            var since = time - repaired
            if stall > 0 {
                let half = isExponential ? fall * 0.693 : fall / 2
                since = since < half ? since : max(half, since - stall)
            }
            return top * (isExponential ? exp(-since / fall) : max(0, 1 - since / fall))
        }
    }

    /// Plays a scenario out; the same scenario gives the same play, always.
    public init(_ scenario: Scenario) {
        self.scenario = scenario
        var dice = Dice(seed: scenario.seed, part: "story")
        step = 60
        // Some weekday in a fixed year; the hour is the scenario's own.
        let midnight = 1_767_571_200 + Double(dice.whole(0...200)) * 86_400
        strike = midnight + scenario.days.rounded(.up) * 86_400 + Double(dice.whole(7 * 60...21 * 60)) * 60
        begin = strike - scenario.days * 86_400
        var writer = StoryWriter(scenario: scenario, strike: strike, dice: dice)
        writer.write()
        events = writer.events.sorted { ($0.time, $0.key) < ($1.time, $1.key) }
        culprit = writer.culprit
        end = writer.end
        let (begin, end, step) = (begin, writer.end, step)
        var series: [Series] = []
        var planted: [Planted] = []
        for service in Town.services {
            for metric in Town.metrics(of: service.name) {
                let key = SeriesKey(metric.name, ["service": service.name, "zone": "eu-1"])
                let curves = writer.curves.filter { $0.service == service.name && $0.metric == metric.name }
                let one = Self.series(
                    key, metric, curves, seed: scenario.seed, begin: begin, end: end, step: step)
                series.append(one)
                // The usual range is that of the history before, as for everybody who looks at it.
                let split = one.index(at: strike - 600)
                let usual = Baseline(times: one.times[..<split], values: one.values[..<split], fewest: 30)
                let spread = usual?.spread ?? metric.noise * metric.base
                planted += curves.map { Self.planted(key, metric, $0, spread: spread, end: end) }
            }
        }
        self.series = series
        self.planted = planted
    }

    private static func series(
        _ key: SeriesKey, _ metric: Town.Metric, _ curves: [StoryWriter.Bend], seed: UInt64, begin: Double,
        end: Double, step: Double
    ) -> Series {
        var dice = Dice(seed: seed, part: key.text)
        let phase = dice.number(-0.5...0.5)
        let fresh = (1 - metric.memory * metric.memory).squareRoot()
        var drift = dice.bell()
        var times: [Double] = [], values: [Double] = []
        var time = begin
        while time <= end {
            drift = metric.memory * drift + fresh * dice.bell()
            let hour = time / 3600
            let day = sin((hour - 8 + phase) / 24 * 2 * .pi)
            var value = metric.base * (1 + metric.daily * day) * (1 + metric.noise * drift)
            if dice.share() * 1000 < metric.wild { value *= dice.number(2...5) }
            for curve in curves { value += curve.size * metric.base * curve.curve.height(time) }
            times.append(time)
            values.append(min(metric.top, max(0, value)))
            time += step
        }
        return Series(key, times: times, values: values)
    }

    private static func planted(
        _ key: SeriesKey, _ metric: Town.Metric, _ bend: StoryWriter.Bend, spread: Double, end: Double
    ) -> Planted {
        // Shows: a spread and a half away; gone: within two and a half of usual.
        let unit = abs(bend.size) * metric.base / spread
        var onset = bend.curve.onset
        while onset < end, bend.curve.height(onset) * unit < 1.5 { onset += 15 }
        var normal: Double? = end
        while let time = normal, time > bend.curve.repaired, bend.curve.height(time) * unit < 2.5 {
            normal = time - 15
        }
        if let time = normal, time >= end - 60 { normal = nil }
        return Planted(
            key: key, direction: bend.size > 0 ? .up : .down, onset: onset, normal: normal,
            belongs: bend.belongs, repaired: bend.curve.repaired)
    }
}
