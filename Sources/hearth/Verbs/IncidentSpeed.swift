import Checkpoint
import Foundation
import Incident

struct IncidentSpeed: Verb {
    let name = "incident speed"
    let summary = "measure how fast series are scanned and past incidents are found"
    let series = Parameter<Int>.option("series", "N", .integer(in: 1...20_000), default: 1000, "Series.")
    let samples = Parameter<Int>.option(
        "samples", "N", .integer(in: 100...100_000), default: 1000, "Samples of each.")
    let incidents = Parameter<Int>.option(
        "incidents", "N", .integer(in: 1...10_000), default: 52, "Postmortems.")

    var declaration: Declaration {
        Declaration(parameters: [series, samples, incidents], examples: ["hearth incident speed"])
    }

    func run(_ arguments: Arguments) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/hearth-speed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try IncidentStore(path: folder + "/store.sqlite")
        let trial = SpeedTrial(series: arguments[series], samples: arguments[samples])
        let keep = try Self.seconds { try trial.fill(store) }
        var loaded: [Series] = []
        let load = try Self.seconds { loaded = try store.series(since: 0) }
        var found = 0
        let scan = Self.seconds { found = trial.scan(loaded) }
        try trial.fill(store, postmortems: arguments[incidents])
        var times: [Double] = []
        for word in [
            "disk full postgres", "deploy checkout errors", "certificate expired auth",
            "queue backlog mailer",
        ] {
            times.append(try Self.seconds { _ = try store.similar(to: word, limit: 5) })
        }
        try Output.json([
            ("series", .integer(Int64(arguments[series]))), ("samples", .integer(Int64(trial.count))),
            ("keep_s", .number(keep)), ("load_s", .number(load)), ("scan_s", .number(scan)),
            ("load_and_scan_s", .number(load + scan)), ("deviations", .integer(Int64(found))),
            ("planted", .integer(Int64(trial.planted))),
            ("postmortems", .integer(Int64(arguments[incidents]))),
            ("search_worst_ms", .number((times.max() ?? 0) * 1000)),
        ])
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let time = try clock.measure(body)
        return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }
}
