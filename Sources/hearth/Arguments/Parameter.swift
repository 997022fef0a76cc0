/// A parameter whose value type is forgotten, for lists of them.
protocol Declared: Sendable {
    var shape: Shape { get }
    /// The value for the words given to it, of the parameter's own type.
    func value(of words: [String]) throws(ArgumentError.Problem) -> any Sendable
}

/// How a parameter looks in a call and in the help.
struct Shape: Sendable, Equatable {
    enum Place: Sendable { case flag, option, options, argument, optionalArgument, arguments }

    let place: Place
    /// `--prompt` for an option, `MODEL` for an argument.
    let label: String
    /// What stands for the value: `TEXT`; empty for a flag.
    let placeholder: String
    let help: String
    var completion = Completion.nothing
    var standard: String?

    var isOption: Bool { place == .flag || place == .option || place == .options }
    /// The option with its value, or the argument: `--prompt TEXT`.
    var synopsis: String { isOption && place != .flag ? "\(label) \(placeholder)" : label }
}

/// What a shell may offer in a value's place.
enum Completion: Sendable, Equatable { case nothing, files, models, words([String]) }

/// One declared argument or option, and the key to its value: `arguments[prompt]`.
struct Parameter<Value: Sendable>: Declared {
    let shape: Shape
    private let read: @Sendable ([String]) throws(ArgumentError.Problem) -> Value

    func value(of words: [String]) throws(ArgumentError.Problem) -> any Sendable { try read(words) }
}

extension Parameter {
    /// `--json`: there or not.
    static func flag(_ name: String, _ help: String) -> Self where Value == Bool {
        Self(shape: Shape(place: .flag, label: "--\(name)", placeholder: "", help: help)) { !$0.isEmpty }
    }

    /// `--prompt TEXT`, or nothing.
    static func option<V>(
        _ name: String, _ placeholder: String, _ reading: Reading<V>, _ help: String
    ) -> Self where Value == V? {
        let shape = reading.shape(.option, "--\(name)", placeholder, help)
        return Self(shape: shape) { words throws(ArgumentError.Problem) in
            try reading.all(words, for: shape).first
        }
    }

    /// `--port N`, with the value it has when it is left out.
    static func option(
        _ name: String, _ placeholder: String, _ reading: Reading<Value>, default standard: Value,
        _ help: String
    ) -> Self {
        var shape = reading.shape(.option, "--\(name)", placeholder, help)
        shape.standard = reading.write(standard)
        return Self(shape: shape) { [shape] words throws(ArgumentError.Problem) in
            try reading.all(words, for: shape).first ?? standard
        }
    }

    /// `--adapter DIR`, as often as wanted.
    static func options<V>(
        _ name: String, _ placeholder: String, _ reading: Reading<V>, _ help: String
    ) -> Self where Value == [V] {
        let shape = reading.shape(.options, "--\(name)", placeholder, help)
        return Self(shape: shape) { words throws(ArgumentError.Problem) in try reading.all(words, for: shape)
        }
    }

    /// `MODEL`, which must be there.
    static func argument(_ label: String, _ reading: Reading<Value>, _ help: String) -> Self {
        let shape = reading.shape(.argument, label, label, help)
        return Self(shape: shape) { words throws(ArgumentError.Problem) in
            guard let value = try reading.all(words, for: shape).first else { throw .missing(label) }
            return value
        }
    }

    /// `[ID]`, which may be left out.
    static func argument<V>(
        optional label: String, _ reading: Reading<V>, _ help: String
    ) -> Self where Value == V? {
        let shape = reading.shape(.optionalArgument, label, label, help)
        return Self(shape: shape) { words throws(ArgumentError.Problem) in
            try reading.all(words, for: shape).first
        }
    }

    /// `FILE …`: all that is left, at least `minimum` of them.
    static func arguments<V>(
        _ label: String, _ reading: Reading<V>, atLeast minimum: Int = 0, _ help: String
    ) -> Self where Value == [V] {
        let shape = reading.shape(.arguments, label, label, help)
        return Self(shape: shape) { words throws(ArgumentError.Problem) in
            guard words.count >= minimum else { throw .missing(label) }
            return try reading.all(words, for: shape)
        }
    }
}
