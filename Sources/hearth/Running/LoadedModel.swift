import Checkpoint
import Foundation
import Generation
import Kernels
import Model
import Text

/// A model ready to run: its text side, its weights, its threads.
struct LoadedModel {
    let path: String
    let text: TextModel
    let decoder: Decoder
    /// The adapter that answers go through, if there is one.
    let adapter: Adapter?
    /// The format of conversations: the adapter's, else the checkpoint's own.
    let chatFormat: ChatFormat?
    /// What makes answers keep to a schema.
    let structures: StructuredOutput

    /// Loads the MODEL of a call, and the adapter that goes with it.
    ///
    /// - Parameter chats: whether there will be conversations, for which the model
    ///   needs a known format before its weights are worth loading.
    /// - Parameter idsOnly: whether there will be no text, so that a model without a
    ///   tokenizer will do.
    init(
        _ name: String, adapter adapterPath: String? = nil, threads: Int? = nil, chats: Bool = false,
        idsOnly: Bool = false
    ) throws {
        path = try ModelPath.resolve(name)
        let files = try ModelFiles.open(path)
        // What costs nothing to check comes before what takes memory.
        let config = try DecoderWeights.check(files)
        text =
            idsOnly && !files.hasTokenizer
            ? .none(vocabularySize: config.vocabularySize) : try TextModel.open(files, path: path)
        guard text.tokenizer.vocabularySize <= config.vocabularySize else {
            throw ModelError(
                path: path,
                .vocabulary(tokenizer: text.tokenizer.vocabularySize, model: config.vocabularySize))
        }
        structures = StructuredOutput(text.tokenizer, vocabularySize: config.vocabularySize)
        let adapterFiles = try adapterPath.map { path throws(CheckpointError) in try AdapterFiles.open(path) }
        let workers = Workers(count: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        adapter = try adapterFiles.map { try Adapter.load($0, config, workers) }
        chatFormat =
            adapterFiles?.chatTemplate.flatMap { ChatFormat.recognise(template: $0) } ?? text.chatFormat
        if chats, chatFormat == nil { throw RequestError(.noChatFormat(model: path)) }
        decoder = Decoder(try DecoderWeights.load(files, workers: workers), workers: workers)
    }

    /// The tokens that end an answer.
    var stops: Set<Int32> { Set(text.stopTokens).union(decoder.config.endTokens) }

    /// The format of conversations: the one named, else the adapter's or the checkpoint's own.
    func chatFormat(_ named: ChatFormat?) throws(RequestError) -> ChatFormat {
        guard let format = named ?? chatFormat else { throw RequestError(.noChatFormat(model: path)) }
        return format
    }

    /// A text's tokens as the model wants to begin: with BOS where it expects it.
    func tokens(ofText string: String) -> [Int32] {
        let start = text.tokenizer.addsBOS ? [text.tokenizer.bos].compactMap { $0 } : []
        return start + text.tokenizer.encode(string)
    }
}
