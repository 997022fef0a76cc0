import Foundation
import Kernels

@testable import Model

/// The decoder as the papers have it: one sequence, plain loops, Double.
struct ReferenceDecoder {
    struct LowRankPart {
        var a: [Double]
        var b: [Double]
        var magnitude: [Double]
        let rank: Int
        let scale: Double
        /// DoRA's lengths of rows, which count as constants in its gradient.
        let lengths: [Double]
    }

    let config: DecoderConfig
    let weights: DecoderWeights
    private let embedding: [Double]
    private let head: [Double]
    private let projections: [[[Double]]]
    var parts: [[Projection: LowRankPart]]
    /// What dropout leaves of each row of a projection's inputs, where there is any.
    var masks: [[Projection: [[Double]]]] = []
    /// What is added to each row's embedding.
    var noise: [[Double]] = []

    init(_ weights: DecoderWeights, adapter: Adapter?) {
        config = weights.config
        self.weights = weights
        let workers = Workers(count: 1)
        func numbers(_ weight: FrozenWeight) -> [Double] {
            let all = Matrix(weight.outputs, weight.inputs)
            weight.gather((0..<Int32(weight.outputs)).map { $0 }, scale: 1, into: all, workers)
            return all.values.doubles
        }
        embedding = numbers(weights.embedding)
        head = numbers(weights.head)
        projections = weights.layers.map { layer in layer.projections.map { numbers($0.weight) } }
        let frozen = projections
        let config = config
        parts = (adapter?.parts ?? []).enumerated().map { layer, parts in
            parts.reduce(into: [:]) { all, entry in
                let (a, b, scale) = (
                    entry.value.a.values.doubles, entry.value.b.values.doubles, Double(entry.value.scale)
                )
                let (outputs, inputs) = config.shape(of: entry.key)
                let rank = entry.value.rank
                let lengths = (0..<outputs).map { output in
                    (0..<inputs).reduce(0.0) { sum, input in
                        let own = (0..<rank).reduce(0.0) {
                            $0 + b[output * rank + $1] * a[$1 * inputs + input]
                        }
                        let w = frozen[layer][entry.key.rawValue][output * inputs + input] + scale * own
                        return sum + w * w
                    }.squareRoot()
                }
                all[entry.key] = LowRankPart(
                    a: a, b: b, magnitude: entry.value.magnitude?.values.doubles ?? [], rank: rank,
                    scale: scale,
                    lengths: lengths)
            }
        }
    }

    /// The log-probabilities after each token.
    func logProbabilities(_ tokens: [Int32]) -> [[Double]] {
        hidden(tokens).map { row in
            let logits = product(row, head, config.vocabularySize)
            let most = logits.max() ?? 0
            let lse = most + log(logits.reduce(0) { $0 + exp($1 - most) })
            return logits.map { $0 - lse }
        }
    }

    func hidden(_ tokens: [Int32]) -> [[Double]] {
        let width = config.hiddenSize
        var rows = tokens.map { token in
            embedding[Int(token) * width..<(Int(token) + 1) * width].map {
                $0 * Double(config.embeddingScale)
            }
        }
        if !noise.isEmpty { rows = zip(rows, noise).map { sum($0, $1) } }
        for layer in 0..<config.layerCount {
            let w = weights.layers[layer]
            let h = rows.map { norm($0, w.inputNorm) }
            let attended = attention(layer, h)
            rows = rows.indices.map { row in
                let o = linear(.output, layer, attended[row], row)
                return sum(rows[row], w.attentionOutputNorm.map { norm(o, $0) } ?? o)
            }
            rows = rows.indices.map { row in
                let m = norm(rows[row], w.feedForwardNorm)
                let (gate, up) = (linear(.gate, layer, m, row), linear(.up, layer, m, row))
                let d = linear(.down, layer, zip(gate, up).map { activation($0) * $1 }, row)
                return sum(rows[row], w.feedForwardOutputNorm.map { norm(d, $0) } ?? d)
            }
        }
        return rows.map { norm($0, weights.finalNorm) }
    }

