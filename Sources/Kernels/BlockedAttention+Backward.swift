import CKernels

extension BlockedAttention {
    /// The gradients of `forward`: dq is set, dk and dv are added to at the rows
    /// of the keys.
    ///
    /// Every head of every group sums its own part of dk and dv; the parts are
    /// then added up in a fixed order.
    public func backward(
        _ dout: Matrix, q: Matrix, groups: [Group], k: Matrix, v: Matrix, lse: Matrix,
        intoQ dq: Matrix, intoK dk: Matrix, intoV dv: Matrix
    ) {
        let mark = arena.mark
        defer { arena.release(to: mark) }
        let heads = attention.heads
        let gathered = groups.map { Gathered(k: gather(k, $0.keys), v: gather(v, $0.keys).high) }
        let scratch = scratches(for: groups)
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
                    block, work: scratch[thread], workers.scratch[thread],
                    q: headColumns(q, head)[rows: rows], dout: headColumns(dout, head)[rows: rows],
                    lse: lse[rows: rows][columns: head..<head + 1],
                    keys: keys[rows: block.keys], values: values[rows: block.keys],
                    intoQ: headColumns(dq, head)[rows: rows],
                    intoK: sumK[rows: block.keys], intoV: sumV[rows: block.keys])
            }
        }
        for (group, sum) in zip(groups, sums) {
            add(sum.k, of: group, to: dk)
            add(sum.v, of: group, to: dv)
        }
    }

    private func blockBackward(
        _ block: Block, work: Work, _ product: Scratch, q: Matrix, dout: Matrix, lse: Matrix,
        keys: Split, values: BFloatMatrix, intoQ dq: Matrix, intoK dk: Matrix,
        intoV dv: Matrix
    ) {
        func cut(_ x: Matrix) -> Matrix { x[rows: 0..<block.rows][columns: 0..<block.keys.count] }
        func cut(_ x: BFloatMatrix) -> BFloatMatrix {
            x[rows: 0..<block.rows][columns: 0..<block.keys.count]
        }
        let (splitQ, roundOut) = (work.q[rows: 0..<block.rows], work.dout[rows: 0..<block.rows])
        splitQ.take(q)
        roundOut.take(dout)
        splitQ.multiply(keys, into: cut(work.scores), product)
        BFloatProduct.multiply(roundOut, by: values, turning: true, into: cut(work.dp), product)
        var description = block.description(ld: work.scores.stride, attention)
        Kernel.table.pointee.block_softmax_backward(
            &description, work.scores.base, work.dp.base, lse.base, lse.stride, work.p.base, work.ds.base)
        let (p, ds) = (cut(work.p), cut(work.ds))
        BFloatProduct.multiply(ds, by: keys.high, into: dq, product)
        BFloatProduct.multiply(ds, turned: true, by: splitQ.high, into: dk, adds: true, product)
        BFloatProduct.multiply(p, turned: true, by: roundOut, into: dv, adds: true, product)
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
