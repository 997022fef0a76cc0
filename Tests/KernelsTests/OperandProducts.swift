@testable import Kernels

/// Products of plain matrices in either precision, as the tests write them.
extension Product {
    private static func operand(_ x: Matrix, _ alpha: Float, _ precision: Precision, _ workers: Workers)
        -> Operand
    {
        let scaled = Matrix(x.rows, x.columns)
        scaled.copy(from: x)
        scaled.scale(by: alpha)
        return Operand(scaled, precision: precision, arena: Arena(blockBytes: 4096), workers)
    }

    static func forward(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, accumulate: Bool = false,
        precision: Precision, _ workers: Workers
    ) {
        forward(
            operand(a, alpha, precision, workers), operand(b, 1, precision, workers), into: c,
            accumulate: accumulate, workers)
    }

    static func backward(
        _ dc: Matrix, _ b: Matrix, intoLeft da: Matrix, alpha: Float = 1, accumulate: Bool = false,
        precision: Precision, _ workers: Workers
    ) {
        backward(
            operand(dc, alpha, precision, workers), operand(b, 1, precision, workers), intoLeft: da,
            accumulate: accumulate, workers)
    }

    static func accumulate(
        _ dc: Matrix, _ a: Matrix, intoRight db: Matrix, alpha: Float = 1, precision: Precision,
        _ workers: Workers
    ) {
        accumulate(
            operand(dc, alpha, precision, workers), operand(a, 1, precision, workers), intoRight: db, workers)
    }
}

extension FrozenWeight {
    private func operand(_ x: Matrix, _ workers: Workers) -> Operand {
        Operand(x, precision: .bfloat16, arena: Arena(blockBytes: 4096), workers)
    }

    func forward(_ x: Matrix, into y: Matrix, prompt: Int, _ workers: Workers) {
        forward(operand(x, workers), into: y, prompt: prompt, workers)
    }

    func backward(_ dy: Matrix, into dx: Matrix, accumulate: Bool = false, _ workers: Workers) {
        backward(operand(dy, workers), into: dx, accumulate: accumulate, workers)
    }
}

extension OneDNN {
    func rounded(_ x: Matrix, slot: Int) -> BFloatMatrix {
        let copy = BFloatMatrix(x.rows, x.columns)
        copy.take(x)
        return copy
    }
}

extension AdamUpdate {
    func apply(_ gradient: Matrix, _ first: Matrix, _ second: Matrix, to parameter: Matrix) {
        apply(gradient, first, second, to: parameter, rows: 0..<parameter.rows)
    }
}

extension EightBitMoments {
    func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix) {
        apply(update, gradient: gradient, to: parameter, blocks: 0..<firstScales.columns)
    }
}
