extension DecoderConfig {
    /// Throws where values that are each possible contradict one another.
    func checked(_ reader: ConfigReader) throws -> DecoderConfig {
        if headCount % keyValueHeadCount != 0 {
            throw reader.error(.contradiction("the number of heads", "the number of key-value heads"))
        }
        if headDimension % 2 != 0 {
            throw reader.error(.badValue(key: "head dimension", allowed: "an even number"))
        }
        // Products of checked sizes: the largest matrix must have a countable size.
        let widest = max(vocabularySize, intermediateSize, queryWidth)
        if widest > Int(Int32.max) / hiddenSize {
            throw reader.error(
                .badValue(
                    key: "vocabulary, feed-forward or head sizes", allowed: "matrices below 2^31 numbers"))
        }
        if slides.count != layerCount {
            throw reader.error(.contradiction("the number of layers", "the list of layer types"))
        }
        if slides.contains(true), slidingWindow == nil {
            throw reader.error(.missingKey("sliding_window"))
        }
        if endTokens.contains(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw reader.error(.contradiction("the end tokens", "the vocabulary size"))
        }
        return self
    }
}