    private func attention(_ layer: Int, _ h: [[Double]]) -> [[Double]] {
        let (heads, shared, width) = (config.headCount, config.keyValueHeadCount, config.headDimension)
        let w = weights.layers[layer]
        let rotation = config.slides[layer] ? config.slidingRotation : config.rotation
        func headed(_ x: [Double], _ weight: [Float]?, _ position: Int) -> [[Double]] {
            stride(from: 0, to: x.count, by: width).map { start in
                let head = Array(x[start..<start + width])
                return turned(weight.map { norm(head, $0) } ?? head, position, rotation)
            }
        }
        let q = h.enumerated().map { headed(linear(.query, layer, $1, $0), w.queryNorm, $0) }
        let k = h.enumerated().map { headed(linear(.key, layer, $1, $0), w.keyNorm, $0) }
        let v = h.enumerated().map { linear(.value, layer, $1, $0) }
        return h.indices.map { row in
            let from = config.slides[layer] ? max(0, row + 1 - (config.slidingWindow ?? 0)) : 0
            return (0..<heads).flatMap { head -> [Double] in
                let group = head / (heads / shared)
                let scores = (from...row).map {
                    dot(q[row][head], k[$0][group]) * Double(config.attentionScale)
                }
                let most = scores.max() ?? 0
                let weights = scores.map { exp($0 - most) }
                let total = weights.reduce(0, +)
                return (0..<width).map { d in
                    zip(from...row, weights).reduce(0) { $0 + $1.1 / total * v[$1.0][group * width + d] }
                }
            }
        }
    }

    private func turned(_ x: [Double], _ position: Int, _ rotation: DecoderConfig.Rotation) -> [Double] {
        let half = x.count / 2
        var y = x
        for (index, frequency) in rotation.frequencies(dimension: x.count).enumerated() {
            let angle = Double(Float(position) * frequency)
            y[index] = x[index] * cos(angle) - x[half + index] * sin(angle)
            y[half + index] = x[index] * sin(angle) + x[half + index] * cos(angle)
        }
        return y
    }

    private func linear(_ projection: Projection, _ layer: Int, _ x: [Double], _ row: Int) -> [Double] {
        let (outputs, _) = config.shape(of: projection)
        var y = product(x, projections[layer][projection.rawValue], outputs)
        if layer < parts.count, let part = parts[layer][projection] {
            let left =
                masks.isEmpty ? x : masks[layer][projection].map { zip(x, $0[row]).map { $0 * $1 } } ?? x
            let inner = product(left, part.a, part.rank)
            y = zip(y, product(inner, part.b, outputs)).map { $0 + part.scale * $1 }
            if !part.magnitude.isEmpty {
                y = zip(y, zip(part.magnitude, part.lengths)).map { $0 * $1.0 / $1.1 }
            }
        }
        return weights.layers[layer][projection].bias.map { zip(y, $0).map { $0 + Double($1) } } ?? y
    }

    private func activation(_ x: Double) -> Double {
        switch config.activation {
        case .silu: x / (1 + exp(-x))
        case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
    }

    private func norm(_ x: [Double], _ weight: [Float]) -> [Double] {
        let scale = 1 / (dot(x, x) / Double(x.count) + Double(config.normEpsilon)).squareRoot()
        return zip(x, weight).map { $0 * scale * Double($1) }
    }

    private func product(_ x: [Double], _ w: [Double], _ outputs: Int) -> [Double] {
        (0..<outputs).map { output in
            var sum = 0.0
            for index in x.indices { sum += x[index] * w[output * x.count + index] }
            return sum
        }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
}

extension ReferenceDecoder {
    /// Takes what a batch's noise does to ones and zeros, so as to do the same.
    mutating func apply(_ noise: RowNoise, to batch: RowBatch) {
        let workers = Workers(count: 1)
        let rows = Rows(batch)
        masks = (0..<config.layerCount).map { layer in
            Projection.allCases.reduce(into: [:]) { masks, projection in
                guard let noise = rows.noise(0..<rows.count, layer: layer, projection) else { return }
                let mask = Matrix(rows.count, config.shape(of: projection).inputs)
                mask.fill(1)
                Dropout.apply(mask, into: mask, keys: noise.keys, rate: noise.rate, workers)
                masks[projection] = (0..<rows.count).map { mask.row($0).doubles }
            }
        }
        guard let reach = noise.embeddingReach else { return }
        let moved = Matrix(rows.count, config.hiddenSize)
        Dropout.addNoise(to: moved, keys: noise.keys, reach: reach, workers)
        self.noise = (0..<rows.count).map { moved.row($0).doubles }
    }
}
