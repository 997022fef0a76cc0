import CKernels

/// In what keys and values are kept.
public enum CachePrecision: String, Sendable, CaseIterable {
    /// f32: as they were computed.
    case float32 = "f32"
    /// f16: half the memory, and eleven bits of each number.
    case float16 = "f16"

    var bytes: Int { self == .float32 ? 4 : 2 }
}

/// The keys and values of one layer, row by row, in f32 or f16.
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
    /// How many numbers a row has, of keys and as many of values.
    public let width: Int
    /// In what they are kept.
    public let precision: CachePrecision

    /// Room for some rows.
    public init(rows: Int, width: Int, precision: CachePrecision) {
        precondition(rows >= 0 && width >= 0)
        let bytes = rows * width * precision.bytes
        storage = Storage(lazy: 2 * bytes)
        keys = storage.base
        values = storage.base + bytes
        self.rows = rows
        self.width = width
        self.precision = precision
    }

    /// Puts rows of keys and values in the rows from `row` on.
    public func store(_ k: Matrix, _ v: Matrix, at row: Int) {
        precondition(k.columns == width && v.columns == width && k.rows == v.rows)
        precondition(row >= 0 && row + k.rows <= rows)
        for index in 0..<k.rows {
            put(k.base + index * k.stride, keys, row + index)
            put(v.base + index * v.stride, values, row + index)
        }
    }

    private func put(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutableRawPointer, _ row: Int) {
        switch precision {
        case .float32:
            to.assumingMemoryBound(to: Float.self).advanced(by: row * width).update(from: from, count: width)
        case .float16:
            Kernel.table.pointee.to_half(
                from, to.assumingMemoryBound(to: UInt16.self) + row * width, width)
        }
    }

    /// What the kernels take: these rows, for a text whose keys are listed.
    func call(dimension: Int, keys list: UnsafePointer<Int32>?) -> ck_cache {
        ck_cache(
            k: keys, v: values, ld: width, dim: dimension, rounded: precision == .float32 ? 0 : 1, keys: list)
    }
}
