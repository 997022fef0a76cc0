/// Holm's correction for several tests at once.
///
/// Each p-value is multiplied by the number of hypotheses still open when its
/// turn comes, the smallest first, and never falls below an earlier one: at
/// level 5 % the chance of even one false claim in the family stays under 5 %.
enum Holm {
    static func adjusted(_ values: [Double]) -> [Double] {
        var adjusted = values
        var worst = 0.0
        for (rank, place) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            worst = max(worst, min(1, Double(values.count - rank) * values[place]))
            adjusted[place] = worst
        }
        return adjusted
    }
}
