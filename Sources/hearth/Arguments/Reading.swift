/// How one word of the call becomes a value of a type, or why it does not.
struct Reading<Value: Sendable>: Sendable {
    /// What was hoped for: "a whole number from 1 to 65535".
    let expected: String
    var completion = Completion.nothing
    /// The value as the help shows it.
    var write: @Sendable (Value) -> String = { "\($0)" }
    let read: @Sendable (String) -> Value?

    /// A shape that completes as this reading does.
    func shape(_ place: Shape.Place, _ label: String, _ placeholder: String, _ help: String) -> Shape {
        Shape(place: place, label: label, placeholder: placeholder, help: help, completion: completion)
    }

    /// The values of all words given for one parameter.
    func all(_ words: [String], for shape: Shape) throws(ArgumentError.Problem) -> [Value] {
        var values: [Value] = []
        for word in words {
            guard let value = read(word) else {
                throw .invalid(shape.label, value: word, expected: expected)
            }
            values.append(value)
        }
        return values
    }
}

extension Reading where Value == Int {
    static var integer: Self { integer(in: .min ... .max) }

    /// A whole number within bounds; a bound of `.min` or `.max` is none.
    static func integer(in range: ClosedRange<Int>) -> Self {
        let expected =
            switch (range.lowerBound, range.upperBound) {
            case (.min, .max): "a whole number"
            case (let low, .max): "a whole number of at least \(low)"
            case (let low, let high): "a whole number from \(low) to \(high)"
            }
        return Self(expected: expected) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension Reading where Value == Double {
    /// A finite number within bounds.
    static func number(in range: ClosedRange<Double> = -Double.infinity...Double.infinity) -> Self {
        let expected =
            range.upperBound.isFinite
            ? "a number from \(range.lowerBound) to \(range.upperBound)"
            : range.lowerBound.isFinite ? "a number of at least \(range.lowerBound)" : "a number"
        return Self(expected: expected) {
            Double($0).flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
        }
    }
}

extension Reading where Value == String {
    static var text: Self { Self(expected: "text") { $0 } }
    static var path: Self { Self(expected: "a path", completion: .files) { $0.isEmpty ? nil : $0 } }
    /// A path, or the name of a model at home; see ``ModelPath``.
    static var model: Self {
        Self(expected: "a path or a model's name", completion: .models) { $0.isEmpty ? nil : $0 }
    }
}

extension Reading where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of an enumeration's own words.
    static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(
            expected: "one of \(words.joined(separator: ", "))", completion: .words(words), write: \.rawValue
        ) { Value(rawValue: $0) }
    }
}

/// A `key=value` word.
struct Setting: Sendable, Equatable {
    let key: String
    let value: String
}

extension Reading where Value == Setting {
    static var setting: Self {
        Self(expected: "key=value") { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            return Setting(key: String(parts[0]), value: String(parts[1]))
        }
    }
}
