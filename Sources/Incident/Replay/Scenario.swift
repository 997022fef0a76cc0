import Checkpoint

/// One generated incident: everything follows from these few numbers.
public struct Scenario: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The seed of everything in it.
    public let seed: UInt64
    /// What goes wrong.
    let cause: Cause
    /// Days of history before it.
    let days: Double
    /// How many things happen that have nothing to do with it.
    let herrings: Int
    /// Whether the way back stops half-way for a while.
    let stalls: Bool

    /// Reads a file of scenarios, one JSON object a line.
    public static func lines(_ bytes: [UInt8], path: String) throws(IncidentError) -> [Scenario] {
        var scenarios: [Scenario] = []
        for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 <= 32 }) { continue }
            guard let json = try? JSON.parse(Array(line)), let name = json["name"]?.string,
                let seed = json["seed"]?.int, seed >= 0,
                let cause = json["cause"]?.string.flatMap({ Cause(rawValue: $0) })
            else {
                throw .badLine(
                    path: path, line: number + 1,
                    wanted: "name, seed and cause (\(Cause.allCases.map(\.rawValue).joined(separator: ", ")))"
                )
            }
            let days = min(14, max(0.3, json["days"]?.double ?? 0.4))
            scenarios.append(
                Scenario(
                    name: name, seed: UInt64(seed), cause: cause, days: days,
                    herrings: min(20, max(0, json["herrings"]?.int ?? 2)),
                    stalls: json["stalls"]?.bool ?? false))
        }
        return scenarios
    }
}

/// Something planted into a series.
public struct Planted: Sendable {
    /// The series.
    public let key: SeriesKey
    /// Which way it goes.
    public let direction: Excursion.Direction
    /// When it first shows.
    public let onset: Double
    /// When it is gone, to within the series' own noise; nothing where it stays.
    public let normal: Double?
    /// False for a red herring.
    public let belongs: Bool
    /// When it began to come back.
    let repaired: Double
}
