import Foundation

/// The folder where models and the registry live: `$HEARTH_HOME`, or `~/.hearth`.
struct Home: Sendable {
    let path: String

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let chosen = environment["HEARTH_HOME"], !chosen.isEmpty {
            path = chosen
        } else {
            path = (environment["HOME"] ?? NSHomeDirectory()) + "/.hearth"
        }
    }

    var models: String { path + "/models" }

    /// Every model in it, by name.
    var modelNames: [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
        return entries.filter { !$0.hasPrefix(".") && isModel($0) }
            .map { $0.hasSuffix(".gguf") ? String($0.dropLast(".gguf".count)) : $0 }
            .sorted()
    }

    private func isModel(_ entry: String) -> Bool {
        entry.hasSuffix(".gguf") || FileManager.default.fileExists(atPath: "\(models)/\(entry)/config.json")
    }
}
