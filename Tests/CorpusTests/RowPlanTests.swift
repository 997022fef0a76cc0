import Testing

@testable import Corpus

@Suite struct RowPlanTests {
    /// What a member sees up to a row: the rows of its segment and of all above it.
    func text(upTo row: Int, in plan: RowPlan) -> [Int32] {
        guard let number = plan.segments.firstIndex(where: { $0.rows.contains(row) }) else { return [] }
        var tokens = Array(plan.tokens[plan.segments[number].rows.lowerBound...row])
        var next = plan.segments[number].parent
        while let segment = next {
            tokens = Array(plan.tokens[plan.segments[segment].rows]) + tokens
            next = plan.segments[segment].parent
        }
        return tokens
    }

    /// A plan is right if every trained token of every example is predicted, once,
    /// from a row that sees exactly what comes before it.
    func check(_ plan: RowPlan, _ examples: [EncodedExample]) {
        #expect(plan.segments.first?.rows.lowerBound ?? 0 == 0)
        #expect(
            zip(plan.segments, plan.segments.dropFirst()).allSatisfy {
                $0.rows.upperBound == $1.rows.lowerBound
            })
        #expect(plan.segments.last?.rows.upperBound ?? 0 == plan.tokens.count)
        for (number, segment) in plan.segments.enumerated() {
            #expect(segment.parent.map { $0 < number } ?? true)
            let above = segment.parent.map { plan.segments[$0] }
            #expect(segment.position == (above.map { $0.position + $0.rows.count } ?? 0))
        }
        var left = examples.map { example in example.trained.indices.filter { example.trained[$0] } }
        #expect(Set(plan.targets.map(\.row)).count == plan.targets.count, "one target a row")
        for target in plan.targets {
            let token = left[target.member].removeFirst()
            let ids = examples[target.member].ids
            #expect(target.token == ids[token])
            #expect(text(upTo: target.row, in: plan) == Array(ids[..<token]))
            let segment = plan.segments.first { $0.rows.contains(target.row) }
            #expect(segment?.members == [target.member], "targets lie in branches of their own")
        }
        #expect(left.allSatisfy { $0.isEmpty })
    }

    @Test func separateExamplesAreSegmentsWithoutParents() {
        let examples = [example([1, 2, 3, 4], from: 2), example([1, 2, 5], from: 1)]
        let plan = RowPlan.separate(examples)
        check(plan, examples)
        #expect(plan.segments.map(\.parent) == [nil, nil])
        #expect(plan.tokens == [1, 2, 3, 1, 2])
    }

    @Test func aContextIsComputedOnce() {
        let context: [Int32] = [10, 11, 12, 13]
        let examples = [
            example(context + [1, 2, 3], from: 6), example([9, 9, 9], from: 2),
            example(context + [4, 2, 3], from: 6),
        ]
        let plan = RowPlan.shared(examples)
        check(plan, examples)
        #expect(plan.tokens == [10, 11, 12, 13, 1, 2, 4, 2, 9, 9])
        #expect(plan.segments.map(\.parent) == [nil, 0, 0, nil])
        #expect(plan.segments.map(\.members) == [[0, 2], [0], [2], [1]])
        #expect(plan.segments.map(\.position) == [0, 4, 4, 0])
    }

    /// Two answers to one question: the row that predicts their first tokens is not shared.
    @Test func theRowBeforeTheAnswerBelongsToItsExample() {
        let examples = [example([1, 2, 3, 7], from: 3), example([1, 2, 3, 8], from: 3)]
        let plan = RowPlan.shared(examples)
        check(plan, examples)
        #expect(plan.tokens == [1, 2, 3, 3])
        #expect(plan.targets.map(\.token) == [7, 8])
    }

    @Test func oneExampleMayBeginWithTheWholeOfAnother() {
        let examples = [example([1, 2, 3], from: 2), example([1, 2, 3, 4, 5], from: 4)]
        check(RowPlan.shared(examples), examples)
    }

    @Test func rowsAfterTheLastTargetAreLeftOut() {
        let ids: [Int32] = [1, 2, 3, 4, 5, 6]
        let one = EncodedExample(
            ids: ids, trained: [false, false, true, false, false, false],
            place: RecordPlace(file: "x", number: 1))
        for plan in [RowPlan.separate([one]), RowPlan.shared([one])] {
            check(plan, [one])
            #expect(plan.tokens == [1, 2])
        }
    }

    @Test func anExampleThatTrainsNothingHasNoRows() {
        let silent = example([1, 2, 3], from: 3)
        let plan = RowPlan.shared([silent, example([1, 2, 3], from: 1)])
        #expect(plan.targets.count == 2 && plan.tokens.count == 2)
    }

    @Test func sharedAndSeparatePredictTheSameFromTheSame() {
        var dice = Dice(2)
        for _ in 0..<500 {
            let examples = (0..<1 + dice.roll(6)).map { _ in
                let ids = (0..<2 + dice.roll(7)).map { _ in Int32(dice.roll(2)) }
                let mask = ids.indices.map { $0 > 0 && dice.roll(3) == 0 }
                let trained = mask.contains(true) ? mask : ids.indices.map { $0 == ids.count - 1 }
                return EncodedExample(ids: ids, trained: trained, place: RecordPlace(file: "x", number: 1))
            }
            let (separate, shared) = (RowPlan.separate(examples), RowPlan.shared(examples))
            check(separate, examples)
            check(shared, examples)
            #expect(shared.tokens.count <= separate.tokens.count)
        }
    }
}
