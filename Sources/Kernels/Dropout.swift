/// Numbers set to zero at random, the rest enlarged to make up for it.
///
/// What happens to a number is a function of its row's key and its column, so
/// the backward pass, a resumed run and another batching repeat it exactly.
public enum Dropout {
    /// y = x with numbers dropped at `rate`; one key a row.
    public static func apply(_ x: Matrix, into y: Matrix, keys: [UInt64], rate: Float, _ workers: Workers) {
        precondition(keys.count == x.rows && y.rows == x.rows && y.columns == x.columns)
        precondition(rate >= 0 && rate < 1)
        workers.split(x.rows) { rows in
            for row in rows {
                Kernel.table.pointee.dropout(
                    x.base + row * x.stride, y.base + row * y.stride, x.columns, keys[row], rate)
            }
        }
    }

    /// x += noise from -reach to reach; one key and one reach a row.
    public static func addNoise(to x: Matrix, keys: [UInt64], reach: [Float], _ workers: Workers) {
        precondition(keys.count == x.rows && reach.count == x.rows)
        workers.split(x.rows) { rows in
            for row in rows {
                Kernel.table.pointee.noise(x.base + row * x.stride, x.columns, keys[row], reach[row])
            }
        }
    }
}
