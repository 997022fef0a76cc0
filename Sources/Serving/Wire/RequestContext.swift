import Checkpoint

/// What a request is read against: the models there are, and a seed for who gives none.
struct RequestContext: Sendable {
    let models: [ServedModel]
    let seed: @Sendable () -> UInt64

    /// Reads `model` and finds it.
    func model(_ fields: inout FieldReader) throws(RequestProblem) -> ServedModel {
        guard let name = try fields.string("model", bytes: 0...512) else { throw .missing("model") }
        return try find(name)
    }

    /// Reads `model` where it may be left out; then the base model is meant.
    func modelOrBase(_ fields: inout FieldReader) throws(RequestProblem) -> ServedModel {
        if let name = try fields.string("model", bytes: 0...512) { return try find(name) }
        guard let base = models.first else { throw .backend(.loading, param: nil) }
        return base
    }

    private func find(_ name: String) throws(RequestProblem) -> ServedModel {
        guard let model = models.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw .backend(.unknownModel, param: "model")
        }
        return model
    }
}

extension RequestContext {
    /// Depth of a request's JSON: a schema's 32 levels, and what surrounds them.
    private static let limits = JSONLimits(depth: 48, bytes: 1 << 24, values: 100_000)

    /// Reads a body.
    static func object(_ body: [UInt8]) throws(RequestProblem) -> JSONObject {
        if body.isEmpty { throw .noBody }
        let json: JSON
        do throws(JSONError) {
            json = try JSON.parse(body, limits: limits)
        } catch {
            throw error.problem == .invalidUTF8 ? .notUTF8 : .notJSON(error)
        }
        guard let object = json.object else { throw .notAnObject }
        return object
    }
}

/// Token ids in a request.
enum TokenList {
    static func read(
        _ items: [JSON], at path: String, vocabulary: Int
    ) throws(RequestProblem) -> [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(items.count)
        for item in items {
            guard let id = item.int, id >= 0, id < vocabulary, let token = Int32(exactly: id) else {
                throw .wrong(path, .tokens)
            }
            tokens.append(token)
        }
        return tokens
    }
}
