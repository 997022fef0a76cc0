/// What all prompts of a task begin with: instructions and examples, which a reader need not see again.
struct SharedOpening {
    private let bytes: Int

    /// The opening of at least two prompts, cut back to the end of a line.
    init(_ prompts: [String]) {
        guard prompts.count > 1, let first = prompts.first.map({ Array($0.utf8) }) else {
            bytes = 0
            return
        }
        var length = first.count
        for prompt in prompts.dropFirst() {
            length = min(length, zip(first, prompt.utf8).prefix(length).prefix { $0 == $1 }.count)
        }
        bytes = first[..<length].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    var isEmpty: Bool { bytes == 0 }

    /// What is a prompt's own; one that begins otherwise is its own as a whole.
    func rest(of prompt: String) -> String {
        let rest = prompt.utf8.dropFirst(bytes)
        return rest.isEmpty ? prompt : String(decoding: rest, as: UTF8.self)
    }
}
