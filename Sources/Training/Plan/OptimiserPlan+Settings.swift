import Recipes

extension OptimiserPlan {
    /// The optimiser's numbers.
    func settings(plusRatio: Double?) -> AdamW.Settings {
        var settings = AdamW.Settings()
        settings.beta1 = beta1
        settings.beta2 = beta2
        settings.epsilon = epsilon
        settings.weightDecay = weightDecay
        settings.plusRatio = plusRatio ?? 1
        settings.clip = clip > 0 ? clip : nil
        settings.eightBit = kind == .adamw8bit
        return settings
    }

    /// The learning rate of a run of so many steps.
    func rate(steps: Int) -> LearningRate {
        let shape: LearningRate.Shape =
            switch schedule {
            case .linear: .linear
            case .cosine: .cosine(minimum: minimumRatio)
            case .constant: .constant
            }
        let rise =
            switch warmup {
            case .steps(let steps): steps
            case .ratio(let ratio): Int((ratio * Double(steps)).rounded(.up))
            }
        return LearningRate(peak: learningRate, shape: shape, warmup: rise, total: steps)
    }
}
