import Foundation
import Kernels
import Model

/// Adam with decoupled weight decay, in PyTorch's order of operations.
///
/// Each trained matrix has its moments beside it: in f32, or in eight bits as
/// `MomentCodes` describes.
public final class AdamW {
    /// The numbers of the method.
    public struct Settings: Sendable, Equatable {
        /// The decay of the first moment.
        public var beta1: Double = 0.9
        /// The decay of the second moment.
        public var beta2: Double = 0.999
        /// What keeps the division finite.
        public var epsilon: Double = 1e-8
        /// How much of a number is lost in a step, times the learning rate.
        public var weightDecay: Double = 0
        /// How many times the rate of A the rate of B and of magnitudes is (LoRA+).
        public var plusRatio: Double = 1
        /// The norm to which all gradients together are cut, or nothing.
        public var clip: Double?
        /// Whether moments are kept in eight bits.
        public var eightBit = false

        /// PyTorch's defaults.
        public init() {}
    }

    /// One trained matrix with its gradient.
    struct Slot {
        /// The name of the module and the part of it.
        let name: String
        let parameter: Matrix
        let gradient: Matrix
        let isPlus: Bool
        let moments: any Moments
    }

    private static let parts = ["lora_A", "lora_B", "lora_magnitude_vector"]
    private let settings: Settings
    private let workers: Workers
    let slots: [Slot]
    /// How many steps were taken.
    public internal(set) var step = 0

    /// An optimiser for an adapter and its gradients.
    public init(_ gradients: Gradients, _ settings: Settings, _ workers: Workers) {
        self.settings = settings
        self.workers = workers
        slots = zip(gradients.trained.places, gradients.sum.places).flatMap { trained, sum in
            let module = AdapterShape.module(trained.layer, trained.projection)
            return zip(trained.part.matrices, sum.part.matrices).enumerated().map { index, pair in
                let count = pair.0.rows * pair.0.columns
                // As bitsandbytes does: small tensors keep their moments whole.
                let small = count < EightBitMoments.smallest
                return Slot(
                    name: "\(module).\(Self.parts[index])", parameter: pair.0, gradient: pair.1,
                    isPlus: index > 0,
                    moments: settings.eightBit && !small
                        ? EightBitMoments(pair.0.rows, pair.0.columns)
                        : FloatMoments(pair.0.rows, pair.0.columns))
            }
        }
    }

    /// The norm of all gradients together.
    public func gradientNorm() -> Double {
        slots.reduce(0) { $0 + $1.gradient.sumOfSquares(workers) }.squareRoot()
    }

    /// Takes one step at a learning rate and gives the norm before any cut.
    @discardableResult
    public func step(rate: Double) -> Double {
        let norm = gradientNorm()
        step(rate: rate, norm: norm)
        return norm
    }

    /// Takes one step, the norm of the gradients being known.
    func step(rate: Double, norm: Double) {
        step += 1
        var update = AdamUpdate(
            rate: 0, decay: settings.weightDecay, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, step: step)
        if let clip = settings.clip { update.share = Float(min(1, clip / (norm + 1e-6))) }
        for slot in slots {
            var update = update
            update.rate = rate * (slot.isPlus ? settings.plusRatio : 1)
            slot.moments.apply(update, gradient: slot.gradient, to: slot.parameter, workers)
        }
    }
}

/// The first and second moment of one matrix.
protocol Moments {
    /// Takes a gradient in and moves the parameter.
    func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix, _ workers: Workers)
    /// The numbers to save, by name.
    var saved: [(name: String, matrix: SavedMoments)] { get }
}

/// Moments as they are saved: plain numbers or bytes.
enum SavedMoments {
    case floats(Matrix)
    case bytes(ByteBlock)
}

/// Moments in f32.
final class FloatMoments: Moments {
    let first: Matrix
    let second: Matrix

    init(_ rows: Int, _ columns: Int) {
        first = Matrix(rows, columns)
        second = Matrix(rows, columns)
    }

    func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix, _ workers: Workers) {
        workers.split(parameter.rows) { update.apply(gradient, first, second, to: parameter, rows: $0) }
    }

    var saved: [(name: String, matrix: SavedMoments)] {
        [("first", .floats(first)), ("second", .floats(second))]
    }
}
