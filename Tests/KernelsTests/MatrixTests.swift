import Testing

@testable import Kernels

@Suite struct MatrixTests {
    private let numbers = Matrix(3, 4, (0..<12).map(Float.init))

    @Test func viewsShareTheNumbers() {
        let view = numbers[rows: 1..<3][columns: 1..<3]
        #expect(view.values == [5, 6, 9, 10])
        #expect(view.stride == 4 && !view.isContiguous && numbers.isContiguous)
        #expect(view[rows: 1..<2].isContiguous)
        view[1, 0] = 90
        #expect(numbers[2, 1] == 90)
        #expect(view.row(1) == [90, 10])
        view.fill(1)
        #expect(numbers.values == [0, 1, 2, 3, 4, 1, 1, 7, 8, 1, 1, 11])
    }

    @Test func aNewMatrixIsZero() {
        #expect(Matrix(2, 3).values == [0, 0, 0, 0, 0, 0])
        #expect(Matrix(0, 3).values == [] && Matrix(3, 0).values == [])
    }

    @Test func copyScaleAndAddKeepToTheView() {
        let framed = Framed(3, 4)
        framed.matrix.copy(from: numbers)
        framed.matrix.scale(by: 0.5)
        framed.matrix.add(numbers, Workers(count: 2))
        framed.matrix.addToEachRow([10, 20, 30, 40])
        #expect(framed.isSound)
        let want = (0..<12).map { index -> Float in 1.5 * Float(index) + Float(10 + 10 * (index % 4)) }
        #expect(framed.matrix.values == want)
    }

    @Test func gatherTakesRowsAndScatterAddsThem() {
        let picked = Framed(4, 4)
        picked.matrix.gather([2, 0, 2, 1], from: numbers)
        let want = [2, 0, 2, 1].flatMap { numbers.row($0) }
        #expect(picked.matrix.values == want)
        let sums = Framed(Matrix(3, 4, [Float](repeating: 100, count: 12)))
        picked.matrix.scatterAdd([2, 0, 2, 1], to: sums.matrix)
        #expect(sums.isSound)
        #expect(sums.matrix.row(0) == [100, 101, 102, 103])
        #expect(sums.matrix.row(1) == [104, 105, 106, 107])
        #expect(sums.matrix.row(2) == [116, 118, 120, 122])
    }

    @Test func whatLiesOutsideTraps() async {
        await #expect(processExitsWith: .failure) { _ = Matrix(2, 2)[2, 0] }
        await #expect(processExitsWith: .failure) { _ = Matrix(2, 2)[0, -1] }
        await #expect(processExitsWith: .failure) { _ = Matrix(2, 2)[rows: 1..<3] }
        await #expect(processExitsWith: .failure) { _ = Matrix(2, 2)[columns: 0..<3] }
        await #expect(processExitsWith: .failure) { _ = Matrix(2, 2, [1, 2, 3]) }
        await #expect(processExitsWith: .failure) { Matrix(1, 2).gather([2], from: Matrix(2, 2)) }
        await #expect(processExitsWith: .failure) {
            FrozenWeight(Matrix(2, 2)).gather([2], scale: 1, into: Matrix(1, 2), Workers(count: 1))
        }
    }
}
