import Checkpoint
import Foundation
import Incident

struct IncidentReplay: Verb {
    let name = "incident replay"
    let summary = "play recorded incidents to the agent and hold what it does against the truth"
    let file = Parameter<String>.argument("FILE", .path, "Scenarios, one JSON object a line.")
    let threshold = Parameter<Double>.option(
        "threshold", "X", .number(in: 0.01...1000), default: DetectionSettings().threshold,
        "The score from which something is said.")
    let curve = Parameter.flag("curve", "Repeat it for thresholds from 0.4 to 3.")
    let details = Parameter.flag("details", "Say what was wrong and what was missed.")
    let json = Parameter.flag("json", "Write JSON.")
    let config = IncidentPlace.config

    var declaration: Declaration {
        Declaration(
            parameters: [file, threshold, curve, details, json, config],
            rules: [.atMostOne([threshold, curve])],
            details: [
                "The same file gives the same figures, always. With --config, the model in it writes the summaries; "
                    + "without, templates do."
            ],
            examples: ["hearth incident replay Benchmarks/Suites/data/incident-replay.jsonl --curve"])
    }

    func run(_ arguments: Arguments) throws {
        let path = arguments[file]
        let scenarios = try Scenario.lines(try IncidentPlace.bytes(path), path: path)
        guard !scenarios.isEmpty else { throw IncidentError.noFile(path) }
        let model = try IncidentPlace.read(arguments[config]).model
        guard arguments[curve] else {
            let report = try report(scenarios, threshold: arguments[threshold], model: model)
            if arguments[details] { Notice.write(Program.visible(report.details, keeping: ["\n"])) }
            return try Output.write(
                arguments[json]
                    ? String(decoding: report.json.serialised(), as: UTF8.self) + "\n" : report.text)
        }
        try Output.line(
            "| threshold | recall | news recall | precision | interjections | delay median s |\n|---|---|---|---|---|---|"
        )
        for threshold in [0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0] {
            let report = try report(scenarios, threshold: threshold, model: model)
            let json = report.json
            let row = [
                threshold, report.recall, report.newsRecall, report.precision,
                json["interjections"]?.double ?? 0, json["delay_median_s"]?.double ?? .nan,
            ]
            try Output.line("| " + row.map { Numbers.short($0) }.joined(separator: " | ") + " |")
        }
    }

    private func report(
        _ scenarios: [Scenario], threshold: Double, model: AgentConfig.ModelEndpoint?
    ) throws -> ReplayReport {
        var run = ReplayRun()
        run.detection.threshold = threshold
        run.model = model
        var results: [ReplayResult] = []
        for (number, scenario) in scenarios.enumerated() {
            results.append(try run.result(of: scenario))
            Notice.write("\r\(number + 1)/\(scenarios.count)")
        }
        Notice.write("\n")
        return ReplayReport(results)
    }
}
