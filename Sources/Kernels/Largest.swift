import CKernels

extension Kernel {
    /// The place of the largest number; of equals, the first.
    ///
    /// Why here: a quarter of a million logits are looked through for every token.
    public static func largest(_ values: [Float]) -> Int {
        values.withUnsafeBufferPointer { values in
            values.baseAddress.map { Int(table.pointee.largest($0, values.count)) } ?? 0
        }
    }
}
