extension PortableVocabulary {
    /// The vocabulary as a `tokenizer.model`, where it is a SentencePiece one.
    public var sentencePieceModel: [UInt8]? {
        guard case .sentencePiece(let scores) = kind else { return nil }
        var vocabulary = Vocabulary(capacity: pieces.count)
        for (piece, kind) in zip(pieces, kinds) { _ = vocabulary.append(piece, kind, found: false) }
        let model = SentencePieceModel(
            vocabulary: vocabulary, scores: scores, addsSpacePrefix: addsSpacePrefix, bos: bos, eos: eos,
            addsBOS: addsBOS)
        // A message that stands twice is one message: this adds to the trainer's settings.
        var trainer = ProtobufWriter()
        for (number, name, id) in [(41, 46, bos), (42, 47, eos), (43, 48, padding)] {
            guard let id, let piece = piece(id) else { continue }
            trainer.write(number, integer: UInt64(id))
            trainer.write(name, bytes: Array(piece.utf8))
        }
        var output = ProtobufWriter()
        output.write(2, bytes: trainer.bytes)
        return model.serialized(addsSpacePrefix: addsSpacePrefix) + output.bytes
    }
}
