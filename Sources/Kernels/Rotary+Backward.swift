extension Rotary {
    /// Rotates a gradient back, in place: a rotation's transpose is its inverse.
    public func backward(_ dx: Matrix, positions: [Int32], _ workers: Workers) {
        rotate(dx, positions, direction: -1, workers)
    }
}
