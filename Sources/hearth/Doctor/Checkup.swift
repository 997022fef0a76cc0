import Foundation

/// Everything `doctor` found, in the order it is shown.
struct Checkup: Sendable {
    struct Finding: Sendable, Equatable {
        let name: String
        let value: String
    }

    let findings: [Finding]

    /// The libraries Hearth stands on, by the beginning of their file names.
    private static let libraries = [
        ("OpenBLAS", ["libopenblas", "libblas"]), ("oneDNN", ["libdnnl"]),
        ("SentencePiece", ["libsentencepiece"]),
        ("SQLite", ["libsqlite3"]), ("libyaml", ["libyaml"]), ("libmicrohttpd", ["libmicrohttpd"]),
    ]

    init(machine: Machine = .current(), loaded: Set<String> = Machine.loadedLibraries(), home: Home = Home())
    {
        var findings = [
            Finding(name: "hearth", value: Program.version),
            Finding(name: "processor", value: machine.processor),
            Finding(name: "instructions", value: machine.instructions),
            Finding(name: "cores", value: String(machine.cores)),
        ]
        if let memory = machine.memory, let free = machine.freeMemory {
            findings.append(
                Finding(name: "memory", value: "\(Self.size(memory)), \(Self.size(free)) available"))
        }
        for (name, beginnings) in Self.libraries {
            let file = loaded.filter { file in beginnings.contains(where: file.hasPrefix) }.min()
            findings.append(Finding(name: name, value: file ?? "not used by this build"))
        }
        findings.append(Finding(name: "home", value: home.path))
        if let free = Self.freeDisk(at: home.path) {
            findings.append(Finding(name: "disk free", value: Self.size(free)))
        }
        let models = home.modelNames
        findings.append(
            Finding(
                name: "models",
                value: models.isEmpty
                    ? "none; Scripts/fetch-model fetches the default one" : models.joined(separator: ", ")))
        self.findings = findings
    }

    /// One finding a line, in two columns.
    var table: String {
        let column = (findings.map(\.name.count).max() ?? 0) + 2
        return findings.map {
            $0.name + String(repeating: " ", count: column - $0.name.count) + $0.value + "\n"
        }
        .joined()
    }

    /// One JSON object, its keys the names of the findings.
    func json() throws -> String {
        let object = Dictionary(findings.map { ($0.name, $0.value) }) { first, _ in first }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    static func size(_ bytes: Int) -> String {
        let gibibytes = Double(bytes) / Double(1 << 30)
        return String(format: "%.1f GiB", gibibytes)
    }

    /// What is free where the folder is, or will be.
    private static func freeDisk(at path: String) -> Int? {
        var url = URL(fileURLWithPath: path)
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
            url.deleteLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }
}
