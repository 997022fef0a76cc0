/// In what numbers products are computed.
public enum Precision: String, Sendable, CaseIterable {
    /// f32 throughout: the reference.
    case float32 = "f32"
    /// Operands of sixteen bits with a scale for every 64 of them (`BlockMatrix`), sums
    /// exact within a block and in f32 beyond: twice as fast as f32 where the CPU has
    /// VNNI, and about eight times nearer to it than bf16.
    case block16

    /// Whether this CPU computes in it, with the instruction set in use.
    public var isSupported: Bool {
        self == .float32 || (Kernel.instructionSet == "avx512" && BlockProduct.isSupported)
    }

    /// The fastest that training can use here.
    public static var fastest: Precision { Precision.block16.isSupported ? .block16 : .float32 }
}
