import CKernels

/// The kernels in use: matrices, products, fused operations and their backward twins.
///
/// In flow f32 matrices and the bytes of frozen weights; out flow f32 matrices.
/// Nothing here knows a model, a file or a token. Every heavy operation has a
/// forward file and a `+Backward` file beside it, and every row of a result is
/// computed the same way whatever rows happen to stand beside it.
public enum Kernel {
    /// The instruction set whose kernels run: `baseline`, `avx2` or `avx512`.
    ///
    /// Chosen once by the CPU; `HEARTH_ISA` names a lower one.
    public static var instructionSet: String { String(cString: table.pointee.name) }

    /// Whether new tokens' rows meet packed weights as whole numbers of sixteen bits.
    ///
    /// Where the CPU multiplies such; otherwise in f32. Why: expanding a weight's number to
    /// f32 for one row takes longer than reading it.
    public static let roundsTokens = instructionSet == "avx512" && ck_rounded_supported() != 0

    /// The function table in use.
    ///
    /// The C side chooses once and never changes it, so this is a constant.
    static var table: UnsafePointer<ck_table> { ck_kernels() }
}
