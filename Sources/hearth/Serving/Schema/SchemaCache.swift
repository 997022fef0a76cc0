import Checkpoint
import Foundation
import Generation
import Serving

/// The grammars of the schemas that were asked for last.
///
/// Why: the engine keeps what it learns about a grammar, and programs ask with the
/// same schema again and again.
final class SchemaCache: @unchecked Sendable {
    private static let limit = 32
    private let lock = NSLock()
    private var known: [(key: [UInt8], grammar: Grammar)] = []

    /// The grammar of a format; nothing for plain text.
    func grammar(for format: OutputFormat) throws(BackendError) -> Grammar? {
        let schema: JSON
        switch format {
        case .text: return nil
        case .jsonObject: schema = .object(["type": .string("object")])
        case .jsonSchema(let wanted): schema = wanted
        }
        let key = schema.serialised()
        if let known = find(key) { return known }
        let grammar: Grammar
        do throws(SchemaError) {
            grammar = try SchemaCompiler.grammar(of: schema)
        } catch {
            throw .schema(path: error.path, fault: error.fault)
        }
        keep(key, grammar)
        return grammar
    }

    private func find(_ key: [UInt8]) -> Grammar? {
        lock.lock()
        defer { lock.unlock() }
        guard let place = known.firstIndex(where: { $0.key == key }) else { return nil }
        let entry = known.remove(at: place)
        known.append(entry)
        return entry.grammar
    }

    private func keep(_ key: [UInt8], _ grammar: Grammar) {
        lock.lock()
        defer { lock.unlock() }
        known.append((key, grammar))
        if known.count > Self.limit { known.removeFirst() }
    }
}

/// Why a schema cannot be enforced, and where in it.
struct SchemaError: Error, Equatable {
    /// A JSON pointer to the keyword: `#/properties/a/pattern`.
    let path: String
    let fault: SchemaFault
}
