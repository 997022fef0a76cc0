import Foundation
import Recipes

/// The whole program: the verbs, and the way from a call to an exit status.
enum Program {
    static let version = "0.1.0"

    /// In the order of the help page.
    static let verbs: [any Verb] = [
        Inspect(), Tokenize(), Score(), Generate(), Chat(), Serve(), Train(), Runs(), Eval(), Compare(),
        Export(), ImportData(), CheckData(), SplitData(), MeasureData(), IncidentServe(), IncidentReplay(),
        IncidentScenarios(),
        IncidentDraft(), IncidentList(), IncidentFeed(),
        IncidentImport(), IncidentSimilar(), IncidentObserve(), IncidentExport(), IncidentSpeed(),
        IncidentRead(), IncidentPlay(), Bench(), Doctor(), Help(), Completions(),
    ]

    /// Runs one call. Every error ends here, as one sentence on standard error.
    static func run(_ words: [String]) -> ExitStatus {
        do {
            try dispatch(words)
            return .done
        } catch OutputError.closed {
            return OutputError.closed.status
        } catch {
            Notice.line("hearth: " + visible(sentence(for: error)))
            return (error as? any Explained)?.status ?? .workFailed
        }
    }

    private static func dispatch(_ words: [String]) throws {
        switch words.first {
        case nil:
            throw ArgumentError(verb: "", problem: .unknownVerb(nearest: nil, group: []))
        case "--help", "-h":
            try Output.write(HelpPage.overview(of: verbs))
        case "--version":
            try Output.line("hearth \(version)")
        default:
            let (verb, rest) = try verb(in: words)
            if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
                return try Output.write(HelpPage.page(of: verb))
            }
            try verb.run(arguments(rest, of: verb))
        }
    }

    private static func arguments(_ words: [String], of verb: any Verb) throws(ArgumentError) -> Arguments {
        do {
            return try Arguments(words, for: verb.declaration)
        } catch {
            throw ArgumentError(verb: verb.name, problem: error)
        }
    }

    /// The verb that the call begins with, and the words after its name.
    static func verb(
        in words: [String], among verbs: [any Verb] = Program.verbs
    ) throws(ArgumentError) -> (any Verb, rest: [String]) {
        for length in [2, 1] {
            let name = words.prefix(length).joined(separator: " ")
            if let verb = verbs.first(where: { $0.name == name }) {
                return (verb, Array(words.dropFirst(length)))
            }
        }
        let typed = words.first ?? ""
        let names = verbs.map(\.name)
        let group = names.filter { $0.hasPrefix(typed + " ") }
        let nearest = Suggestion.nearest(to: typed, among: names)
        throw ArgumentError(verb: typed, problem: .unknownVerb(nearest: nearest, group: group))
    }

    private static func sentence(for error: any Error) -> String {
        (error as? any Explained)?.sentence ?? (error as NSError).localizedDescription
    }

    /// The text with control characters made visible: it may quote a hostile file, and a
    /// terminal obeys what it is sent.
    static func visible(_ text: String, keeping kept: Set<Unicode.Scalar> = []) -> String {
        text.unicodeScalars.reduce(into: "") { shown, scalar in
            let isControl = scalar.properties.generalCategory == .control && !kept.contains(scalar)
            shown += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
}
