/// What abstaining buys: the error rate among the answers kept, for every share
/// of answers kept, the most confident first.
///
/// Answers of equal confidence cannot be told apart, so a threshold keeps all of
/// them or none; inside such a group the curve takes the mean over all orders.
struct RiskCoverage: Sendable {
    struct Point: Sendable, Equatable {
        let coverage: Double
        let risk: Double
        /// The least confidence that is kept at this point.
        let threshold: Double
    }

    /// One point for each distinct confidence, coverage rising to 1.
    let points: [Point]
    /// The area under the curve: the mean risk over every number of answers kept.
    let area: Double

    /// At least one answer. Risk is an answer's loss, 0 (right) to 1 (wrong).
    init(_ answers: [(confidence: Double, loss: Double)]) {
        precondition(!answers.isEmpty)
        let sorted = answers.sorted { $0.confidence > $1.confidence }
        var points: [Point] = []
        var kept = 0
        var loss = 0.0
        var area = 0.0
        while kept < sorted.count {
            let confidence = sorted[kept].confidence
            let group = sorted[kept...].prefix { $0.confidence == confidence }
            let mean = group.reduce(0) { $0 + $1.loss } / Double(group.count)
            for place in 1...group.count {
                area += (loss + mean * Double(place)) / Double(kept + place)
            }
            kept += group.count
            loss += mean * Double(group.count)
            points.append(
                Point(
                    coverage: Double(kept) / Double(sorted.count), risk: loss / Double(kept),
                    threshold: confidence))
        }
        self.points = points
        self.area = area / Double(sorted.count)
    }

    /// The largest share that can be kept with the risk not above a bound.
    func coverage(atRisk bound: Double) -> Double {
        points.last { $0.risk <= bound }?.coverage ?? 0
    }
}
