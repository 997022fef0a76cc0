import Checkpoint
import Fuzzing
import Text

@main
struct FuzzSentencePiece {
    static func main() {
        runFuzzer { bytes, count in
            test(input(bytes, count))
            return 0
        }
    }
}

/// A tokenizer.model of any bytes is refused, or encodes and decodes any text
/// within its vocabulary: what our checks let through, the library bears.
private func test(_ input: MappedBytes) {
    guard let tokenizer = try? TextModel.tokenizer(sentencePiece: input) else { return }
    for text in ["a b  c\n\n1234 don't Äé\u{301}🎉 <s></s>▁▁ x", String(decoding: input.array, as: UTF8.self)]
    {
        let ids = tokenizer.encode(text)
        precondition(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
        var stream = StreamDecoder(tokenizer)
        let streamed = ids.map { stream.push($0) }.joined() + stream.finish()
        precondition(streamed.utf8.elementsEqual(tokenizer.decode(ids).utf8))
        _ = tokenizer.encode(parsing: text)
    }
}
