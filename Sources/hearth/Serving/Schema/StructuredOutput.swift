import Checkpoint
import Foundation
import Generation
import Serving
import Text

/// Makes constraints out of schemas, for one model's vocabulary.
///
/// The vocabulary's bytes are laid out when they are first needed, the grammars of
/// the latest schemas are kept: the engine remembers what it learns about a grammar,
/// and programs ask with the same schema again and again.
final class StructuredOutput: @unchecked Sendable {
    private static let limit = 32
    private let tokenizer: any Tokenizer
    private let vocabularySize: Int
    private let lock = NSLock()
    private var grammars: [(key: [UInt8], grammar: Grammar)] = []
    private var tokens: TokenBytes?
    private let lengthLock = NSLock()
    private var longest: Int?

    init(_ tokenizer: any Tokenizer, vocabularySize: Int) {
        self.tokenizer = tokenizer
        self.vocabularySize = vocabularySize
    }

    /// Lays the vocabulary out now rather than with the first request.
    func prepare() { _ = vocabulary }

    /// The bytes of the longest token, once the vocabulary is laid out.
    ///
    /// Its own lock, so that nobody who asks waits for that.
    var longestToken: Int? { lengthLock.withLock { longest } }

    /// The constraint of a format; nothing for plain text.
    func constraint(for format: OutputFormat) throws(SchemaError) -> Constraint? {
        let schema: JSON
        switch format {
        case .text: return nil
        case .jsonObject: schema = .object(["type": .string("object")])
        case .jsonSchema(let wanted): schema = wanted
        }
        let key = schema.serialised()
        let grammar: Grammar
        if let known = find(key) {
            grammar = known
        } else {
            grammar = try SchemaCompiler.grammar(of: schema)
            keep(key, grammar)
        }
        // Without a token for every letter an answer could come to where none leads on.
        guard vocabulary.isComplete else { throw SchemaError(path: "#", fault: .unsatisfiable) }
        return Constraint(grammar, tokens: vocabulary)
    }

    private var vocabulary: TokenBytes {
        lock.lock()
        defer { lock.unlock() }
        if let tokens { return tokens }
        let bytes = (0..<Int32(clamping: vocabularySize)).map { tokenizer.bytes(of: $0) }
        lengthLock.withLock { longest = bytes.lazy.map(\.count).max().flatMap { $0 > 0 ? $0 : nil } }
        let made = TokenBytes(bytes)
        tokens = made
        return made
    }

    private func find(_ key: [UInt8]) -> Grammar? {
        lock.lock()
        defer { lock.unlock() }
        guard let place = grammars.firstIndex(where: { $0.key == key }) else { return nil }
        let entry = grammars.remove(at: place)
        grammars.append(entry)
        return entry.grammar
    }

    private func keep(_ key: [UInt8], _ grammar: Grammar) {
        lock.lock()
        defer { lock.unlock() }
        grammars.append((key, grammar))
        if grammars.count > Self.limit { grammars.removeFirst() }
    }
}

/// Why a schema cannot be enforced, and where in it.
struct SchemaError: Error, Equatable {
    /// A JSON pointer to the keyword: `#/properties/a/pattern`.
    let path: String
    let fault: SchemaFault
}
