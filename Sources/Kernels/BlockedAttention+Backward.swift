import CKernels

extension BlockedAttention {
    /// The gradients of `forward`: dq is set, dk and dv are added to at the rows
    /// of the keys.
    ///
    /// Every head of every group sums its own part of dk and dv; the parts are
    /// then added up in a fixed order.
    public func backward(
        _ dout: Matrix, q: Matrix, groups: [Group], k: Matrix, v: Matrix, out: Matrix, lse: Matrix,
        intoQ dq: Matrix, intoK dk: Matrix, intoV dv: Matrix
    ) {
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let heads = attention.heads
        let gathered = groups.map { (k: gather(k, $0.keys), v: gather(v, $0.keys)) }
        let scratch = scratches(for: groups)
        let delta = arena.matrix(q.rows, lse.stride)
        // Side by side as the heads are: dk and dv of each head of each group.
        let sums = groups.map {
            let rows = Self.padded($0.keys.rows.count)
            return (
                k: arena.matrix(rows, heads * attention.dimension),
                v: arena.matrix(rows, heads * attention.dimension)
            )
        }
        workers.runByThread(parts: groups.count * heads) { part, thread in
            let (index, head) = (part / heads, part % heads)
            let keys = headColumns(gathered[index].k, head)
            let values = headColumns(gathered[index].v, head)
            let (sumK, sumV) = (headColumns(sums[index].k, head), headColumns(sums[index].v, head))
            sumK.fill(0)
            sumV.fill(0)
            let group = groups[index]
            for from in stride(from: 0, to: group.rows.count, by: Self.blockRows) {
                let block = Block(group, from: from, attention)
                let rows = group.rows.lowerBound + from..<group.rows.lowerBound + from + block.rows
                blockBackward(
                    block, work: scratch[thread], workers.products[thread],
                    q: headColumns(q, head)[rows: rows], dout: headColumns(dout, head)[rows: rows],
                    out: headColumns(out, head)[rows: rows], lse: lse[rows: rows][columns: head..<head + 1],
                    delta: delta[rows: rows][columns: head..<head + 1], keys: keys[rows: block.keys],
                    values: values[rows: block.keys], intoQ: headColumns(dq, head)[rows: rows],
                    intoK: sumK[rows: block.keys], intoV: sumV[rows: block.keys])
            }
        }
        for (group, sum) in zip(groups, sums) {
            add(sum.k, of: group, to: dk)
            add(sum.v, of: group, to: dv)
        }
    }

    private func blockBackward(
        _ block: Block, work: Scratch, _ product: OneDNN, q: Matrix, dout: Matrix, out: Matrix, lse: Matrix,
        delta: Matrix, keys: BFloatMatrix, values: BFloatMatrix, intoQ dq: Matrix, intoK dk: Matrix,
        intoV dv: Matrix
    ) {
        let count = block.keys.count
        work.q.take(head: q)
        work.dout.take(head: dout)
        for row in 0..<block.rows {
            delta[row, 0] = Kernel.table.pointee.dot(
                dout.base + row * dout.stride, out.base + row * out.stride, out.columns)
        }
        product.multiply(work.q, by: keys, turning: true, into: work.scores[columns: 0..<count])
        product.multiply(work.dout, by: values, turning: true, into: work.dp[columns: 0..<count])
        var description = block.description(ld: work.scores.stride, attention)
        Kernel.table.pointee.block_softmax_backward(
            &description, work.scores.base, work.dp.base, lse.base, delta.base, delta.stride, work.p.base,
            work.ds.base)
        // A short last block: the sums over rows must not see rows of the one before.
        let (p, ds) = (work.p[columns: 0..<count], work.ds[columns: 0..<count])
        if block.rows < Self.blockRows {
            p[rows: block.rows..<Self.blockRows].clear()
            ds[rows: block.rows..<Self.blockRows].clear()
        }
        product.multiply(ds, by: keys, into: work.out)
        dq.copy(from: work.out[rows: 0..<block.rows])
        product.multiply(ds, turned: true, by: work.q, into: dk, adds: true)
        product.multiply(p, turned: true, by: work.dout, into: dv, adds: true)
    }

    /// Adds the heads of a group, in order, to the key rows they share.
    private func add(_ sum: Matrix, of group: Group, to target: Matrix) {
        let shared = attention.heads / attention.keyValueHeads
        workers.split(group.keys.rows.count, grain: 8) { range in
            for row in range {
                let to = target.base + Int(group.keys.rows[row]) * target.stride
                for head in 0..<attention.heads {
                    Kernel.table.pointee.axpy(
                        1, sum.base + row * sum.stride + head * attention.dimension,
                        to + head / shared * attention.dimension, attention.dimension)
                }
            }
        }
    }
}
