/// The loss of predicting one token from a row of logits.
public enum CrossEntropy {
    /// Each row's -log p(target); the logits become the loss's gradient.
    ///
    /// On return a row holds (p - onehot) · scale, so that no second matrix of
    /// the vocabulary's width is ever needed. With `smoothing` the target is
    /// (1 - s) · onehot + s / V, as PyTorch defines it.
    public static func forwardBackward(
        _ logits: Matrix, targets: [Int32], scale: Float, smoothing: Float = 0, _ workers: Workers
    ) -> [Float] {
        precondition(targets.count == logits.rows)
        let losses = Matrix(logits.rows, 1)
        let width = logits.columns
        workers.split(logits.rows) { rows in
            for row in rows {
                let x = logits.base + row * logits.stride
                let target = Int(targets[row])
                precondition(target >= 0 && target < width)
                let lse = Kernel.table.pointee.log_sum_exp(x, width)
                var loss = (1 - smoothing) * (lse - x[target])
                if smoothing > 0 {
                    var sum: Double = 0
                    for column in 0..<width { sum += Double(x[column]) }
                    loss += smoothing * (lse - Float(sum / Double(width)))
                }
                losses[row, 0] = loss
                Kernel.table.pointee.softmax_scaled(x, width, lse, scale)
                if smoothing > 0 {
                    let even = smoothing / Float(width) * scale
                    for column in 0..<width { x[column] -= even }
                }
                x[target] -= (1 - smoothing) * scale
            }
        }
        return losses.values
    }

    /// log Σ exp of each row.
    public static func logSumExp(_ logits: Matrix, _ workers: Workers) -> [Float] {
        let sums = Matrix(logits.rows, 1)
        workers.split(logits.rows) { rows in
            for row in rows {
                sums[row, 0] = Kernel.table.pointee.log_sum_exp(
                    logits.base + row * logits.stride, logits.columns)
            }
        }
        return sums.values
    }
}
