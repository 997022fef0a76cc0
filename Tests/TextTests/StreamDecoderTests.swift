import Testing

@testable import Text

struct StreamDecoderTests {
    @Test(arguments: SmallGolden.names)
    func `a stream gives what decoding gives, and whole characters only`(name: String) throws {
        let variant = try SmallGolden.variant(name)
        let tokenizer = try variant.tokenizer()
        for (text, plain, _, _) in variant.vectors {
            // Also broken off anywhere, which leaves characters open.
            for length in [plain.count, plain.count * 2 / 3, plain.count / 3] {
                let ids = Array(plain.prefix(length))
                var stream = StreamDecoder(tokenizer)
                var pieces = ids.map { stream.push($0) }
                if length == plain.count {
                    #expect(
                        pieces.joined().utf8.elementsEqual(tokenizer.decode(ids).utf8),
                        "\(text.debugDescription)")
                }
                pieces.append(stream.finish())
                #expect(
                    pieces.joined().utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(text.debugDescription)"
                )
            }
        }
    }

    @Test func `any bytes in any order give what decoding gives`() throws {
        let tokenizer = try SmallGolden.variant("gemma").tokenizer()
        let bytes = try (0..<256).map { try #require(tokenizer.id(of: ByteFallback.name(UInt8($0)))) }
        // Leads, tails and the second bytes that RFC 3629 forbids.
        let interesting: [Int] = [
            0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC1, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xF5,
        ]
        for first in interesting {
            for second in interesting {
                for third in interesting {
                    let ids = [first, second, third, 0x80, 0x42].map { bytes[$0] }
                    var stream = StreamDecoder(tokenizer)
                    let text = ids.map { stream.push($0) }.joined() + stream.finish()
                    #expect(
                        text.utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(first) \(second) \(third)")
                }
            }
        }
    }

    @Test func `a character made of byte tokens comes when it is whole`() throws {
        let tokenizer = try SmallGolden.variant("gemma").tokenizer()
        var stream = StreamDecoder(tokenizer)
        let ids = try Array("𐍈".utf8).map { try #require(tokenizer.id(of: ByteFallback.name($0))) }
        #expect(ids.map { stream.push($0) } == ["", "", "", "𐍈"])
        #expect(stream.finish() == "")
    }

    @Test func `the space that encoding adds goes at the start of a text and stays in its middle`() throws {
        let tokenizer = try SmallGolden.variant("llama2").tokenizer()
        let ids = tokenizer.encode("der")
        #expect(tokenizer.bytes(of: ids[0]).first == 0x20)
        var start = StreamDecoder(tokenizer)
        #expect(ids.map { start.push($0) }.joined() == "der")
        var middle = StreamDecoder(tokenizer, continuing: true)
        #expect(ids.map { middle.push($0) }.joined() == " der")
    }

    @Test func `control tokens add nothing`() throws {
        let tokenizer = try SmallGolden.variant("gemma").tokenizer()
        let control = try #require(tokenizer.id(of: "</s>"))
        #expect(tokenizer.isControl(control))
        #expect(tokenizer.bytes(of: control) == [])
        #expect(tokenizer.decode([control, -1, .max]) == "")
        var stream = StreamDecoder(tokenizer)
        #expect(stream.push(control) + stream.finish() == "")
    }
}

extension ByteFallback {
    static func name(_ byte: UInt8) -> String { String(decoding: piece(byte), as: UTF8.self) }
}
