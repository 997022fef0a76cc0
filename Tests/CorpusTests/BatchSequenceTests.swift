import Testing

@testable import Corpus

@Suite struct BatchSequenceTests {
    /// Questions about paragraphs: a long common beginning each, short questions, an answer.
    static func questions(_ counts: [Int], context: Int32 = 30) -> [EncodedExample] {
        counts.enumerated().flatMap { paragraph, count in
            (0..<count).map { question in
                let beginning = [1, 2] + (0..<context).map { Int32(paragraph) * 1000 + $0 + 10 }
                return example(beginning + [Int32(question) + 3, 5, 6], from: beginning.count + 2)
            }
        }
    }

    func sequence(
        _ examples: [EncodedExample], _ mode: BatchMode, size: Int = 8, accumulation: Int = 1,
        length: BatchLength = .epochs(1), seed: UInt64 = 3407
    ) -> BatchSequence {
        BatchSequence(
            examples, mode: mode, batchSize: size, accumulation: accumulation, length: length, seed: seed)
    }

    @Test(arguments: BatchMode.allCases)
    func anEpochSeesEveryExampleOnceInFullBatches(mode: BatchMode) {
        var dice = Dice(3)
        for round in 0..<40 {
            let examples = Self.questions((0..<1 + dice.roll(12)).map { _ in 1 + dice.roll(9) })
            let (size, accumulation) = (1 + dice.roll(9), 1 + dice.roll(3))
            let steps = sequence(examples, mode, size: size, accumulation: accumulation, seed: UInt64(round))
            for epoch in 0..<3 {
                let plan = steps.epoch(epoch)
                #expect(plan.count == steps.stepsPerEpoch)
                let batches = plan.flatMap(\.microBatches)
                #expect(batches.dropLast().allSatisfy { $0.count == size })
                #expect(plan.dropLast().allSatisfy { $0.microBatches.count == accumulation })
                #expect(batches.joined().sorted() == Array(examples.indices))
            }
            #expect(steps.epoch(0) == steps.epoch(0))
        }
    }

