extension ChatFormat {
    /// The tokens of a conversation, each with its tag.
    ///
    /// They equal what Hugging Face gives for the rendered text, as long as
    /// nobody typed a control token: what was typed stays text here.
    ///
    /// Why not piece by piece: merges cross the seam between a turn's opening
    /// and its text, so all text between two control tokens is encoded as one.
    public func tokens(
        _ messages: [ChatMessage], generationPrompt: Bool, tokenizer: any Tokenizer,
        options: ChatOptions = ChatOptions()
    ) throws(ChatError) -> TaggedTokens {
        var result = TaggedTokens()
        var texts: [ChatPiece] = []
        func flush() {
            guard !texts.isEmpty else { return }
            let (ids, parts) = tokenizer.encode(parts: texts.map(\.text))
            result.ids += ids
            result.tags += parts.map { texts[$0].tag }
            texts = []
        }
        for piece in try render(messages, generationPrompt: generationPrompt, options: options) {
            guard case .special(let name) = piece.content else {
                texts.append(piece)
                continue
            }
            flush()
            guard let id = tokenizer.id(of: name) else { throw .missingToken(self, piece: name) }
            result.ids.append(id)
            result.tags.append(piece.tag)
        }
        flush()
        return result
    }
}
