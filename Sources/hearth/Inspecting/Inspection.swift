import Checkpoint
import Foundation

/// What was found in a model or an adapter, in the order it is shown.
struct Inspection {
    /// A fact with its two faces: a key and a value for programs, a line for people.
    struct Finding {
        let key: String
        let json: JSON
        /// What the line says; nothing where the fact is for programs only.
        let words: String?

        init(_ key: String, _ json: JSON, _ words: String?) {
            self.key = key
            self.json = json
            self.words = words
        }

        init(_ key: String, _ text: String) { self.init(key, .string(text), text) }
        init(_ key: String, _ number: Int) { self.init(key, .integer(Int64(number)), number.grouped) }
        init(_ key: String, bytes: Int) { self.init(key, .integer(Int64(bytes)), bytes.asBytes) }
        /// A text that the file may have left out.
        init(_ key: String, optional text: String?) {
            self.init(key, text.map { .string($0) } ?? .null, text.map { String($0.prefix(200)) })
        }
    }

    private(set) var findings: [Finding]

    /// Looks at what is at a path; anything unsound is thrown.
    init(_ path: String) throws {
        findings = [Finding("path", path)]
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
        if has("adapter_config.json"), !has("config.json") {
            findings += Self.adapter(try AdapterFiles.open(path))
            return
        }
        let files = try ModelFiles.open(path)
        if case .gguf(let file, _) = files, file.metadata.string("general.type") == "adapter" {
            findings += Self.adapter(file, path: path)
        } else {
            findings += try Self.model(files, path: path)
        }
    }

    /// One object for programs.
    var json: JSON { .object(JSONObject(findings.map { (key: $0.key, value: $0.json) })) }

    /// One line a finding, in two columns.
    var table: String {
        let lines = findings.compactMap { finding in finding.words.map { (finding.key, $0) } }
        let column = (lines.map(\.0.count).max() ?? 0) + 2
        return lines.map { key, words in
            let name = key.replacingOccurrences(of: "_bytes", with: "").replacingOccurrences(
                of: "_", with: " ")
            return name + String(repeating: " ", count: column - name.count) + Program.visible(words) + "\n"
        }.joined()
    }

    /// Tensors by type: how many and how large.
    static func tensors(_ table: [Tensor]) -> Finding {
        let types = ElementType.allCases.compactMap { type -> (ElementType, Int, Int)? in
            let own = table.filter { $0.type == type }
            return own.isEmpty ? nil : (type, own.count, own.reduce(0) { $0 + $1.bytes.count })
        }.sorted { $0.2 > $1.2 }
        let list = types.map { type, count, bytes in
            JSON.object([
                "type": .string(type.rawValue), "count": .integer(Int64(count)),
                "bytes": .integer(Int64(bytes)),
            ])
        }
        let words = types.map { type, count, bytes in "\(count) × \(type.rawValue) (\(bytes.asBytes))" }
        return Finding("tensors", .array(list), words.joined(separator: ", "))
    }

    /// The size of a file, or of the weights in a folder.
    static func fileBytes(_ path: String) -> Int {
        func size(_ path: String) -> Int { (try? MappedFile(path: path))?.count ?? 0 }
        let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        guard let names else { return size(path) }
        return names.filter { $0.hasSuffix(".safetensors") }.reduce(0) { $0 + size(path + "/" + $1) }
    }
}

extension Int {
    /// The number with its thousands apart.
    fileprivate var grouped: String {
        var digits = Array(String(magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (self < 0 ? "-" : "") + String(digits)
    }

    /// The number as an amount of memory.
    fileprivate var asBytes: String {
        switch self {
        case ..<(1 << 10): "\(self) bytes"
        case ..<(1 << 20): String(format: "%.1f KiB", Double(self) / 1024)
        case ..<(1 << 30): String(format: "%.1f MiB", Double(self) / Double(1 << 20))
        default: String(format: "%.2f GiB", Double(self) / Double(1 << 30))
        }
    }
}
