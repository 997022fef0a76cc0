/// In what numbers products are computed.
public enum Precision: String, Sendable, CaseIterable {
    /// f32 throughout: the reference.
    case float32 = "f32"
    /// Operands rounded to bf16, sums in f32: more than twice as fast where the
    /// CPU has instructions for it.
    case bfloat16 = "bf16"

    /// Whether this CPU computes in it, with the instruction set in use.
    ///
    /// bf16 wants AVX-512 with its bf16 instructions: AVX-512 alone would have to
    /// turn every operand back into f32, slower than f32 products.
    public var isSupported: Bool {
        self == .float32 || (Kernel.instructionSet == "avx512" && BFloatProduct.isSupported)
    }

    /// The fastest that training can use here.
    public static var fastest: Precision { Precision.bfloat16.isSupported ? .bfloat16 : .float32 }
}
