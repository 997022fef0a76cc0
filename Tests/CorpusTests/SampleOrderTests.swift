import Testing

@testable import Corpus

@Suite struct SampleOrderTests {
    @Test(arguments: [0, 1, 2, 3, 10, 991])
    func everyOrderHasEveryNumberOnce(count: Int) {
        for epoch in 0..<5 {
            let order = SampleOrder(seed: 3407).permutation(of: count, epoch: epoch)
            #expect(order.sorted() == Array(0..<count))
        }
    }

    @Test func anOrderIsAFunctionOfSeedEpochAndStream() {
        let order = SampleOrder(seed: 7)
        let first = order.permutation(of: 50, epoch: 3)
        #expect(SampleOrder(seed: 7).permutation(of: 50, epoch: 3) == first)
        #expect(SampleOrder(seed: 8).permutation(of: 50, epoch: 3) != first)
        #expect(order.permutation(of: 50, epoch: 4) != first)
        #expect(order.permutation(of: 50, epoch: 3, stream: 1) != first)
    }

    /// A run of an older Hearth must resume in the same order.
    @Test func theOrderNeverChangesFromOneReleaseToTheNext() {
        #expect(SampleOrder(seed: 3407).permutation(of: 10, epoch: 0) == [8, 0, 5, 9, 1, 7, 2, 6, 3, 4])
    }

    @Test func everyPlaceIsEquallyLikely() {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for seed in 0..<2000 {
            let order = SampleOrder(seed: UInt64(seed)).permutation(of: 5, epoch: 0)
            for (place, number) in order.enumerated() { counts[number][place] += 1 }
        }
        // 400 are expected, with a standard deviation of 18.
        #expect(counts.joined().allSatisfy { (310...490).contains($0) }, "\(counts)")
    }

    @Test func drawsStayBelowTheirBound() {
        let draws = CounterDraws(seed: 1, 2)
        for bound in [1, 2, 3, 1 << 40, .max] {
            for counter in 0..<200 { #expect((0..<bound).contains(draws.below(bound, at: counter))) }
        }
    }
}
