extension ArgumentError: Explained {
    var sentence: String {
        let isKnown = if case .unknownVerb = problem { false } else { true }
        let help = isKnown ? "hearth \(verb) --help" : "hearth help"
        return "\(problem.words(verb: verb)) (`\(help)` tells more)."
    }
}

extension ArgumentError.Problem {
    fileprivate func words(verb: String) -> String {
        switch self {
        case .unknownVerb(let nearest, let group):
            if verb.isEmpty { return "A verb is missing" }
            if !group.isEmpty { return "“\(verb)” needs one of: \(group.joined(separator: ", "))" }
            return "There is no verb “\(verb)”" + Self.question(nearest)
        case .unknownOption(let label, let nearest):
            return "There is no option “\(label)”" + Self.question(nearest)
        case .missingValue(let label, let placeholder):
            return "\(label) needs a value: write \(label) \(placeholder)"
                + ", or \(label)=\(placeholder) for one that begins with two dashes"
        case .valueOfFlag(let label):
            return "\(label) takes no value: write \(label) alone, or leave it out"
        case .twice(let label):
            return "\(label) is given twice: write it once"
        case .invalid(let label, let value, let expected):
            return "\(label) cannot be “\(value)”: write \(expected)"
        case .missing(let label):
            return "\(label) is missing"
        case .surplus(let word):
            return "“\(word)” is one argument too many"
        case .conflict(let one, let other):
            return "\(one) and \(other) exclude each other: write one of them"
        case .noneOf(let labels):
            return "One of these is needed: \(labels.joined(separator: ", "))"
        }
    }

    private static func question(_ nearest: String?) -> String {
        nearest.map { "; did you mean “\($0)”?" } ?? ""
    }
}
