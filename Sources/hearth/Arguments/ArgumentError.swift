/// What was wrong with a call.
struct ArgumentError: Error, Equatable {
    enum Problem: Error, Equatable {
        case unknownVerb(nearest: String?, group: [String])
        case unknownOption(String, nearest: String?)
        case missingValue(String, placeholder: String)
        case valueOfFlag(String)
        case twice(String)
        case invalid(String, value: String, expected: String)
        case missing(String)
        case surplus(String)
        case conflict(String, String)
        case noneOf([String])
    }

    /// The verb that was called, or the words that name none.
    let verb: String
    let problem: Problem
}
