import Checkpoint
import Fuzzing
import Text

@main
struct FuzzTokenizer {
    static func main() {
        runFuzzer { bytes, count in
            test(input(bytes, count))
            return 0
        }
    }
}

/// A tokenizer.json of any bytes is refused, or encodes and decodes any text
/// within its vocabulary; and no text is a crash for the template's reader.
private func test(_ input: MappedBytes) {
    let text = String(decoding: input.array, as: UTF8.self)
    _ = ChatFormat.recognise(template: text)
    guard let tokenizer = try? TextModel.tokenizer(json: input) else { return }
    for text in [text, "a b  c\n\n1234 don't Äé\u{301}🎉 <s></s>"] {
        let ids = tokenizer.encode(text)
        precondition(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
        precondition(ids.allSatisfy { !tokenizer.isControl($0) || tokenizer.piece($0) != "</s>" })
        var stream = StreamDecoder(tokenizer)
        let streamed = ids.map { stream.push($0) }.joined() + stream.finish()
        precondition(streamed.utf8.elementsEqual(tokenizer.decode(ids).utf8))
        let half = text.utf8.count / 2
        let parts = [String(decoding: text.utf8.prefix(half), as: UTF8.self), "x"]
        precondition(tokenizer.encode(parts: parts).ids == tokenizer.encode(parts.joined()))
        _ = tokenizer.encode(parsing: text)
    }
}
