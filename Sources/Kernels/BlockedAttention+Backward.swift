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
        let gathered = gather(groups, k: k, v: v, backward: true)
        let scratch = scratches(for: groups, backward: true)
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
            let (sumK, sumV) = (headColumns(sums[index].k, head), headColumns(sums[index].v, head))
            sumK.fill(0)
            sumV.fill(0)
            let group = groups[index]
            for from in stride(from: 0, to: group.rows.count, by: Self.blockRows) {
                let block = Block(group, from: from, attention)
                let rows = group.rows.lowerBound + from..<group.rows.lowerBound + from + block.rows
                blockBackward(
                    block, gathered[index], head: head, work: scratch[thread], workers.scratch[thread],
                    q: headColumns(q, head)[rows: rows], dout: headColumns(dout, head)[rows: rows],
                    lse: lse[rows: rows][columns: head..<head + 1],
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
        _ block: Block, _ own: Gathered, head: Int, work: Work, _ scratch: Scratch, q: Matrix, dout: Matrix,
        lse: Matrix, intoQ dq: Matrix, intoK dk: Matrix, intoV dv: Matrix
    ) {
        func cut(_ x: Matrix) -> Matrix { x[rows: 0..<block.rows][columns: 0..<block.keys.count] }
        let (p, ds) = (cut(work.scores), cut(work.dp))
        DenseProduct.multiply(
            q, byPanels: own.turnedKeys[shared(head)].from(block.keys), into: p,
            sees: block.sight(CK_KEYS_ARE_COLUMNS))
        DenseProduct.multiply(
            dout, byPanels: own.turnedValues[shared(head)].from(block.keys), into: ds,
            sees: block.sight(CK_KEYS_ARE_COLUMNS))
        var description = block.description(ld: work.scores.stride, attention)
        Kernel.table.pointee.block_softmax_backward(&description, p.base, ds.base, lse.base, lse.stride)
        DenseProduct.multiply(
            ds, by: sharedColumns(own.keys, head)[rows: block.keys], into: dq,
            sees: block.sight(CK_KEYS_ARE_INNER), scratch)
        let rows = block.sight(CK_KEYS_ARE_ROWS)
        DenseProduct.multiply(ds, turned: true, by: q, into: dk, beta: 1, sees: rows, scratch)
        DenseProduct.multiply(p, turned: true, by: dout, into: dv, beta: 1, sees: rows, scratch)
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
