import Testing

@testable import Evaluation

@Suite struct StatisticsTests {
    struct Row: Decodable {
        let a: [Double]?
        let b: [Double]?
        let mcnemar: Double?
        let t: Double?
        let groups: [Int]?
        let clustered: Double?
        let stderr: Double?
        let p: [Double]?
        let holm: [Double]?
    }

    @Test func errorsAndTestsAgreeWithScipy() throws {
        var compared = 0
        for row in try Golden.rows("tests.jsonl", of: Row.self) {
            guard let a = row.a, let b = row.b, let groups = row.groups else { continue }
            compared += 1
            let test = PairedTest(a, b)
            #expect(test.method == .mcnemar)
            #expect(near(test.exactP ?? -1, row.mcnemar ?? -2, 1e-10))
            #expect(near(Estimate(b).error ?? -1, row.stderr ?? -2))
            if let error = Estimate(b, groups: groups).error {
                #expect(near(error, row.clustered ?? -2))
            }
            // A value of its own kind keeps the answers from being right or wrong.
            let shifted = zip(a, b).map { ($0 / 2, $1 / 2) }
            let student = PairedTest(shifted.map(\.0), shifted.map(\.1))
            if let t = row.t {
                #expect(student.method == .student && near(student.p, t, 1e-9))
            }
        }
        #expect(compared == 60)
    }

    @Test func holmAgreesWithItsDefinition() throws {
        for row in try Golden.rows("tests.jsonl", of: Row.self) {
            guard let p = row.p, let holm = row.holm else { continue }
            #expect(zip(Holm.adjusted(p), holm).allSatisfy { near($0, $1) })
        }
        #expect(Holm.adjusted([]).isEmpty)
        #expect(Holm.adjusted([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    }

    @Test func groupsOfOneAreNoGroups() {
        let values = [0.1, 0.9, 0.4, 0.4, 1.0]
        let plain = Estimate(values)
        let grouped = Estimate(values, groups: [4, 2, 9, 1, 7])
        #expect(near(plain.testError ?? -1, grouped.testError ?? -2))
    }

    @Test func aSampleOfOneHasNoError() {
        #expect(Estimate([0.5]).error == nil)
        #expect(Estimate([0.5, 0.7], groups: [1, 1]).error == nil)
        #expect(PairedTest([0.5], [0.7]).p == 1)
    }

    @Test func theBootstrapIsTheSameEveryTimeAndForAnotherSeedAnother() {
        let items = (0..<50).map { [Double($0 % 7), 1] }
        let mean = { (sums: [Double]) in sums[0] / sums[1] }
        let once = Bootstrap(items).statistics(mean)
        #expect(once == Bootstrap(items).statistics(mean))
        #expect(once != Bootstrap(items, seed: 1).statistics(mean))
        let interval = Bootstrap(items).interval(once)
        let estimate = Estimate(items.map { $0[0] })
        #expect(interval?.contains(estimate.mean) == true)
        #expect(abs(Bootstrap.error(once) / (estimate.error ?? 0) - 1) < 0.1)
    }

    @Test func theBootstrapDrawsWholeGroups() {
        // Within a group all values are equal, so the scatter is that of four values.
        let values = [0.0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]
        let groups = values.indices.map { $0 / 3 }
        let rows = values.map { [$0, 1] }
        let score = { (sums: [Double]) in sums[0] / sums[1] }
        let grouped = Bootstrap.error(Bootstrap(rows, groups: groups).statistics(score))
        let alone = Bootstrap.error(Bootstrap(rows).statistics(score))
        #expect(grouped > 1.5 * alone)
    }

    @Test func identicalSystemsDifferInNothing() {
        let rows = [[1.0, 2], [3, 4]]
        let test = PairedTest(rows, rows) { $0[0] / $0[1] }
        #expect(test.difference == 0 && test.p == 1)
        #expect(PairedTest([1, 0, 1], [1, 0, 1]).p == 1)
    }

    @Test func differencesWithoutScatterSayAsMuchAsSoManyCoins() {
        let few = PairedTest([0, 0, 0, 0], [1, 1, 1, 1], groups: [1, 1, 2, 2])
        #expect(few.method == .clustered && near(few.p, 0.5) && few.interval == nil)
        let many = PairedTest((0..<8).map { Double($0) / 7 }, (0..<8).map { Double($0) / 7 + 0.3 })
        #expect(many.method == .student && near(many.p, 2 / 256.0))
        #expect(PairedTest([1, 0, 1], [1, 0, 1]).detectable() == nil)
    }

    @Test func theVerdictFollowsTheDirectionOfTheMetric() {
        #expect(Verdict(difference: 1, p: 0.01, higherIsBetter: true, level: 0.05) == .better)
        #expect(Verdict(difference: 1, p: 0.01, higherIsBetter: false, level: 0.05) == .worse)
        #expect(Verdict(difference: 1, p: 0.06, higherIsBetter: true, level: 0.05) == .notShown)
    }
}
