import Checkpoint
import Foundation

/// Models as OpenAI lists them.
enum ModelReply {
    static func list(_ models: [ServedModel]) -> JSON {
        .object(["object": .string("list"), "data": .array(models.map(one))])
    }

    static func one(_ model: ServedModel) -> JSON {
        .object([
            "id": .string(model.name), "object": .string("model"), "created": .count(model.created),
            "owned_by": .string("hearth"), "root": .string(model.base ?? model.name),
            "parent": .text(model.base),
            "max_model_len": .count(model.contextLength),
        ])
    }
}

/// Embeddings as OpenAI writes them.
enum EmbeddingReply {
    static func whole(_ vectors: [[Float]], model: String, isBase64: Bool, tokens: Int) -> JSON {
        .object([
            "object": .string("list"),
            "data": .array(
                vectors.enumerated().map { index, vector in
                    .object([
                        "object": .string("embedding"), "index": .count(index),
                        "embedding": isBase64
                            ? .string(base64(vector)) : .array(vector.map { .number(Double($0)) }),
                    ])
                }),
            "model": .string(model),
            "usage": .object(["prompt_tokens": .count(tokens), "total_tokens": .count(tokens)]),
        ])
    }

    private static func base64(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for value in vector {
            let bits = value.bitPattern
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return Data(bytes).base64EncodedString()
    }
}
