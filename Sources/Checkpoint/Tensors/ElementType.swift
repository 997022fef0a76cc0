/// How the numbers of a tensor are stored.
///
/// Quantised types store whole blocks: `blockElements` numbers in `blockBytes`
/// bytes. A plain type is a block of one. Not every type can be computed with;
/// those beyond are read so that a file can be inspected.
public enum ElementType: String, Sendable, CaseIterable {
    /// Plain numbers.
    case f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, bool, c64
    /// Eight-bit floating point.
    case f8_e4m3, f8_e5m2, f8_e8m0, f8_e4m3fnuz, f8_e5m2fnuz
    /// Floating point of less than a byte.
    case f6_e2m3, f6_e3m2, f4
    /// GGUF's quantised blocks.
    case q4_0, q4_1, q5_0, q5_1, q8_0, q4_K, q5_K, q6_K

    /// Numbers in a block.
    public var blockElements: Int {
        switch self {
        case .q4_K, .q5_K, .q6_K: 256
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: 32
        case .f6_e2m3, .f6_e3m2: 4
        case .f4: 2
        default: 1
        }
    }

    /// Bytes of a block.
    public var blockBytes: Int {
        switch self {
        case .f64, .i64, .u64, .c64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool, .f4, .f8_e4m3, .f8_e5m2, .f8_e8m0, .f8_e4m3fnuz, .f8_e5m2fnuz: 1
        case .f6_e2m3, .f6_e3m2: 3
        case .q4_0: 18
        case .q4_1: 20
        case .q5_0: 22
        case .q5_1: 24
        case .q8_0: 34
        case .q4_K: 144
        case .q5_K: 176
        case .q6_K: 210
        }
    }

    /// The bytes that so many numbers take, or nothing where they do not fill whole
    /// blocks or the answer does not fit an Int.
    public func byteCount(_ elements: Int) -> Int? {
        guard elements >= 0, elements.isMultiple(of: blockElements) else { return nil }
        let (bytes, overflow) = (elements / blockElements).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }
}

/// The number of elements of a shape, or nothing where it does not fit an Int.
///
/// Extents must not be negative. The extents other than zeros must fit as well, so
/// that `[0, 2⁶², 2⁶²]` is as wrong as it looks.
func countElements(_ shape: [Int]) -> Int? {
    var product = 1
    var isEmpty = false
    for extent in shape {
        if extent == 0 {
            isEmpty = true
            continue
        }
        let (next, overflow) = product.multipliedReportingOverflow(by: extent)
        guard extent > 0, !overflow else { return nil }
        product = next
    }
    return isEmpty ? 0 : product
}
