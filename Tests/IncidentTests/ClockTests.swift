import Foundation
import Incident
import Testing

@Suite struct ClockTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_795_183_625, "2026-11-20T14:07:05Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
    ])
    func momentsAreWrittenAndReadBack(time: Double, text: String) {
        #expect(Clock.iso(time) == text)
        #expect(Clock.read(text) == time)
    }

    @Test func offsetsAndFractionsAreRead() {
        #expect(Clock.read("2026-11-20T15:07:05.250+01:00") == 1_795_183_625.25)
        #expect(Clock.read("2026-11-20T08:37:05-05:30") == 1_795_183_625)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-13-20T14:07:05Z", "2026-11-20T14:07:05", "2026-11-20T14:07:05.Z",
    ])
    func whatIsNoMomentIsNotRead(text: String) { #expect(Clock.read(text) == nil) }

    @Test func spansAreWrittenForPeople() {
        #expect(Clock.span(45) == "45 s")
        #expect(Clock.span(720) == "12 min")
        #expect(Clock.span(12_000) == "3 h 20 min")
        #expect(Clock.span(-5) == "0 s")
    }
}
