extension String {
    /// Whether two strings are the same bytes.
    ///
    /// Why not `==`: it compares by canonical equivalence, so `K` (U+212A) equals
    /// `K` and a file could name one tensor or key in two ways.
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}

/// A string as a dictionary key, compared by its bytes.
struct ExactString: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (a: ExactString, b: ExactString) -> Bool { a.text.hasSameBytes(as: b.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
