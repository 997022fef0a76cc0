import Foundation
import Testing

@testable import Kernels

/// Counts that many threads may raise at once, one thread a place.
private final class Tally: @unchecked Sendable {
    let counts: UnsafeMutableBufferPointer<Int>
    let threads: UnsafeMutableBufferPointer<UInt>

    init(_ places: Int) {
        counts = .allocate(capacity: max(places, 1))
        counts.initialize(repeating: 0)
        threads = .allocate(capacity: max(places, 1))
        threads.initialize(repeating: 0)
    }

    deinit {
        counts.deallocate()
        threads.deallocate()
    }

    func mark(_ place: Int) {
        counts[place] += 1
        threads[place] = UInt(pthread_self())
    }
}

@Suite struct WorkersTests {
    @Test(arguments: 1...5) func everyPartRunsOnceAndAlwaysOnItsThread(count: Int) {
        let workers = Workers(count: count)
        #expect(workers.count == count)
        for parts in 0...23 {
            let tally = Tally(parts)
            workers.run(parts: parts) { tally.mark($0) }
            #expect((0..<parts).allSatisfy { tally.counts[$0] == 1 }, "\(parts) parts")
            guard parts > 1 else { continue }
            let threads = (0..<min(count, parts)).map { tally.threads[$0] }
            #expect(threads[0] == UInt(pthread_self()))
            #expect(Set(threads).count == threads.count, "\(parts) parts")
            #expect((0..<parts).allSatisfy { tally.threads[$0] == threads[$0 % count] }, "\(parts) parts")
        }
    }

    @Test(arguments: 1...5) func aSplitCoversEverythingOnceInWholeGrains(count: Int) {
        let workers = Workers(count: count)
        for total in 0...40 {
            for grain in [1, 2, 3, 8, 16, 64] {
                let tally = Tally(total)
                let wrong = Tally(1)
                workers.split(total, grain: grain) { range in
                    if range.isEmpty || range.lowerBound % grain != 0 { wrong.mark(0) }
                    for index in range { tally.mark(index) }
                }
                #expect((0..<total).allSatisfy { tally.counts[$0] == 1 }, "\(total) by \(grain)")
                #expect(wrong.counts[0] == 0, "\(total) by \(grain)")
            }
        }
    }

    /// Work is split evenly: no thread has more than one grain above another.
    @Test func sharesAreEven() {
        let workers = Workers(count: 3)
        for total in 1...100 {
            let tally = Tally(total)
            workers.split(total, grain: 4) { tally.counts[$0.lowerBound] = ($0.count + 3) / 4 }
            let shares = (0..<total).map { tally.counts[$0] }.filter { $0 > 0 }
            #expect(shares.count == min(3, (total + 3) / 4))
            #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1, "\(total): \(shares)")
        }
    }

    @Test func manySmallJobsLoseNothing() {
        let workers = Workers(count: 3)
        let tally = Tally(7)
        for round in 0..<20_000 {
            workers.run(parts: 2 + round % 6) { tally.mark($0) }
            // Now and then long enough for the helpers to fall asleep.
            if round % 4000 == 0 { usleep(2000) }
        }
        let wants = (0..<7).map { part in (0..<20_000).count { part < 2 + $0 % 6 } }
        #expect((0..<7).map { tally.counts[$0] } == wants)
    }

    @Test func poolsComeAndGo() {
        for count in 1...40 {
            let workers = Workers(count: 1 + count % 4)
            let tally = Tally(4)
            if count % 3 != 0 { workers.run(parts: 4) { tally.mark($0) } }
            #expect(count % 3 == 0 || (0..<4).allSatisfy { tally.counts[$0] == 1 })
        }
    }
}
