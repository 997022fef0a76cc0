import CKernels

extension Matrix {
    /// The place of the largest number of the first row; of equals, the first.
    ///
    /// Split among the workers, and nothing is copied.
    public func largest(_ workers: Workers) -> Int {
        // A place is a whole number that a float holds.
        precondition(rows == 1 && columns > 0 && columns < 1 << 24)
        let places = Matrix(workers.count, 16)
        workers.splitByThread(columns, grain: 1024) { range, part in
            let place = Kernel.table.pointee.largest(base + range.lowerBound, range.count)
            places[part, 0] = Float(range.lowerBound + Int(place))
        }
        return (0..<workers.count).reduce(0) { best, part in
            let place = Int(places[part, 0])
            return self[0, place] > self[0, best] ? place : best
        }
    }
}

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
