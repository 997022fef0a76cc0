import Checkpoint
import Incident

struct IncidentScenarios: Verb {
    let name = "incident scenarios"
    let summary = "make scenarios for replay and play, all of them following from a seed"
    let count = Parameter<Int>.option("count", "N", .integer(in: 1...10_000), default: 36, "How many.")
    let seed = Parameter<Int>.option(
        "seed", "N", .integer(in: 0...Int.max), default: 1, "What they follow from.")

    var declaration: Declaration {
        Declaration(
            parameters: [count, seed],
            details: ["Settings are tuned on one seed; figures are worth something on another."],
            examples: ["hearth incident scenarios --seed 7 > fresh.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        for scenario in Scenario.generated(arguments[count], seed: UInt64(arguments[seed])) {
            try Output.write(String(decoding: scenario.json.serialised(), as: UTF8.self) + "\n")
        }
    }
}
