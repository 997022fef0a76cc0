import Recipes
import Registry

/// Why the incident agent cannot go on.
public enum IncidentError: Error, Sendable, Equatable {
    /// The store's database has a problem.
    case store(RegistryError)
    /// The configuration cannot be read.
    case unreadable(String)
    /// The configuration is no YAML.
    case yaml(YAMLError)
    /// A key of the configuration is not known here.
    case unknownKey(String, known: [String], YAMLPlace)
    /// A value is not what its key takes.
    case wrongValue(key: String, wanted: String, found: String, YAMLPlace)
    /// A key that must be there is not.
    case missingKey(String, YAMLPlace)
    /// There is no incident with this number.
    case noIncident(Int64)
    /// A file of events, scenarios or postmortems has a line that cannot be read.
    case badLine(path: String, line: Int, wanted: String)
    /// A file that was named is not there or holds nothing.
    case noFile(String)
}
