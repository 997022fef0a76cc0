import Testing

@testable import Kernels

@Suite struct GatedUnitTests {
    private static let kinds: [GatedUnit] = [.silu, .geluTanh]

    private func activation(_ kind: GatedUnit) -> (Double) -> Double {
        switch kind {
        case .silu: Reference.silu
        case .geluTanh: Reference.geluTanh
        }
    }

    private func reference(_ kind: GatedUnit, gate: [Double], up: [Double]) -> [Double] {
        zip(gate, up).map { activation(kind)($0) * $1 }
    }

    @Test(arguments: kinds) func forwardIsTheFormula(kind: GatedUnit) {
        let workers = Workers(count: 2)
        var worst = Worst()
        for rows in 1...9 {
            for width in widths {
                var noise = Noise(width)
                let gate = Framed(noise.matrix(rows, width, within: 6))
                let up = Framed(noise.matrix(rows, width))
                let y = Framed(rows, width)
                kind.forward(gate: gate.matrix, up: up.matrix, into: y.matrix, workers)
                #expect(y.isSound)
                let want = reference(kind, gate: gate.matrix.doubles, up: up.matrix.doubles)
                worst.note(relativeError(y.matrix, want), "\(rows) × \(width)")
            }
        }
        worst.expect(atMost: 1e-5)
    }

    /// One number at a time over the whole range: nothing overflows, and the
    /// error is that of a few last bits of the number itself.
    @Test(arguments: kinds) func everyGateGivesItsValue(kind: GatedUnit) {
        let gates =
            stride(from: Float(-120), through: 120, by: 0.01).map { $0 } + [
                0, -0.0, 1e-30, -1e-30, 3e4, -3e4,
            ]
        let (gate, up) = (Matrix(1, gates.count, gates), Matrix(1, gates.count))
        up.fill(1)
        let y = Matrix(1, gates.count)
        kind.forward(gate: gate, up: up, into: y, Workers(count: 1))
        var worst = Worst()
        for (x, value) in zip(gates, y.values) {
            worst.note(abs(Double(value) - activation(kind)(Double(x))) / max(abs(Double(x)), 1e-30), "\(x)")
        }
        worst.expect(atMost: 3e-7)
    }

    @Test(arguments: kinds) func backwardIsTheSlope(kind: GatedUnit) {
        let workers = Workers(count: 2)
        var worst = Worst()
        for (rows, width) in (1...9).flatMap({ rows in (1...9).map { (rows, $0) } }) + widths.map({ (2, $0) })
        {
            var noise = Noise(width)
            let gate = Framed(noise.matrix(rows, width, within: 4))
            let up = Framed(noise.matrix(rows, width))
            let dy = Framed(noise.matrix(rows, width))
            let (dgate, dup) = (Framed(rows, width), Framed(rows, width))
            kind.backward(
                dy.matrix, gate: gate.matrix, up: up.matrix, intoGate: dgate.matrix, intoUp: dup.matrix,
                workers)
            #expect(dgate.isSound && dup.isSound)
            let (g, u, d) = (gate.matrix.doubles, up.matrix.doubles, dy.matrix.doubles)
            worst.note(
                gradientError(dgate.matrix.doubles, at: g) { dot(reference(kind, gate: $0, up: u), d) },
                "gate \(rows) × \(width)")
            worst.note(
                gradientError(dup.matrix.doubles, at: u) { dot(reference(kind, gate: g, up: $0), d) },
                "up \(rows) × \(width)")
        }
        worst.expect(atMost: 1e-5)
    }

    /// The decoder reuses the memory of a result for the gradient of `up`.
    @Test(arguments: kinds) func anyNumberOfThreadsGivesTheSameBits(kind: GatedUnit) {
        for rows in 1...9 {
            var noise = Noise(rows)
            let (gate, up, dy) = (noise.matrix(rows, 37), noise.matrix(rows, 37), noise.matrix(rows, 37))
            expectSameForAnyThreads("\(rows) rows") { workers in
                let (y, dgate, dup) = (Matrix(rows, 37), Matrix(rows, 37), Matrix(rows, 37))
                kind.forward(gate: gate, up: up, into: y, workers)
                kind.backward(dy, gate: gate, up: up, intoGate: dgate, intoUp: dup, workers)
                return y.values + dgate.values + dup.values
            }
        }
    }
}
