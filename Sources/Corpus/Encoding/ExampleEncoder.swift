import Text

/// What happens to an example that is too long.
public enum LengthRule: String, Sendable, CaseIterable {
    /// It is an error.
    case refuse
    /// It is left out and counted.
    case drop
    /// Its first tokens are kept.
    case keepStart = "keep_start"
    /// Its last tokens are kept, and the begin-of-text token before them.
    case keepEnd = "keep_end"
}

/// Turns examples into tokens and masks, for one model.
public struct ExampleEncoder: Sendable {
    /// The model's tokenizer.
    public var tokenizer: any Tokenizer
    /// The format conversations are written in, if there is one.
    public var chatFormat: ChatFormat?
    /// A system turn for conversations that have none.
    public var system: String?
    /// Which tokens are trained.
    public var mask = MaskRule()
    /// The most tokens an example may have.
    public var maxLength = 2048
    /// What happens to a longer one.
    public var length: LengthRule = .refuse

    /// An encoder with the usual rules.
    public init(tokenizer: any Tokenizer, chatFormat: ChatFormat?) {
        self.tokenizer = tokenizer
        self.chatFormat = chatFormat
    }

    /// The tokens of an example, or nothing if the length rule drops it.
    ///
    /// Untrusted input: an example that would train nothing or begins with two
    /// begin-of-text tokens throws, and so does one too long where that is refused.
    public func encode(_ example: Example) throws(CorpusError) -> EncodedExample? {
        var (ids, trained) = try tokens(of: example)
        if let bos = tokenizer.bos, ids.starts(with: [bos, bos]) {
            throw CorpusError(.doubledBOS, at: example.place)
        }
        if ids.count > maxLength {
            switch length {
            case .drop: return nil
            case .refuse:
                throw CorpusError(
                    .tooLong(tokens: ids.count, limit: maxLength, others: 0), at: example.place)
            case .keepStart:
                ids.removeLast(ids.count - maxLength)
                trained.removeLast(trained.count - maxLength)
            case .keepEnd:
                let begin = ids.first == tokenizer.bos ? 1 : 0
                let cut = begin..<ids.count - maxLength + begin
                ids.removeSubrange(cut)
                trained.removeSubrange(cut)
                if !trained.isEmpty { trained[0] = false }
            }
        }
        guard trained.contains(true) else { throw CorpusError(.noTrainedToken, at: example.place) }
        return EncodedExample(ids: ids, trained: trained, place: example.place)
    }

    private func tokens(of example: Example) throws(CorpusError) -> ([Int32], [Bool]) {
        switch example.content {
        case .conversation(let conversation): try tokens(of: conversation, at: example.place)
        case .continuation(let prompt, let completion): tokens(of: [prompt, completion], learnt: 1)
        case .text(let text): tokens(of: [text], learnt: 0)
        }
    }

    private func tokens(
        of conversation: Conversation, at place: RecordPlace
    ) throws(CorpusError) -> ([Int32], [Bool]) {
        guard let chatFormat else { throw CorpusError(.noChatFormat, at: place) }
        var turns = conversation.turns
        if let system, ![.system, .developer].contains(turns.first?.message.role) {
            turns.insert(.init(ChatMessage(.system, system)), at: 0)
        }
        do {
            let tokens = try chatFormat.tokens(
                turns.map(\.message), generationPrompt: false, tokenizer: tokenizer,
                options: ChatOptions(tools: conversation.tools))
            return (tokens.ids, mask.mask(tokens, turns))
        } catch {
            throw CorpusError(.chat(error), at: place)
        }
    }

    /// A text between the tokens that begin and end one, as far as the model has them.
    ///
    /// The parts are read as one text: a token that begins in the prompt is the prompt's.
    private func tokens(of parts: [String], learnt: Int) -> ([Int32], [Bool]) {
        let (ids, owners) = tokenizer.encode(parts: parts)
        let begin = tokenizer.addsBOS ? tokenizer.bos.map { [$0] } ?? [] : []
        let end = tokenizer.eos.map { [$0] } ?? []
        return (
            begin + ids + end,
            mask.mask(parts: owners, learnt: learnt, hasBegin: !begin.isEmpty, hasEnd: !end.isEmpty)
        )
    }
}
