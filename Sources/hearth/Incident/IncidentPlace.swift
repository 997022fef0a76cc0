import Foundation
import Incident

/// Parameters that several verbs of the incident agent have.
enum IncidentPlace {
    static let store = Parameter<String?>.option(
        "store", "PATH", Reading<String>.path,
        "The agent's database; by default incidents.sqlite in $HEARTH_HOME.")
    static let config = Parameter<String?>.option(
        "config", "FILE", Reading<String>.path, "The agent's configuration; see docs/incident.md.")

    static func open(_ path: String?) throws(IncidentError) -> IncidentStore {
        try IncidentStore(path: path ?? Home().path + "/incidents.sqlite")
    }

    static func read(_ path: String?) throws(IncidentError) -> AgentConfig {
        try path.map { path throws(IncidentError) in try AgentConfig.read(path) } ?? AgentConfig()
    }

    static func bytes(_ path: String) throws(IncidentError) -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        return [UInt8](data)
    }
}
