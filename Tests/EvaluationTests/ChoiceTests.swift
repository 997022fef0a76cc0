import Foundation
import Testing

@testable import Evaluation

@Suite struct ChoiceTests {
    @Test func eachRuleDividesByItsOwnLength() {
        // Nine code points and ten bytes against two and two.
        let score = ChoiceScore(
            logprobs: [-9, -2.2, -4], choices: ["Übermut g", "no", "xx"], gold: [0])
        #expect(score.choice == 1)
        #expect(score.choiceByCharacters == 0)
        #expect(score.choiceByBytes == 0)
        let close = ChoiceScore(logprobs: [-4.8, -4.1], choices: ["ääää", "abcd"], gold: [1])
        #expect(close.choiceByCharacters == 1)
        #expect(close.choiceByBytes == 0)
    }

    @Test func theFirstOfEqualsWins() {
        #expect(ChoiceScore(logprobs: [-1, -1], choices: ["a", "b"], gold: [1]).choice == 0)
        #expect(ChoiceScore(logprobs: [-1, -1], choices: ["a", "b"], gold: [1]).margin == 0)
    }

    @Test func theQuestionIsTakenOutOfTheChoice() {
        let score = ChoiceScore(
            logprobs: [-3, -2], choices: ["rare", "common"], gold: [0], unconditional: [-9, -2])
        #expect(score.choice == 1)
        #expect(score.choiceByInformation == 0)
    }

    @Test func probabilitiesSumToOneHoweverSmallTheLogProbabilities() {
        let score = ChoiceScore(logprobs: [-2000, -2001], choices: ["a", "b"], gold: [0])
        #expect(near(score.probabilities.reduce(0, +), 1))
        #expect(near(score.probabilities[0], 1 / (1 + exp(-1))))
    }

    @Test(arguments: [("", 1), ("one", 1), (" two words ", 4), ("a\u{1C}b\u{A0}c", 3)])
    func wordsAreCountedAsThePeerCountsThem(text: String, words: Int) {
        #expect(RollingScore(logprob: 0, text: text).words == words)
    }

    @Test func ratiosAreTakenOfSums() {
        let sum = RollingScore(logprob: -10, text: "ab cd") + RollingScore(logprob: -2, text: "ü")
        #expect(sum.bytes == 7 && sum.words == 3)
        #expect(near(sum.bitsPerByte, 12.0 / 7 / log(2)))
    }
}
