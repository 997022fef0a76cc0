import Foundation
import Testing

@testable import Evaluation

/// Do the paired tests keep their level and their power? A thousand made-up
/// comparisons by default; `HEARTH_FULL=1 swift test -c release -Xswiftc -enable-testing
/// --filter SimulationTests` makes ten thousand, with the bounds the issue asks for.
@Suite struct SimulationTests {
    static let full = ProcessInfo.processInfo.environment["HEARTH_FULL"] == "1"
    let runs = full ? 10_000 : 1_000
    /// Half a point of a hundred at full size; three standard errors in the short form.
    var tolerance: Double { Self.full ? 0.005 : 3 * (0.05 * 0.95 / Double(runs)).squareRoot() }

    /// At full size the figures themselves are wanted, not only that they pass.
    private func say(_ name: String, _ rate: Double) -> Double {
        if Self.full { print("\(name): \(rate)") }
        return rate
    }

    /// Two systems on independent items: shares gained and lost, the rest alike.
    private func rejections(items: Int, gained: Double, lost: Double, seed: UInt64) -> Double {
        let random = CounterRandom(seed: seed)
        var rejected = 0
        for run in 0..<runs {
            var counts = (gained: 0, lost: 0)
            for item in 0..<items {
                let unit = random.unit(run, item)
                if unit < gained { counts.gained += 1 } else if unit < gained + lost { counts.lost += 1 }
            }
            if McNemar(gained: counts.gained, lost: counts.lost).middle <= 0.05 { rejected += 1 }
        }
        return Double(rejected) / Double(runs)
    }

    @Test func mcnemarKeepsItsLevel() {
        let rate = say("McNemar, error rate", rejections(items: 500, gained: 0.12, lost: 0.12, seed: 1))
        #expect(abs(rate - 0.05) <= tolerance, "\(rate)")
    }

    @Test func mcnemarHasThePowerThatWasComputed() {
        let power = McNemar.power(items: 500, gained: 0.15, lost: 0.09)
        let rate = say(
            "McNemar, power (computed \(power))", rejections(items: 500, gained: 0.15, lost: 0.09, seed: 2))
        let error = (power * (1 - power) / Double(runs)).squareRoot()
        #expect(power > 0.6 && power < 0.9)
        #expect(abs(rate - power) <= 3 * error, "\(rate) for \(power)")
    }

    /// Groups of five items whose differences share half their variance.
    private func groupedRun(
        _ run: Int, shift: Double, random: CounterRandom
    ) -> (before: [Double], after: [Double], groups: [Int]) {
        let size = 5
        var before: [Double] = []
        var after: [Double] = []
        for group in 0..<60 {
            let shared = random.unit(run, group) - 0.5
            for item in 0..<size {
                let place = 1000 + group * size + item
                before.append(random.unit(run, 100_000 + place))
                after.append(before[before.count - 1] + shared + random.unit(run, place) - 0.5 + shift)
            }
        }
        return (before, after, before.indices.map { $0 / size })
    }

    private func groupedRejections(shift: Double, seed: UInt64, clustered: Bool) -> Double {
        let random = CounterRandom(seed: seed)
        let rejected = (0..<runs).count { run in
            let data = groupedRun(run, shift: shift, random: random)
            return PairedTest(data.before, data.after, groups: clustered ? data.groups : nil).p <= 0.05
        }
        return Double(rejected) / Double(runs)
    }

    @Test func theClusteredTestKeepsItsLevelAndThePlainOneDoesNot() {
        let rate = say("clustered t, error rate", groupedRejections(shift: 0, seed: 3, clustered: true))
        #expect(abs(rate - 0.05) <= tolerance, "\(rate)")
        #expect(groupedRejections(shift: 0, seed: 3, clustered: false) > 0.2)
    }

    @Test func theDetectableDifferenceIsDetectedAsOftenAsComputed() {
        // The variance of a group's mean difference is 1/12 + 1/12/5.
        let error = ((1.0 / 12 + 1.0 / 60) / 60).squareRoot()
        let shift = (Normal.quantile(0.975) + Normal.quantile(0.8)) * error
        let rate = say(
            "clustered t, power (computed 0.8)", groupedRejections(shift: shift, seed: 4, clustered: true))
        #expect(abs(rate - 0.8) <= (Self.full ? 0.02 : 0.05), "\(rate)")
        let data = groupedRun(0, shift: 0, random: CounterRandom(seed: 4))
        let said = PairedTest(data.before, data.after, groups: data.groups).detectable() ?? 0
        #expect(abs(said / shift - 1) < 0.35)
    }

    /// Ratios of sums over so many items, as perplexity and BLEU are.
    private func bootstrapRejections(items: Int, shift: Double, seed: UInt64) -> Double {
        // A p-value of few resamples is itself uncertain; at full size there are as many as users get.
        let (runs, rounds) = Self.full ? (runs, 2000) : (300, 400)
        let random = CounterRandom(seed: seed)
        let rejected = (0..<runs).count { run in
            let rows = (0..<items).map { item in
                [
                    random.unit(run, item), random.unit(run, 1000 + item) + shift,
                    0.5 + random.unit(run, 2000 + item),
                ]
            }
            let test = PairedTest(
                rows.map { [$0[0], $0[2]] }, rows.map { [$0[1], $0[2]] }, rounds: rounds, seed: UInt64(run)
            ) { $0[0] / $0[1] }
            return test.p <= 0.05
        }
        return Double(rejected) / Double(runs)
    }

    @Test(arguments: [30, 80]) func thePairedBootstrapKeepsItsLevel(_ items: Int) {
        let rate = say(
            "paired bootstrap of \(items) items, error rate",
            bootstrapRejections(items: items, shift: 0, seed: 5))
        #expect(abs(rate - 0.05) <= (Self.full ? tolerance : 0.038), "\(rate)")
    }

    @Test func thePairedBootstrapHasThePowerThatWasComputed() {
        // The variance of an item's difference is 1/12 + 1/12, and the test is Student's at heart.
        let error = (1.0 / 6 / 80).squareRoot()
        let shift = (Normal.quantile(0.975) + Normal.quantile(0.8)) * error
        let rate = say(
            "paired bootstrap of 80 items, power (computed 0.8)",
            bootstrapRejections(items: 80, shift: shift, seed: 6))
        #expect(abs(rate - 0.8) <= (Self.full ? 0.02 : 0.05), "\(rate)")
    }
}
