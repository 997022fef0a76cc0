import Foundation

/// The operations as a textbook has them, in Double, on numbers row by row.
enum Reference {
    static func rmsNorm(_ x: [Double], weight: [Double], epsilon: Double) -> [Double] {
        stride(from: 0, to: x.count, by: weight.count).flatMap { start in
            let group = x[start..<start + weight.count]
            let mean = group.reduce(0) { $0 + $1 * $1 } / Double(weight.count)
            return zip(group, weight).map { $0 / (mean + epsilon).squareRoot() * $1 }
        }
    }

    /// Each head's halves are real and imaginary parts, turned by angle.
    static func rotary(_ x: [Double], dimension: Int, rowLength: Int, angles: [[Double]]) -> [Double] {
        var y = x
        let half = dimension / 2
        for start in stride(from: 0, to: x.count, by: dimension) {
            let row = start / rowLength
            for index in 0..<half {
                let (re, im) = (x[start + index], x[start + half + index])
                let angle = angles[row][index]
                y[start + index] = re * cos(angle) - im * sin(angle)
                y[start + half + index] = re * sin(angle) + im * cos(angle)
            }
        }
        return y
    }

    static func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

    static func geluTanh(_ x: Double) -> Double {
        0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }

    static func logSumExp(_ x: [Double]) -> Double {
        let most = x.max() ?? 0
        return most + log(x.reduce(0) { $0 + exp($1 - most) })
    }

    /// PyTorch's cross entropy of one row, with label smoothing.
    static func crossEntropy(_ x: [Double], target: Int, smoothing: Double) -> Double {
        let lse = logSumExp(x)
        let even = x.reduce(0) { $0 + lse - $1 } / Double(x.count)
        return (1 - smoothing) * (lse - x[target]) + smoothing * even
    }

    /// a · b for a of `rows` by `inner` numbers and b of `inner` by `columns`.
    static func product(_ a: [Double], _ b: [Double], rows: Int, inner: Int, columns: Int) -> [Double] {
        var c = Array(repeating: 0.0, count: rows * columns)
        for row in 0..<rows {
            for k in 0..<inner {
                for column in 0..<columns {
                    c[row * columns + column] += a[row * inner + k] * b[k * columns + column]
                }
            }
        }
        return c
    }

    static func turned(_ a: [Double], rows: Int, columns: Int) -> [Double] {
        (0..<columns).flatMap { column in (0..<rows).map { a[$0 * columns + column] } }
    }
}

/// An attention call: how many rows, which keys, what heads.
struct AttentionCase: CustomStringConvertible {
    var rows: Int
    var first: Int
    var heads: Int
    var keyValueHeads: Int
    var dimension: Int
    var window: Int?
    var scale: Float = 0.37

    var description: String {
        "rows \(rows) first \(first) heads \(heads)/\(keyValueHeads) dim \(dimension) window \(window ?? -1)"
    }

    var queryWidth: Int { heads * dimension }
    var keyWidth: Int { keyValueHeads * dimension }

    /// Softmax attention with plain loops: `keys[j]` is the row of the key at
    /// position j; row r stands at position first + r.
    func reference(q: [Double], k: [Double], v: [Double], keys: [Int32]) -> [Double] {
        var out = Array(repeating: 0.0, count: rows * queryWidth)
        for row in 0..<rows {
            let position = first + row
            let seen = (0...position).filter { window == nil || position - $0 < window ?? 0 }
            for head in 0..<heads {
                let shared = head / (heads / keyValueHeads)
                let scores = seen.map { j in
                    Double(scale)
                        * (0..<dimension).reduce(0) {
                            $0 + q[row * queryWidth + head * dimension + $1]
                                * k[Int(keys[j]) * keyWidth + shared * dimension + $1]
                        }
                }
                let lse = Reference.logSumExp(scores)
                for (j, score) in zip(seen, scores) {
                    for d in 0..<dimension {
                        out[row * queryWidth + head * dimension + d] +=
                            exp(score - lse) * v[Int(keys[j]) * keyWidth + shared * dimension + d]
                    }
                }
            }
        }
        return out
    }
}
