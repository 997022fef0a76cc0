import Foundation

/// Everything `doctor` found, in the order it is shown.
struct Checkup: Sendable {
    struct Finding: Sendable {
        let name: String
        let value: Value
    }

    enum Value: Sendable {
        case text(String)
        case count(Int)
        case bytes(Int)
        case list([String], otherwise: String)
        case nothing(String)
    }

    let findings: [Finding]

    /// The libraries Hearth stands on, by the beginnings of their file names.
    private static let libraries = [
        ("SentencePiece", "libsentencepiece"), ("SQLite", "libsqlite3"),
        ("libyaml", "libyaml"), ("libmicrohttpd", "libmicrohttpd"),
    ]

    init(machine: Machine = .current(), loaded: Set<String> = Machine.loadedLibraries(), home: Home = Home())
    {
        var findings = [
            Finding(name: "hearth", value: .text(Program.version)),
            Finding(name: "processor", value: .text(machine.processor)),
            Finding(name: "instructions", value: .text(machine.instructions)),
            Finding(name: "cores", value: .count(machine.cores)),
        ]
        let sizes = [
            ("memory", machine.memory), ("memory free", machine.freeMemory),
            ("disk free", Self.freeDisk(at: home.path)),
        ]
        findings += sizes.compactMap { name, size in size.map { Finding(name: name, value: .bytes($0)) } }
        findings += Self.libraries.map { name, beginning in
            let file = loaded.filter { $0.hasPrefix(beginning) }.min()
            return Finding(name: name, value: file.map(Value.text) ?? .nothing("not used by this build"))
        }
        findings.append(Finding(name: "home", value: .text(home.path)))
        let models = Value.list(
            home.modelNames, otherwise: "none; Scripts/fetch-model fetches the default one")
        findings.append(Finding(name: "models", value: models))
        self.findings = findings
    }

    /// One finding a line, in two columns.
    var table: String {
        let column = (findings.map(\.name.count).max() ?? 0) + 2
        return findings.map { finding in
            finding.name + String(repeating: " ", count: column - finding.name.count) + finding.value.words
                + "\n"
        }.joined()
    }

    /// One JSON object, its keys the names of the findings.
    func json() throws -> String {
        let object = Dictionary(findings.map { ($0.name, $0.value.json) }) { first, _ in first }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
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

extension Checkup.Value {
    fileprivate var words: String {
        switch self {
        case .text(let text), .nothing(let text): text
        case .count(let count): String(count)
        case .bytes(let bytes): String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
        case .list(let list, let otherwise): list.isEmpty ? otherwise : list.joined(separator: ", ")
        }
    }

    fileprivate var json: Any {
        switch self {
        case .text(let text): text
        case .count(let count), .bytes(let count): count
        case .list(let list, _): list
        case .nothing: NSNull()
        }
    }
}
