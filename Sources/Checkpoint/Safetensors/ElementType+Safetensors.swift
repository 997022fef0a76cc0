extension ElementType {
    /// The name safetensors has for this type; the quantised blocks have none.
    public var safetensorsName: String? {
        switch self {
        case .f64: "F64"
        case .f32: "F32"
        case .f16: "F16"
        case .bf16: "BF16"
        case .i64: "I64"
        case .i32: "I32"
        case .i16: "I16"
        case .i8: "I8"
        case .u64: "U64"
        case .u32: "U32"
        case .u16: "U16"
        case .u8: "U8"
        case .bool: "BOOL"
        case .c64: "C64"
        case .f8_e4m3: "F8_E4M3"
        case .f8_e5m2: "F8_E5M2"
        case .f8_e8m0: "F8_E8M0"
        case .f8_e4m3fnuz: "F8_E4M3FNUZ"
        case .f8_e5m2fnuz: "F8_E5M2FNUZ"
        case .f6_e2m3: "F6_E2M3"
        case .f6_e3m2: "F6_E3M2"
        case .f4: "F4"
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K: nil
        }
    }

    /// The type of a safetensors `dtype`.
    public init?(safetensorsName name: String) {
        guard let type = Self.allCases.first(where: { $0.safetensorsName?.hasSameBytes(as: name) ?? false })
        else { return nil }
        self = type
    }
}
