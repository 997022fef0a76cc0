import Testing

@testable import Evaluation

@Suite struct ConfidenceTests {
    struct Row: Decodable {
        let confidence: [Double]
        let right: [Bool]
        let ece: Double
        let brier: Double
        let aurc: Double
        let aurc_error: Double
    }

    @Test func calibrationAgreesWithTheWitnesses() throws {
        for row in try Golden.rows("calibration.jsonl", of: Row.self) {
            let calibration = Calibration(Array(zip(row.confidence, row.right)))
            #expect(near(calibration.expectedError, row.ece, 1e-9))
            #expect(near(calibration.brier, row.brier))
            #expect(calibration.bins.reduce(0) { $0 + $1.count } == row.right.count)
        }
    }

    @Test func theAreaUnderRiskIsTheMeanOverTheOrdersOfTies() throws {
        for row in try Golden.rows("calibration.jsonl", of: Row.self) {
            let answers = zip(row.confidence, row.right).map { (confidence: $0, loss: $1 ? 0.0 : 1.0) }
            #expect(abs(RiskCoverage(answers).area - row.aurc) <= 5 * row.aurc_error + 1e-12)
        }
    }

    @Test func aThresholdKeepsAllOfATie() {
        let curve = RiskCoverage([(0.9, 0), (0.9, 1), (0.5, 1), (0.1, 0)])
        #expect(curve.points.map(\.coverage) == [0.5, 0.75, 1])
        #expect(curve.points.map(\.risk) == [0.5, 2.0 / 3, 0.5])
        #expect(curve.coverage(atRisk: 0.5) == 1)
        #expect(curve.coverage(atRisk: 0.1) == 0)
    }

    @Test func certainAndRightIsPerfectCalibration() {
        let calibration = Calibration([(1, true), (0, false)])
        #expect(calibration.expectedError == 0 && calibration.brier == 0)
        #expect(Calibration([(1, false)]).expectedError == 1)
    }

    @Test func brierOverChoicesIsTheSquaredDistance() {
        #expect(near(Calibration.brier([0.5, 0.3, 0.2], gold: 1), 0.25 + 0.49 + 0.04))
    }
}
