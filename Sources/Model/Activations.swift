import Kernels

/// What a forward pass keeps for the backward pass.
///
/// Kept is what is expensive to compute again (products, attention); norms of
/// known inputs and the gated unit are computed again. The matrices live in the
/// decoder's arena, until its next forward pass.
public struct Activations {
    let batch: RowBatch
    let all: Rows
    let kept: Rows
    let wanted: [Int]
    let keepsAll: Bool
    let cache: KeyValueCache
    var layers: [LayerActivations] = []
    var last: Normed
}

/// A matrix and the inverse root mean squares of its rows.
struct Normed {
    let input: Matrix
    let inverse: Matrix
}

struct LayerActivations {
    let input: Normed
    let key: Normed?
    let query: Normed?
    let rotated: Matrix
    /// The attention's result; nothing where only products read it.
    let attended: Matrix?
    /// The same as the left side of products, where it was kept as that alone.
    let mixed: Operand
    let lse: Matrix
    let output: Normed?
    let middle: Normed
    let gate: Matrix
    let up: Matrix
    let down: Normed?
    /// What each projection's adapters keep, run by run.
    let parts: [Projection: [LowRank.Kept]]
}
