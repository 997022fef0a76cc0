import Checkpoint

/// Finds calls of tools in what a model writes, while it writes.
///
/// Contract: two notations are known: `<tool_call>{…}</tool_call>` anywhere,
/// and an answer that is one JSON object from its first character on; the object
/// has `name` and `arguments` (or `parameters`). Text that turns out not to be a
/// call of a tool on offer, or breaks a strict tool's schema, comes out unchanged. However the text is cut into
/// pieces, the output put together is the same.
struct ToolCallParser: Sendable {
    /// What came out.
    enum Output: Sendable, Equatable {
        case text(String)
        case call(name: String, arguments: String)
    }

    private static let opening = Array("<tool_call>".utf8)
    private static let closing = Array("</tool_call>".utf8)
    private static let limits = JSONLimits(depth: 48, bytes: 1 << 22, values: 100_000)

    /// Whether arguments are valid against a tool's schema.
    typealias Judge = @Sendable (JSON, ToolDefinition) -> Bool

    private let tools: [ToolDefinition]
    private let accepts: Judge
    private var held: [UInt8] = []
    private var isInside = false
    private var isWholeObject = false
    private var hasBegun = false

    init(tools: [ToolDefinition], accepts: @escaping Judge = { _, _ in true }) {
        self.tools = tools
        self.accepts = accepts
    }

    mutating func push(_ text: String) -> [Output] {
        held += Array(text.utf8)
        return drain(atEnd: false)
    }

    mutating func finish() -> [Output] { drain(atEnd: true) }

    private mutating func drain(atEnd: Bool) -> [Output] {
        var output: [Output] = []
        if !hasBegun, let first = held.first(where: { !Self.isBlank($0) }) {
            hasBegun = true
            isWholeObject = first == UInt8(ascii: "{")
        }
        if !hasBegun || isWholeObject {
            guard atEnd else { return [] }
            if isWholeObject, let call = call(held) { return [call] }
            emit(held.count, into: &output)
            return output
        }
        while step(atEnd: atEnd, into: &output) {}
        return output
    }

    /// One move; whether another may follow.
    private mutating func step(atEnd: Bool, into output: inout [Output]) -> Bool {
        if isInside {
            guard let end = Self.find(Self.closing, in: held) else {
                guard atEnd else { return false }
                isInside = false
                if let call = call(Array(held.dropFirst(Self.opening.count))) {
                    held = []
                    output.append(call)
                } else {
                    emit(held.count, into: &output)
                }
                return false
            }
            isInside = false
            let length = end + Self.closing.count
            if let call = call(Array(held[Self.opening.count..<end])) {
                held.removeFirst(length)
                output.append(call)
            } else {
                emit(length, into: &output)
            }
            return true
        }
        if let start = Self.find(Self.opening, in: held) {
            let text = held[..<start]
            let kept = (text.lastIndex { !Self.isBlank($0) }).map { $0 + 1 } ?? 0
            emit(kept, into: &output)
            held.removeFirst(start - kept)
            isInside = true
            return true
        }
        if atEnd {
            emit(held.count, into: &output)
        } else {
            emit(held.count - uncertain, into: &output)
        }
        return false
    }

    /// How many bytes at the end may yet belong to a tag, or to the blanks before one.
    private var uncertain: Int {
        var start = held.count
        for length in stride(from: min(Self.opening.count - 1, held.count), to: 0, by: -1)
        where held.suffix(length).elementsEqual(Self.opening.prefix(length)) {
            start = held.count - length
            break
        }
        while start > 0, Self.isBlank(held[start - 1]) { start -= 1 }
        return held.count - start
    }

    private mutating func emit(_ count: Int, into output: inout [Output]) {
        guard count > 0 else { return }
        let text = String(decoding: held[..<count], as: UTF8.self)
        held.removeFirst(count)
        if case .text(let before)? = output.last {
            output[output.count - 1] = .text(before + text)
        } else {
            output.append(.text(text))
        }
    }

    private func call(_ bytes: [UInt8]) -> Output? {
        guard let json = try? JSON.parse(bytes, limits: Self.limits), let object = json.object,
            let name = object["name"]?.string,
            let tool = tools.first(where: { $0.name.utf8.elementsEqual(name.utf8) })
        else { return nil }
        let given = object["arguments"] ?? object["parameters"] ?? .object([:])
        let written = given.string.map { Array($0.utf8) }
        guard let arguments = written.map({ try? JSON.parse($0, limits: Self.limits) }) ?? given,
            arguments.object != nil, !tool.isStrict || accepts(arguments, tool)
        else { return nil }
        return .call(
            name: name, arguments: String(decoding: written ?? arguments.serialised(), as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    private static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return (0...bytes.count - needle.count).first { start in
            bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle)
        }
    }
}
