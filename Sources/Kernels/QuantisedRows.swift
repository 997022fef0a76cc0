extension WeightFormat {
    /// The formats that `encoded` writes.
    public static let writable: [WeightFormat] = [.float32, .float16, .bfloat16, .q8_0, .q4_0]

    /// A matrix's numbers in this format, row by row: the way back from `decode`.
    ///
    /// Bit for bit what ggml's reference quantisers write. The format must be
    /// `writable`, and a row must fill whole blocks.
    public func encoded(_ matrix: Matrix, _ workers: Workers) -> [UInt8] {
        precondition(Self.writable.contains(self) && matrix.columns % blockElements == 0)
        let rowBytes = matrix.columns / blockElements * blockBytes
        return [UInt8](unsafeUninitializedCapacity: matrix.rows * rowBytes) { buffer, count in
            if let base = buffer.baseAddress { encode(matrix, to: base, rowBytes: rowBytes, workers) }
            count = matrix.rows * rowBytes
        }
    }

    private func encode(
        _ matrix: Matrix, to target: UnsafeMutablePointer<UInt8>, rowBytes: Int, _ workers: Workers
    ) {
        workers.split(matrix.rows) { rows in
            for row in rows {
                Kernel.table.pointee.quantise(
                    code, matrix.base + row * matrix.stride, target + row * rowBytes, matrix.columns)
            }
        }
    }
}
