/// In what numbers products are computed.
public enum Precision: String, Sendable, CaseIterable {
    /// f32 throughout: the reference.
    case float32 = "f32"
    /// Operands rounded to bf16, sums in f32: more than twice as fast where the
    /// CPU has instructions for it.
    case bfloat16 = "bf16"
}
