/// Lets text through until a stop string appears in it.
///
/// Text that may yet become a stop string is held back until that is known, so
/// that a stream never shows a piece of one. Compared byte by byte.
public struct StopMatcher: Sendable {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []
    /// Whether a stop string came.
    public private(set) var isStopped = false

    /// A matcher for some strings; empty ones are left out.
    public init(_ stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Takes a piece of text and gives what can be shown.
    public mutating func push(_ text: String) -> String {
        if isStopped { return "" }
        held += text.utf8
        let found = stops.compactMap { stop in Self.find(stop, in: held) }.min()
        if let found {
            isStopped = true
            defer { held = [] }
            return String(decoding: held[..<found], as: UTF8.self)
        }
        let keep = stops.reduce(0) { max($0, Self.overlap(of: held, with: $1)) }
        let shown = Self.boundary(held, at: held.count - keep)
        defer { held.removeFirst(shown) }
        return String(decoding: held[..<shown], as: UTF8.self)
    }

    /// Gives what was held back, once no more text will come.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    private static func find(_ stop: [UInt8], in text: [UInt8]) -> Int? {
        guard text.count >= stop.count else { return nil }
        return (0...text.count - stop.count).first { text[$0..<$0 + stop.count].elementsEqual(stop) }
    }

    /// How many bytes at the end of the text begin the stop string.
    private static func overlap(of text: [UInt8], with stop: [UInt8]) -> Int {
        let longest = min(text.count, stop.count - 1)
        guard longest > 0 else { return 0 }
        return (1...longest).last { text.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }

    /// The place at or before `index` where no character is split.
    private static func boundary(_ text: [UInt8], at index: Int) -> Int {
        var index = index
        while index > 0, index < text.count, text[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }
}
