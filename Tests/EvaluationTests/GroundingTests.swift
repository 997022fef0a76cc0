import Testing

@testable import Evaluation

@Suite struct GroundingTests {
    let source = """
        On Friday we „scaled“ the
           workers – latency rose to 12 ms.
        Über uns: u\u{308}berall.
        """

    @Test func layoutAndQuotationMarksDoNotMatter() {
        let grounding = Grounding(
            [#"we "scaled" the workers - latency"#, "12 ms", "überall"], source: source)
        #expect(grounding.claims == 3 && grounding.invented.isEmpty && grounding.share == 1)
    }

    @Test func whatIsNotThereIsNamed() {
        let grounding = Grounding(["on friday", "13 ms", "12 ms", "  "], source: source)
        #expect(grounding.claims == 3)
        #expect(grounding.invented == ["on friday", "13 ms"])
        #expect(near(grounding.share, 1.0 / 3))
    }

    @Test func claimingNothingIsGrounded() {
        #expect(Grounding([], source: source).share == 1)
        #expect(Grounding(["x"], source: "").share == 0)
    }
}
