import Testing

@testable import Kernels

@Suite struct ArenaTests {
    @Test func matricesDoNotOverlapAndAreAligned() {
        let arena = Arena(blockBytes: 4096)
        var noise = Noise(1)
        var matrices: [Matrix] = []
        for index in 0..<200 {
            let matrix = arena.matrix(noise.whole(0..<20), noise.whole(0..<40))
            matrix.fill(Float(index))
            matrices.append(matrix)
        }
        for (index, matrix) in matrices.enumerated() {
            #expect(matrix.values.allSatisfy { $0 == Float(index) })
            #expect(UInt(bitPattern: matrix.base) % 64 == 0)
        }
    }

    @Test func whatIsReleasedIsHandedOutAgain() {
        let arena = Arena(blockBytes: 1024)
        let kept = arena.matrix(3, 3)
        kept.fill(7)
        let mark = arena.mark
        let first = (0..<10).map { _ in arena.matrix(4, 20).base }
        let peak = arena.peakBytes
        for _ in 0..<5 {
            arena.release(to: mark)
            let again = (0..<10).map { _ in
                let matrix = arena.matrix(4, 20)
                matrix.fill(1)
                return matrix.base
            }
            #expect(again == first)
        }
        #expect(arena.peakBytes == peak)
        #expect(kept.values == [Float](repeating: 7, count: 9))
        arena.reset()
        #expect(arena.matrix(3, 3).base == kept.base)
    }

    @Test func aMatrixLargerThanABlockFits() {
        let arena = Arena(blockBytes: 256)
        let small = arena.matrix(1, 4)
        let large = arena.matrix(100, 100)
        let next = arena.matrix(1, 4)
        for (index, matrix) in [small, large, next].enumerated() { matrix.fill(Float(index)) }
        #expect(small.values == [0, 0, 0, 0] && next.values == [2, 2, 2, 2])
        #expect(large.values.allSatisfy { $0 == 1 })
        #expect(arena.peakBytes >= 40_000)
    }

    @Test func emptyMatricesAreMatrices() {
        let arena = Arena()
        #expect(arena.matrix(0, 5).values == [])
        #expect(arena.matrix(5, 0).rows == 5)
    }
}
