import CKernels

/// In what keys and values are kept.
public enum CachePrecision: String, Sendable, CaseIterable {
    /// f32: as they were computed.
    case float32 = "f32"
    /// f16: half the memory, and eleven bits of each number.
    case float16 = "f16"
    /// Whole numbers of one byte with an f16 scale for each 32: a quarter of the memory, and a
    /// bit more.
    case int8 = "int8"

    /// What texts are written with where nothing else is asked for.
    public static var usual: CachePrecision { .float16 }
    /// The same for a server, whose memory is what many long texts need.
    public static var served: CachePrecision { .int8 }

    var form: ck_cache_form {
        switch self {
        case .float32: CK_CACHE_F32
        case .float16: CK_CACHE_F16
        case .int8: CK_CACHE_I8
        }
    }

    /// The bytes that some heads of keys, or of values, take in one row.
    public func bytes(heads: Int, dimension: Int) -> Int { heads * ck_cache_head_bytes(form, dimension) }
}

/// The keys and values of one layer, row by row.
///
/// Memory is taken from the system as rows are written: a server's room for the longest
/// texts costs nothing until there are such texts.
public struct CachedRows: @unchecked Sendable {
    // Unchecked because of the pointers: whoever runs a layer writes rows that nobody reads.
    private let storage: Storage
    let keys: UnsafeMutableRawPointer
    let values: UnsafeMutableRawPointer
    /// How many rows there are.
    public let rows: Int
    /// How many heads a row has, of keys and as many of values.
    public let heads: Int
    /// How many numbers a head has.
    public let dimension: Int
    /// In what they are kept.
    public let precision: CachePrecision
    private let rowBytes: Int

    /// Room for some rows.
    public init(rows: Int, heads: Int, dimension: Int, precision: CachePrecision) {
        precondition(rows >= 0 && heads >= 0 && dimension >= 0)
        rowBytes = precision.bytes(heads: heads, dimension: dimension)
        storage = Storage(lazy: 2 * rows * rowBytes)
        keys = storage.base
        values = storage.base + rows * rowBytes
        self.rows = rows
        self.heads = heads
        self.dimension = dimension
        self.precision = precision
    }

    /// Puts rows of keys and values in the rows from `row` on.
    public func store(_ k: Matrix, _ v: Matrix, at row: Int) {
        precondition(k.columns == heads * dimension && v.columns == k.columns && k.rows == v.rows)
        precondition(row >= 0 && row + k.rows <= rows)
        for index in 0..<k.rows {
            let place = (row + index) * rowBytes
            put(k.base + index * k.stride, keys + place)
            put(v.base + index * v.stride, values + place)
        }
    }

    private func put(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutableRawPointer) {
        Kernel.table.pointee.cache_store(precision.form, from, to, heads, dimension)
    }

    /// What the kernels take: these rows, for a text whose keys are listed.
    func call(keys list: UnsafePointer<Int32>?) -> ck_cache {
        ck_cache(k: keys, v: values, heads: heads, dim: dimension, form: precision.form, keys: list)
    }
}
