import Testing

@testable import Kernels

/// The largest error met, and where.
struct Worst {
    private(set) var error = 0.0
    private var place = "nowhere"

    mutating func note(_ error: Double, _ place: @autoclosure () -> String) {
        if error <= self.error || self.error.isNaN { return }
        self.error = error
        self.place = place()
    }

    /// Expects that no error was above a bar.
    func expect(atMost bar: Double, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(error <= bar, "at \(place)", sourceLocation: sourceLocation)
    }
}

/// ‖got - want‖ / ‖want‖.
func relativeError(_ got: [Double], _ want: [Double]) -> Double {
    if got.count != want.count { return .nan }
    let off = zip(got, want).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = want.reduce(0) { $0 + $1 * $1 }
    return off == 0 ? 0 : (off / max(size, 1e-30)).squareRoot()
}

func relativeError(_ got: Matrix, _ want: [Double]) -> Double { relativeError(got.doubles, want) }

extension Matrix {
    var doubles: [Double] { values.map(Double.init) }
}

extension FrozenWeight {
    func forward(
        _ x: Matrix, into y: Matrix, prompt: Int, precision: Precision = .float32, _ workers: Workers
    ) {
        let operand = Operand(x, precision: precision, arena: Arena(blockBytes: 4096), workers)
        forward(operand, into: y, prompt: prompt, workers)
    }

    func backward(
        _ dy: Matrix, into dx: Matrix, accumulate: Bool = false, precision: Precision = .float32,
        _ workers: Workers
    ) {
        let operand = Operand(dy, precision: precision, arena: Arena(blockBytes: 4096), workers)
        backward(operand, into: dx, accumulate: accumulate, workers)
    }
}

extension [Float] {
    var doubles: [Double] { map(Double.init) }
    var bits: [UInt32] { map(\.bitPattern) }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// How far a gradient is from the central differences of a function.
///
/// Few numbers are moved one by one, which gives the relative error in norm.
/// Many are moved together: along the gradient itself, whose slope must be its
/// length, and along directions that have nothing to do with it. A gradient
/// shorter than `floor` is judged as if it were that long.
func gradientError(
    _ gradient: [Double], at x: [Double], floor: Double = 1e-3, of function: ([Double]) -> Double
) -> Double {
    precondition(gradient.count == x.count)
    func slope(_ direction: [Double]) -> Double {
        let step = 1e-5
        let up = function(zip(x, direction).map { $0 + step * $1 })
        let down = function(zip(x, direction).map { $0 - step * $1 })
        return (up - down) / (2 * step)
    }
    if x.count <= 64 {
        let want = x.indices.map { index in slope(x.indices.map { $0 == index ? 1 : 0 }) }
        let size = max(dot(want, want).squareRoot(), floor)
        let off = zip(gradient, want).map { $0 - $1 }
        return dot(off, off).squareRoot() / size
    }
    let length = dot(gradient, gradient).squareRoot()
    let size = max(length, floor)
    var worst = length > 0 ? abs(slope(gradient.map { $0 / length }) - length) / size : 0
    var noise = Noise(x.count)
    for _ in 0..<4 {
        let direction = noise.numbers(x.count).doubles
        let reach = dot(direction, direction).squareRoot()
        let unit = direction.map { $0 / reach }
        let off = abs(slope(unit) - dot(gradient, unit)) * Double(x.count).squareRoot()
        worst = max(worst, off / size)
    }
    return worst
}

/// Expects the same bits from one, two, three and five threads.
func expectSameForAnyThreads(
    _ place: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation,
    _ work: (Workers) -> [Float]
) {
    let alone = work(Workers(count: 1)).bits
    for count in [2, 3, 5] {
        let same = work(Workers(count: count)).bits == alone
        #expect(same, "\(count) threads: \(place())", sourceLocation: sourceLocation)
    }
}

/// Widths around every vector length, and a few above.
let widths = Array(1...70) + [127, 128, 129, 257]
