/// An error whose facts can be told in one clear sentence.
///
/// The sentence says what is wrong, where, and what to write instead. Libraries
/// throw facts; the words are made here, once, so that they can be kept clear
/// and checked in one place.
protocol Explained: Error {
    var sentence: String { get }
}
