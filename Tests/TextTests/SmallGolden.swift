import Checkpoint
import Foundation
import TestSupport

@testable import Text

/// Tiny `tokenizer.json` files in every shape we read, with Hugging Face's
/// ids.
enum SmallGolden {
    struct Variant {
        let name: String
        let file: JSONObject
        let vectors: [(text: String, plain: [Int32], parsed: [Int32], decoded: String)]

        func tokenizer() throws -> BytePairTokenizer { try SmallGolden.tokenizer(file) }
    }

    static let names = [
        "gpt2", "smollm", "qwen", "llama3", "gemma", "llama2", "metaspace first", "metaspace always",
        "no bytes",
    ]

    static func tokenizer(_ file: JSONObject) throws -> BytePairTokenizer {
        try BytePairTokenizer(TokenizerFile(MappedBytes(JSON.object(file).serialised())))
    }

    struct Missing: Error {}

    static func variant(_ name: String) throws -> Variant {
        let data = try Data(contentsOf: URL(fileURLWithPath: Shared.golden("text/small.json")))
        let root = try JSON.parse(Array(data))
        guard let entry = root["variants"]?.array?.first(where: { $0["name"]?.string == name }),
            var file = root["bases"]?[entry["base"]?.string ?? ""]?.object
        else { throw Missing() }
        for (key, value) in entry["patch"]?.object?.members ?? [] {
            if key.hasPrefix("model.") {
                var model = file["model"]?.object ?? JSONObject()
                model[String(key.dropFirst(6))] = value
                file["model"] = .object(model)
            } else {
                file[key] = value
            }
        }
        func ids(_ value: JSON) -> [Int32] { value.array?.compactMap { $0.int.map(Int32.init) } ?? [] }
        let vectors = (entry["vectors"]?.array ?? []).compactMap { $0.array }.map {
            (text: $0[0].string ?? "?", plain: ids($0[1]), parsed: ids($0[2]), decoded: $0[3].string ?? "?")
        }
        return Variant(name: name, file: file, vectors: vectors)
    }
}
