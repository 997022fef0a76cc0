import Foundation
import Testing

@testable import Incident

@Suite struct DetectionTests {
    private let settings = DetectionSettings()

    private func series(
        _ name: String = "http_error_ratio", service: String = "checkout", hours: Double = 7,
        noise: Double = 1,
        seed: UInt64 = 1, shape: (Double) -> Double
    ) -> Series {
        var dice = Dice(seed: seed, part: name)
        let times = Swift.stride(from: 0.0, to: hours * 3600, by: 60).map { $0 }
        return Series(
            SeriesKey(name, ["service": service]), times: times,
            values: times.map { shape($0) + noise * dice.bell() })
    }

    @Test func aShiftIsFoundWithItsOnset() throws {
        let series = series { $0 >= 6.5 * 3600 ? 110 : 100 }
        let found = try #require(
            Deviation(series, split: 6 * 3600, now: 7 * 3600, settings: settings))
        #expect(found.direction == .up)
        #expect(abs(found.onset - 6.5 * 3600) <= 120)
        #expect(abs(found.level - 110) < 1)
        #expect(found.surprise > 1)
    }

    @Test func oneWildSampleIsNoDeviation() {
        let series = series { $0 == 6.5 * 3600 ? 400 : 100 }
        #expect(Deviation(series, split: 6 * 3600, now: 7 * 3600, settings: settings) == nil)
    }

    @Test(arguments: 1...20) func noiseAloneSaysNothing(seed: Int) {
        let series = series(seed: UInt64(seed)) { _ in 100 }
        let found = Deviation(series, split: 6 * 3600, now: 7 * 3600, settings: settings)
        #expect(found.map { $0.surprise < 1 } ?? true)
    }

    @Test func theTimeOfDayIsNoNewsWhereThereAreDays() {
        let wave = { (time: Double) in 100 + 40 * sin(time / 86_400 * 2 * .pi) }
        let series = series(hours: 78, shape: wave)
        var settings = settings
        settings.reference = 77 * 3600
        #expect(
            Deviation(series, split: 77 * 3600, now: 78 * 3600, settings: settings).map { $0.surprise < 1 }
                ?? true)
        let baseline = Baseline(times: series.times[...], values: series.values[...], fewest: 30)
        #expect(baseline?.daily.isEmpty == false)
    }

    @Test func whatTheChannelSaidIsKnownAndItsDenialIsNot() throws {
        let deviation = try #require(
            Deviation(
                series { $0 >= 6.5 * 3600 ? 130 : 100 }, split: 6 * 3600, now: 7 * 3600, settings: settings))
        func knows(
            _ text: String, _ kind: Event.Kind = .message, labels: [String: String] = [:], link: String? = nil
        ) -> Bool {
            var knowledge = ChannelKnowledge(services: ["checkout", "search"])
            knowledge.hear(
                TimelineEntry(
                    id: 1, incident: 1, seen: 6.6 * 3600,
                    event: Event(
                        kind, source: "t", key: "k", time: 6.6 * 3600, text: text, labels: labels, link: link)
                ))
            return knowledge.source(of: deviation, since: 0) != nil
        }
        #expect(knows("lots of 500s from checkout"))
        #expect(knows("see http_error_ratio"))
        #expect(
            knows("HighErrorRate", .alert, labels: ["service": "checkout", "alertname": "HighErrorRate"]))
        #expect(knows("look", link: "http://p/graph?g0.expr=http%5Ferror%5Fratio"))
        #expect(!knows("checkout errors look fine"))
        #expect(!knows("lots of 500s from search"))
        #expect(!knows("checkout is slow"))
    }

    @Test func nearnessInTimeIsThatOfTheWorldNotOfTheClock() throws {
        let elsewhere = series(service: "search") { $0 >= 6.5 * 3600 ? 130 : 100 }
        let deviation = try #require(
            Deviation(elsewhere, split: 6 * 3600, now: 7 * 3600, settings: settings))
        let incident = IncidentRecord(
            id: 1, title: "t", state: .open, opened: deviation.onset + 120, closed: nil,
            services: ["checkout"])
        func relation(pace: Double) -> Double {
            var settings = settings
            settings.pace = pace
            return Relation(incident: incident, known: [], deviations: [deviation], settings: settings)
                .of(deviation)
        }
        #expect(abs(relation(pace: 1) - 0.35) < 1e-9)
        // Two minutes of a clock behind which the world runs sixty times as fast are two hours.
        #expect(relation(pace: 60) < 0.2)
    }

    @Test func concepts() {
        #expect(Concept.of(metric: "http_request_duration_seconds").first == .latency)
        #expect(Concept.of(metric: "upstream_bytes").contains(.availability) == false)
        #expect(Concept.of(metric: "up").first == .availability)
        #expect(Concept.of(metric: "db_connection_pool_in_use").first == .connections)
    }

    @Test func theScanIsTheSameEveryTime() {
        let all = (0..<100).map { number in
            series("m\(number)", seed: UInt64(number)) { number % 10 == 0 && $0 > 6.5 * 3600 ? 120 : 100 }
        }
        let once = Scanner.scan(all, split: 6 * 3600, now: 7 * 3600, settings: settings)
        let twice = Scanner.scan(all, split: 6 * 3600, now: 7 * 3600, settings: settings)
        #expect(once.map(\.key) == twice.map(\.key))
        #expect(Set(once.prefix(10).map(\.key.metric)) == Set((0..<10).map { "m\($0 * 10)" }))
    }
}

@Suite struct RecoveryTests {
    @Test func aHalvingPaceArrivesWhenItShould() throws {
        // 40 spreads away, halved every five minutes: at 2.5 after twenty minutes.
        let times = Swift.stride(from: 0.0, through: 600, by: 30).map { $0 }
        let fit = try #require(
            RecoveryFit(times: times, distances: times.map { 40 * pow(0.5, $0 / 300) }, band: 2.5, now: 600))
        #expect(abs(fit.back - 1200) < 60)
        #expect(fit.earliest <= fit.back)
    }

    @Test func whatMovesAwayHasNoEstimate() {
        let times = Swift.stride(from: 0.0, through: 600, by: 30).map { $0 }
        #expect(RecoveryFit(times: times, distances: times.map { 10 + $0 / 100 }, band: 2.5, now: 600) == nil)
    }

    @Test func theStagesOfAWayBack() {
        var dice = Dice(seed: 3)
        var settings = DetectionSettings()
        settings.hold = 600
        // Away from 4:00, repaired at 4:30, linear over thirty minutes.
        func height(_ time: Double) -> Double {
            if time < 4 * 3600 { return 0 }
            return time < 4.5 * 3600 ? 100 : max(0, 100 * (1 - (time - 4.5 * 3600) / 1800))
        }
        let times = Swift.stride(from: 0.0, to: 6 * 3600, by: 30).map { $0 }
        let series = Series(SeriesKey("m"), times: times, values: times.map { 50 + dice.bell() + height($0) })
        func stage(_ now: Double) -> SeriesState.Stage? {
            SeriesState(series, onset: 4 * 3600, split: 3.5 * 3600, now: now, settings: settings)?.stage
        }
        #expect(stage(4.4 * 3600) == .away)
        #expect(stage(4.75 * 3600) == .returning)
        #expect(stage(5.05 * 3600) == .arrived)
        #expect(stage(5.5 * 3600) == .back)
    }
}
