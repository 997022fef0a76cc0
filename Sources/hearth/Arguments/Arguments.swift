import Recipes

/// The values of one call, checked against a verb's declaration.
struct Arguments: Sendable {
    private let values: [String: any Sendable]
    private let words: [String: [String]]

    /// The value of a declared parameter. Asking for an undeclared one is a programmer's error.
    subscript<Value>(_ parameter: Parameter<Value>) -> Value {
        guard let value = values[parameter.shape.label] as? Value else {
            preconditionFailure("\(parameter.shape.label) is read but not declared")
        }
        return value
    }

    /// Whether the call names the parameter, rather than leaving it at its default.
    func given(_ parameter: any Declared) -> Bool { words[parameter.shape.label] != nil }

    /// Reads the words after the verb's name; every value is checked before any work begins.
    init(_ words: [String], for declaration: Declaration) throws(ArgumentError.Problem) {
        self.words = try Self.sorted(words, declaration)
        for rule in declaration.rules { try rule.check { [words = self.words] in words[$0] != nil } }
        var values: [String: any Sendable] = [:]
        for parameter in declaration.parameters {
            values[parameter.shape.label] = try parameter.value(of: self.words[parameter.shape.label] ?? [])
        }
        self.values = values
    }

    /// Each word under the label of the parameter it belongs to.
    private static func sorted(
        _ words: [String], _ declaration: Declaration
    ) throws(ArgumentError.Problem) -> [String: [String]] {
        var found: [String: [String]] = [:]
        var places = declaration.arguments[...]
        var rest = words[...]
        var optionsAreOver = false
        while let word = rest.popFirst() {
            if !optionsAreOver, word == "--" {
                optionsAreOver = true
            } else if !optionsAreOver, word.hasPrefix("-"), word != "-" {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let option = try option(String(parts[0]), in: declaration.options)
                guard option.place == .options || found[option.label] == nil else {
                    throw .twice(option.label)
                }
                let attached = parts.count == 2 ? String(parts[1]) : nil
                found[option.label, default: []].append(try value(of: option, attached, &rest))
            } else {
                guard let place = places.first else { throw .surplus(word) }
                if place.place != .arguments { places.removeFirst() }
                found[place.label, default: []].append(word)
            }
        }
        return found
    }

    private static func option(
        _ label: String, in options: [Shape]
    ) throws(ArgumentError.Problem) -> Shape {
        if let option = options.first(where: { $0.label == label }) { return option }
        throw .unknownOption(label, nearest: Suggestion.nearest(to: label, among: options.map(\.label)))
    }

    private static func value(
        of option: Shape, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws(ArgumentError.Problem) -> String {
        if option.place == .flag {
            guard attached == nil else { throw .valueOfFlag(option.label) }
            return ""
        }
        if let attached { return attached }
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw .missingValue(option.label, placeholder: option.placeholder)
        }
        rest.removeFirst()
        return next
    }
}

extension Rule {
    fileprivate func check(_ isGiven: (String) -> Bool) throws(ArgumentError.Problem) {
        switch self {
        case .atMostOne(let parameters), .exactlyOne(let parameters):
            let labels = parameters.map(\.shape.label)
            let given = labels.filter(isGiven)
            if given.count > 1 { throw .conflict(given[0], given[1]) }
            if case .exactlyOne = self, given.isEmpty {
                throw labels.count == 1 ? .missing(labels[0]) : .noneOf(labels)
            }
        }
    }
}
