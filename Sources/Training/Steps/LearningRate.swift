import Foundation

/// The learning rate of each step: a rise, then a schedule.
///
/// Step s counts from 0 and uses the rate transformers' schedulers give: while it
/// rises, peak · s / warmup, so the very first step of a run with warm-up moves
/// nothing; then the schedule over what is left.
public struct LearningRate: Sendable, Equatable {
    /// What happens after the rise.
    public enum Shape: Sendable, Equatable {
        /// It stays.
        case constant
        /// It falls in a line to zero.
        case linear
        /// It falls in half a cosine to a share of the peak.
        case cosine(minimum: Double)
    }

    /// The highest rate.
    public var peak: Double
    /// What happens after the rise.
    public var shape: Shape
    /// How many steps it rises.
    public var warmup: Int
    /// How many steps there are.
    public var total: Int

    /// A schedule.
    public init(peak: Double, shape: Shape, warmup: Int, total: Int) {
        self.peak = peak
        self.shape = shape
        self.warmup = warmup
        self.total = total
    }

    /// The rate of a step, counted from 0.
    public func rate(_ step: Int) -> Double {
        if step < warmup { return peak * Double(step) / Double(max(1, warmup)) }
        let progress = Double(step - warmup) / Double(max(1, total - warmup))
        switch shape {
        case .constant: return peak
        case .linear: return peak * max(0, 1 - progress)
        case .cosine(let minimum):
            let wave = 0.5 * (1 + cos(Double.pi * min(progress, 1)))
            return peak * (minimum + (1 - minimum) * wave)
        }
    }
}
