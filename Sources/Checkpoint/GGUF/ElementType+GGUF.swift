extension ElementType {
    /// The number GGUF has for this type, where it has one.
    public var ggufType: UInt32? {
        switch self {
        case .f32: 0
        case .f16: 1
        case .q4_0: 2
        case .q4_1: 3
        case .q5_0: 6
        case .q5_1: 7
        case .q8_0: 8
        case .q4_K: 12
        case .q5_K: 13
        case .q6_K: 14
        case .i8: 24
        case .i16: 25
        case .i32: 26
        case .i64: 27
        case .f64: 28
        case .bf16: 30
        default: nil
        }
    }

    /// The type of a GGUF type number.
    public init?(ggufType number: UInt32) {
        guard let type = Self.allCases.first(where: { $0.ggufType == number }) else { return nil }
        self = type
    }

    /// The names of GGUF's types that Hearth does not read.
    static func unsupportedGGUFName(_ number: UInt32) -> String? {
        switch number {
        case 9: "Q8_1"
        case 10: "Q2_K"
        case 11: "Q3_K"
        case 15: "Q8_K"
        case 16: "IQ2_XXS"
        case 17: "IQ2_XS"
        case 18: "IQ3_XXS"
        case 19: "IQ1_S"
        case 20: "IQ4_NL"
        case 21: "IQ3_S"
        case 22: "IQ2_S"
        case 23: "IQ4_XS"
        case 29: "IQ1_M"
        case 34: "TQ1_0"
        case 35: "TQ2_0"
        case 39: "MXFP4"
        default: nil
        }
    }
}
