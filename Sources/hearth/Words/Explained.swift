/// An error whose facts can be told in one clear sentence.
///
/// The sentence says what is wrong, where, and what to write instead. Libraries
/// throw facts; the words are made here, once, so that they can be kept clear
/// and checked in one place.
protocol Explained: Error {
    var sentence: String { get }
    /// Whose fault it was. Most errors are about what was handed in, so that is the default.
    var status: ExitStatus { get }
}

extension Explained {
    var status: ExitStatus { .wrongInput }
}

/// What the process tells the one that called it.
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// The call was right and the work failed: a full disk, a lost connection.
    case workFailed = 1
    /// The call or what it names was wrong, and calling again will not help.
    case wrongInput = 2
    /// A signal asked it to stop, and what was done is kept: 128 and SIGINT, as shells count.
    case interrupted = 130
}
