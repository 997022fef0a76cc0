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

    /// Loads the MODEL of a call.
    init(_ name: String, threads: Int? = nil) throws {
        path = try ModelPath.resolve(name)
        let files = try ModelFiles.open(path)
        text = try TextModel.load(files)
        let config = try DecoderConfig.read(files)
        guard text.tokenizer.vocabularySize <= config.vocabularySize else {
            throw ModelError(
                path: path,
                .vocabulary(tokenizer: text.tokenizer.vocabularySize, model: config.vocabularySize))
        }
        let workers = Workers(count: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        decoder = Decoder(try DecoderWeights.load(files, workers: workers), workers: workers)
    }

    /// The tokens that end an answer.
    var stops: Set<Int32> { Set(text.stopTokens).union(decoder.config.endTokens) }

    /// The format of conversations: the one named, else the checkpoint's own.
    func chatFormat(_ named: ChatFormat?) throws(RequestError) -> ChatFormat {
        guard let format = named ?? text.chatFormat else { throw RequestError(.noChatFormat(model: path)) }
        return format
    }

    /// A text's tokens as the model wants to begin: with BOS where it expects it.
    func tokens(ofText string: String) -> [Int32] {
        let start = text.tokenizer.addsBOS ? [text.tokenizer.bos].compactMap { $0 } : []
        return start + text.tokenizer.encode(string)
    }
}
