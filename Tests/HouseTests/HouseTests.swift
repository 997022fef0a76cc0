import Testing

@testable import hearth

@Test func nearestWord() { #expect(Nearest.word(to: "trian", among: ["train", "eval"]) == "train") }
