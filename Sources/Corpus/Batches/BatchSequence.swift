/// How examples are put together into micro-batches.
public enum BatchMode: String, Sendable, CaseIterable {
    /// Shuffled, each example by itself.
    case shuffled
    /// The same order, laid out as one list of rows.
    case packed
    /// Examples that begin alike come together and share a computed prefix.
    case sharedContext = "shared_context"
}

/// What ends a sequence of steps.
public enum BatchLength: Sendable, Equatable {
    /// A number of optimiser steps.
    case steps(Int)
    /// A number of passes; a fraction is rounded up to whole steps, as in Hugging Face.
    case epochs(Double)
}

/// One optimiser step: which examples it sees, micro-batch by micro-batch.
public struct TrainingStep: Sendable, Equatable {
    /// The step, counted from 0 over the whole run.
    public let number: Int
    /// The pass over the data, counted from 0.
    public let epoch: Int
    /// How much of the data is seen after the step, in passes.
    public let progress: Double
    /// The examples of each micro-batch, by their numbers in the dataset.
    public let microBatches: [[Int]]
}

/// All steps of a run, as a pure function of the data, the seed and a few numbers.
///
/// Every step has `batchSize × accumulation` examples, the last of an epoch maybe
/// fewer. Any step can be asked for at any time, so a run resumes anywhere, also
/// between two micro-batches of a step.
public struct BatchSequence: Sendable {
    /// How many examples there are.
    public let count: Int
    /// How they are put together.
    public let mode: BatchMode
    /// Examples in a micro-batch.
    public let batchSize: Int
    /// Micro-batches in a step.
    public let accumulation: Int
    /// Steps in an epoch.
    public let stepsPerEpoch: Int
    /// Steps in all.
    public let totalSteps: Int
    private let order: SampleOrder
    private let groups: PrefixGroups?

    /// The steps over some examples; traps without any, or for sizes below 1.
    public init(
        _ examples: [EncodedExample], mode: BatchMode, batchSize: Int, accumulation: Int,
        length: BatchLength, seed: UInt64
    ) {
        precondition(!examples.isEmpty && batchSize > 0 && accumulation > 0)
        count = examples.count
        self.mode = mode
        self.batchSize = batchSize
        self.accumulation = accumulation
        let batches = Self.quotient(count, roundedUpBy: batchSize)
        stepsPerEpoch = Self.quotient(batches, roundedUpBy: accumulation)
        switch length {
        case .steps(let steps): totalSteps = steps
        case .epochs(let epochs):
            // A product beyond Int would trap; nobody lives that long.
            totalSteps = Int(min((epochs * Double(stepsPerEpoch)).rounded(.up), 1e15))
        }
        order = SampleOrder(seed: seed)
        groups = mode == .sharedContext ? PrefixGroups(examples) : nil
    }

    /// The steps of one epoch; the last of the run may lie within it.
    ///
    /// It costs a shuffle of all examples: keep it while the epoch lasts.
    public func epoch(_ epoch: Int) -> [TrainingStep] {
        let batches: [[Int]]
        if let groups {
            batches = PrefixGroups.batches(of: groups.families(order, epoch: epoch), size: batchSize)
        } else {
            batches = Self.slices(order.permutation(of: count, epoch: epoch), size: batchSize)
        }
        let steps = Self.slices(batches, size: accumulation)
        return steps.enumerated().map { index, microBatches in
            TrainingStep(
                number: epoch * stepsPerEpoch + index, epoch: epoch,
                progress: Double(epoch) + Double(index + 1) / Double(stepsPerEpoch),
                microBatches: microBatches)
        }
    }

    /// One step of the run, counted from 0; traps beyond the last.
    public func step(_ number: Int) -> TrainingStep {
        precondition((0..<totalSteps).contains(number), "a step of the run")
        return epoch(number / stepsPerEpoch)[number % stepsPerEpoch]
    }

    private static func slices<Element>(_ all: [Element], size: Int) -> [[Element]] {
        stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
    }

    private static func quotient(_ value: Int, roundedUpBy divisor: Int) -> Int {
        value / divisor + (value % divisor == 0 ? 0 : 1)
    }
}
