import Checkpoint
import Testing

@testable import Text

struct TokenizerFileTests {
    @Test(arguments: SmallGolden.names)
    func `every shape of tokenizer.json gives Hugging Face's ids and text`(name: String) throws {
        let variant = try SmallGolden.variant(name)
        let tokenizer = try variant.tokenizer()
        #expect(variant.vectors.count > 60)
        for (text, plain, parsed, decoded) in variant.vectors {
            #expect(tokenizer.encode(text) == plain, "\(text.debugDescription)")
            #expect(tokenizer.encode(parsing: text) == parsed, "\(text.debugDescription)")
            #expect(Array(tokenizer.decode(plain).utf8) == Array(decoded.utf8), "\(text.debugDescription)")
        }
    }
}
