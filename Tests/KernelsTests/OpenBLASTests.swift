import COpenBLAS
import Testing

@testable import Kernels

/// Our f32 products against OpenBLAS, a second opinion that shares no line with ours.
@Suite struct OpenBLASTests {
    @Test(arguments: [(1, 7, 5), (13, 33, 31), (130, 97, 640), (257, 640, 129)])
    func aProductIsOpenBLASsProduct(rows: Int, columns: Int, inner: Int) {
        let workers = Workers(count: 2)
        var noise = Noise(rows)
        let (a, b) = (noise.matrix(rows, inner), noise.matrix(columns, inner))
        let ours = Matrix(rows, columns)
        Product.forward(a, b, into: ours, workers)
        var theirs = [Float](repeating: 0, count: rows * columns)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(inner), 1,
            a.values,
            blasint(inner), b.values, blasint(inner), 0, &theirs, blasint(columns))
        let scale = theirs.reduce(0) { max($0, abs($1)) }
        for (mine, other) in zip(ours.values, theirs) { #expect(abs(mine - other) <= 2e-6 * scale) }
    }
}
