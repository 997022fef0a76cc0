/// One thing that `hearth` can do, called by its name.
///
/// A verb is a value whose stored properties are its parameters; `declaration`
/// lists them, and everything a person sees (help, completions, the sentences
/// about a wrong call) is made from that list.
protocol Verb: Sendable {
    /// The word that calls it, or two: `data import`.
    var name: String { get }
    /// What it does, in one line that could follow "hearth will …".
    var summary: String { get }
    /// Its parameters, the rules between them, and what its help page adds.
    var declaration: Declaration { get }
    /// Does it. What is thrown becomes one sentence and an exit status.
    func run(_ arguments: Arguments) throws
}

/// What a verb accepts, as data.
struct Declaration: Sendable {
    /// In the order of the call: arguments are taken in this order.
    var parameters: [any Declared]
    var rules: [Rule] = []
    /// Paragraphs for the help page.
    var details: [String] = []
    /// Whole calls, one a line.
    var examples: [String] = []

    var arguments: [Shape] { parameters.map(\.shape).filter { !$0.isOption } }
    var options: [Shape] { parameters.map(\.shape).filter(\.isOption) }
}

/// What must hold between parameters.
enum Rule: Sendable {
    case atMostOne([any Declared])
    case exactlyOne([any Declared])
}
