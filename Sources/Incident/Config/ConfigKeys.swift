import Foundation
import Recipes

/// Reads one mapping of the configuration: every key known, every value checked.
struct ConfigKeys {
    let node: YAMLNode
    /// Where relative paths begin.
    let folder: String

    init(_ node: YAMLNode, known: [String], folder: String) throws(IncidentError) {
        guard let entries = node.mapping else {
            throw .wrongValue(key: "", wanted: "keys and values", found: node.shape, node.place)
        }
        for entry in entries where !known.contains(entry.key) {
            throw .unknownKey(entry.key, known: known, entry.place)
        }
        self.node = node
        self.folder = folder
    }

    func value(_ key: String) -> YAMLNode? {
        node[key].flatMap { $0.isNull ? nil : $0 }
    }

    func required(_ key: String) throws(IncidentError) -> YAMLNode {
        guard let value = value(key) else { throw .missingKey(key, node.place) }
        return value
    }

    func text(_ key: String) throws(IncidentError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text else { throw fail(key, "text", value) }
        return text
    }

    func number(_ key: String, _ standard: Double, in range: ClosedRange<Double>) throws(IncidentError)
        -> Double
    {
        guard let value = value(key) else { return standard }
        guard let number = value.number, range.contains(number) else {
            throw fail(key, "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))", value)
        }
        return number
    }

    func flag(_ key: String) throws(IncidentError) -> Bool {
        guard let value = value(key) else { return false }
        guard let flag = value.flag else { throw fail(key, "true or false", value) }
        return flag
    }

    func list(_ key: String) throws(IncidentError) -> [YAMLNode] {
        guard let value = value(key) else { return [] }
        guard let nodes = value.sequence else { throw fail(key, "a list", value) }
        return nodes
    }

    func texts(_ key: String) throws(IncidentError) -> [String] {
        var texts: [String] = []
        for node in try list(key) {
            guard let text = node.text else { throw fail(key, "a list of texts", node) }
            texts.append(text)
        }
        return texts
    }

    func endpoint(_ key: String) throws(IncidentError) -> Endpoint {
        let value = try required(key)
        guard let endpoint = value.text.flatMap({ Endpoint($0) }) else {
            throw fail(key, "http://host:port/path or https://host/path", value)
        }
        return endpoint
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ standard: Choice
    ) throws(IncidentError) -> Choice where Choice.RawValue == String {
        guard let value = value(key) else { return standard }
        guard let choice = value.text.flatMap({ Choice(rawValue: $0) }) else {
            throw fail(key, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "), value)
        }
        return choice
    }

    /// The first line of a file that holds a secret: secrets are never in the configuration itself.
    func secret(_ key: String) throws(IncidentError) -> String? {
        guard let path = try text(key) else { return nil }
        let full = path.hasPrefix("/") ? path : folder + "/" + path
        guard let data = FileManager.default.contents(atPath: full) else { throw .unreadable(full) }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard !line.isEmpty else { throw .noFile(full) }
        return String(line)
    }

    /// The path of a file that must be there.
    func file(_ key: String) throws(IncidentError) -> String? {
        guard let path = try text(key) else { return nil }
        let full = path.hasPrefix("/") ? path : folder + "/" + path
        guard FileManager.default.isReadableFile(atPath: full) else { throw .unreadable(full) }
        return full
    }

    func fail(_ key: String, _ wanted: String, _ node: YAMLNode) -> IncidentError {
        .wrongValue(key: key, wanted: wanted, found: node.shape, node.place)
    }

    private func plain(_ value: Double) -> String { Numbers.short(value) }
}
