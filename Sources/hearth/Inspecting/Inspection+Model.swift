import Checkpoint
import Foundation
import Model
import Text

extension Inspection {
    /// What is in a model.
    static func model(_ files: ModelFiles, path: String) throws -> [Finding] {
        let config = try DecoderWeights.check(files)
        let text = try TextModel.open(files, path: path)
        let facts = Facts(files)
        return [
            Finding("kind", .string("model"), nil), Finding("format", facts.format),
            Finding("family", config.family.rawValue), Finding("name", optional: facts.name),
            Finding("licence", optional: facts.licence), Finding("parameters", config.parameterCount),
        ] + sizes(config) + [
            tensors(facts.tensors), tokenizer(text, kind: facts.tokenizer),
            chatFormat(text.chatFormat, hasTemplate: text.unknownTemplate != nil),
            Finding("file_bytes", bytes: fileBytes(path)),
            Finding("memory_bytes", bytes: DecoderWeights.byteCount(config)),
            Finding("memory_per_token_bytes", bytes: 2 * config.layerCount * config.keyValueWidth * 4),
        ]
    }

    private static func sizes(_ config: DecoderConfig) -> [Finding] {
        let sliding = config.slides.filter { $0 }.count
        var findings = [
            Finding("layers", config.layerCount), Finding("hidden_size", config.hiddenSize),
            Finding("feed_forward_size", config.intermediateSize), Finding("heads", config.headCount),
            Finding("key_value_heads", config.keyValueHeadCount), Finding("head_size", config.headDimension),
            Finding("vocabulary", config.vocabularySize),
            Finding("tied_head", .bool(config.tiesHead), config.tiesHead ? "yes" : "no"),
            Finding("context", config.contextLength),
        ]
        if let window = config.slidingWindow, sliding > 0 {
            findings.append(
                Finding("sliding_window", .integer(Int64(window)), "\(window), in \(sliding) layers"))
        }
        return findings
    }

    private static func tokenizer(_ text: TextModel, kind: String) -> Finding {
        let tokenizer = text.tokenizer
        func piece(_ id: Int32?) -> JSON { id.map { .string(tokenizer.piece($0)) } ?? .null }
        let ends = [("begin", tokenizer.bos), ("end", tokenizer.eos)].compactMap { word, id in
            id.map { ", \(word) \(quoted(tokenizer.piece($0)))" }
        }
        return Finding(
            "tokenizer",
            .object([
                "kind": .string(kind), "tokens": .integer(Int64(tokenizer.vocabularySize)),
                "bos": piece(tokenizer.bos), "eos": piece(tokenizer.eos),
                "adds_bos": .bool(tokenizer.addsBOS),
            ]),
            "\(kind), \(tokenizer.vocabularySize) tokens" + ends.joined()
                + (tokenizer.addsBOS ? ", a text begins with the begin token" : ""))
    }

    /// The format of conversations, or why there is none.
    static func chatFormat(_ format: ChatFormat?, hasTemplate: Bool) -> Finding {
        if let format { return Finding("chat_format", format.rawValue) }
        let why = hasTemplate ? "its chat template is none that Hearth knows" : "it has no chat template"
        return Finding("chat_format", .null, "none: \(why); name one with --chat-format")
    }

    /// What the two kinds of files say of themselves, each in its own place.
    private struct Facts {
        var format: String
        var name: String?
        var licence: String?
        var tokenizer: String
        var tensors: [Tensor]

        init(_ files: ModelFiles) {
            switch files {
            case .gguf(let file, _):
                format = "gguf"
                name = file.metadata.string("general.name")
                licence = file.metadata.string("general.license")
                let model = file.metadata.string("tokenizer.ggml.model")
                tokenizer = model == "gpt2" ? "byte-level BPE" : "SentencePiece"
                tensors = file.tensors.tensors
            case .directory(let directory):
                format = "safetensors"
                name = directory.config["_name_or_path"]?.string
                licence = Self.licence(directory.path)
                tokenizer = directory.tokenizerJSON != nil ? "BPE (tokenizer.json)" : "SentencePiece"
                tensors = directory.tensors.tensors
            }
        }

        /// What the head of a model card names, as Hugging Face's cards begin.
        private static func licence(_ folder: String) -> String? {
            guard let file = try? MappedFile(path: folder + "/README.md"), file.count > 0 else { return nil }
            let head = String(decoding: file.bytes(0..<min(file.count, 4096)).array, as: UTF8.self)
            let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.first == "---" else { return nil }
            return lines.dropFirst().prefix { $0 != "---" }.first { $0.hasPrefix("license:") }
                .map { $0.dropFirst("license:".count).trimmingCharacters(in: .whitespaces) }
        }
    }
}