    @Test func packedIsTheShuffledOrder() {
        let examples = Self.questions([5, 5, 5, 5])
        #expect(sequence(examples, .packed).epoch(1) == sequence(examples, .shuffled).epoch(1))
        #expect(sequence(examples, .packed).epoch(1) != sequence(examples, .packed).epoch(0).map { $0 })
        #expect(
            sequence(examples, .shuffled, seed: 1).epoch(0) != sequence(examples, .shuffled, seed: 2).epoch(0)
        )
    }

    /// As Hugging Face counts: 991 examples, 8 a batch.
    @Test(arguments: [
        (BatchLength.epochs(1), 1, 124, 124), (.epochs(3), 1, 124, 372), (.epochs(0.5), 1, 124, 62),
        (.epochs(1), 4, 31, 31), (.epochs(1), 3, 42, 42), (.steps(100), 1, 124, 100),
        (.steps(1000), 1, 124, 1000), (.epochs(0.001), 1, 124, 1),
    ])
    func stepsAreCountedAsHuggingFaceDoes(length: BatchLength, accumulation: Int, epoch: Int, total: Int) {
        let examples = (0..<991).map { example([1, 2, Int32($0)], from: 1) }
        let steps = sequence(examples, .shuffled, accumulation: accumulation, length: length)
        #expect(steps.stepsPerEpoch == epoch && steps.totalSteps == total)
    }

    @Test(arguments: BatchMode.allCases)
    func anyStepCanBeAskedForAlone(mode: BatchMode) {
        let steps = sequence(
            Self.questions([3, 4, 5, 6, 1]), mode, size: 4, accumulation: 2, length: .epochs(3))
        let all = (0..<3).flatMap { steps.epoch($0) }
        #expect(all.count == steps.totalSteps)
        for (number, step) in all.enumerated() {
            #expect(steps.step(number) == step && step.number == number)
            #expect(step.epoch == number / steps.stepsPerEpoch)
        }
        #expect(all.last?.progress == 3)
    }

    @Test func accumulationDoesNotChangeWhatAStepSees() {
        let examples = Self.questions([8, 8, 8, 8])
        let whole = sequence(examples, .shuffled, size: 8).epoch(0)
        let parts = sequence(examples, .shuffled, size: 2, accumulation: 4).epoch(0)
        #expect(whole.map { $0.microBatches.flatMap { $0 } } == parts.map { $0.microBatches.flatMap { $0 } })
    }

    @Test func groupsThatFitStayInOneStep() {
        let counts = [4, 4, 2, 2, 3, 1, 5, 3]
        let examples = Self.questions(counts)
        let steps = sequence(examples, .sharedContext, size: 8).epoch(0)
        var splits = 0
        var first = 0
        for count in counts {
            let members = Set(first..<first + count)
            splits += steps.count { !members.isDisjoint(with: $0.microBatches.joined()) } - 1
            first += count
        }
        // 24 examples in 3 batches of 8; what does not come out even splits a group at most twice.
        #expect(splits <= 2)
    }

    @Test func aGroupLargerThanABatchGoesOnInTheNext() {
        let examples = Self.questions([20])
        let steps = sequence(examples, .sharedContext, size: 8).epoch(0)
        #expect(steps.map { $0.microBatches[0].count } == [8, 8, 4])
    }

    @Test func groupsAreShuffledBySeedAndEpoch() {
        let examples = Self.questions([Int](repeating: 4, count: 20))
        let steps = sequence(examples, .sharedContext, size: 4)
        let (first, second) = (steps.epoch(0), steps.epoch(1))
        #expect(first != second)
        #expect(first.allSatisfy { Set($0.microBatches[0].map { $0 / 4 }).count == 1 })
        #expect(first.map { $0.microBatches[0][0] / 4 } != Array(0..<20))
        #expect(first.contains { $0.microBatches[0] != $0.microBatches[0].sorted() })
    }
}

@Suite struct PrefixGroupsTests {
    @Test func paragraphsAreGroupsAndCommonFirstWordsAreNot() {
        let groups = PrefixGroups(BatchSequenceTests.questions([3, 2, 1]))
        #expect(
            groups.groups.map(\.examples).filter { !$0.isEmpty }.map(Set.init) == [[0, 1, 2], [3, 4], [5]])
        #expect(groups.groups.count == 3)
        let unlike = (0..<6).map { example([1, 2, Int32($0) + 9, 4, 5, 6, 7, 8], from: 7) }
        #expect(PrefixGroups(unlike).groups == [.init(groups: [], examples: [0, 1, 2, 3, 4, 5])])
    }

    @Test func aLongSystemTextHoldsGroupsOfItsOwn() {
        let system = (0..<100).map { Int32($0) + 50_000 }
        let examples = BatchSequenceTests.questions([3, 3], context: 40).map { question in
            example(system + question.ids, from: system.count + (question.firstTrained ?? 0))
        }
        let groups = PrefixGroups(examples)
        #expect(groups.groups.count == 4)
        #expect(groups.groups.prefix(2).map(\.examples) == [[0, 1, 2], [3, 4, 5]])
        #expect(groups.groups[2].groups == [0, 1] && groups.groups[3].groups == [2])
    }

    @Test func aFamilyThatFitsIsPreferredToASplit() {
        let families = [[1, 2, 3], [4, 5, 6], [7], [8, 9]]
        #expect(PrefixGroups.batches(of: families, size: 4) == [[1, 2, 3, 7], [4, 5, 6, 8], [9]])
    }

    @Test func theLookAheadIsLimited() {
        let families = [[0, 0, 0]] + [[Int]](repeating: [1, 1, 1], count: 40) + [[2]]
        let batches = PrefixGroups.batches(of: families, size: 4)
        #expect(batches[0] == [0, 0, 0, 1])
        #expect(batches.joined().count == 124)
    }
}
