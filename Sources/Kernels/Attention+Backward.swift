import CKernels

extension Attention {
    /// The gradients of `forward`: dq is set, dk and dv are added to, at the
    /// rows of the keys.
    ///
    /// Two passes, one over rows and one over keys, each with a single writer
    /// for every number: the sums do not depend on the number of threads.
    public func backward(
        _ dout: Matrix, q: Matrix, keys: Keys, k: Matrix, v: Matrix, out: Matrix, lse: Matrix,
        intoQ dq: Matrix, intoK dk: Matrix, intoV dv: Matrix, _ workers: Workers
    ) {
        check(q, keys, k, v, out)
        precondition(dk.stride == dv.stride && dk.rows == k.rows && dv.rows == v.rows)
        let delta = Matrix(q.rows, lse.stride)
        keys.rows.withUnsafeBufferPointer { list in
            nonisolated(unsafe) var call = ck_attention_backward(
                forward: description(
                    q: q, keys: list.baseAddress, first: keys.first, k: k, v: v, out: out, lse: lse),
                dout: dout.base, lddout: dout.stride, delta: delta.base, dq: dq.base, lddq: dq.stride,
                dk: dk.base, dv: dv.base, lddk: dk.stride)
            let parts = split(rows: q.rows, workers)
            withUnsafePointer(to: &call) { call in
                nonisolated(unsafe) let call = call
                workers.run(parts: parts.count) { part in
                    let share = parts[part]
                    Kernel.table.pointee.attention_dq(
                        call, share.rows.lowerBound, share.rows.upperBound, share.heads.lowerBound,
                        share.heads.upperBound)
                }
                workers.split(keys.rows.count, grain: 8) { range in
                    Kernel.table.pointee.attention_dkv(
                        call, range.lowerBound, range.upperBound, 0, keyValueHeads)
                }
            }
        }
    }
}
