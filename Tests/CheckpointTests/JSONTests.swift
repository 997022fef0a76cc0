import Testing

@testable import Checkpoint

@Suite struct JSONTests {
    func parse(_ text: String, limits: JSONLimits = .init()) throws -> JSON {
        try JSON.parse(Array(text.utf8), limits: limits)
    }

    @Test func keysAreComparedByBytes() throws {
        let value = try parse("{\"\u{e9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212a}\":4}")
        #expect(value.object?.count == 4)
        #expect(value["e\u{301}"]?.int == 2 && value["\u{212a}"]?.int == 4)
        #expect(throws: JSONError(offset: 7, problem: .duplicateKey("a"))) {
            try parse(#"{"a":1,"\u0061":2}"#)
        }
    }

    @Test func aKeyStandsTwiceHoweverManyThereAre() throws {
        let many = (0..<5000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try parse("{\(many)}")["k4999"]?.int == 4999)
        #expect(throws: JSONError.self) { try parse("{\(many),\"k77\":0}") }
        #expect(try parse("[{\(many)},{\(many)}]").array?.count == 2)
    }

    @Test func wholeNumbersStayExact() throws {
        #expect(try parse("9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try parse("1e3") == .number(1000) && parse("1e3").int == nil)
        #expect(try parse("-0").double?.sign == .minus)
    }

    @Test(arguments: [
        "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"ä🎉\u{2028}\"",
    ])
    func stringsSurviveWritingAndReading(_ text: String) throws {
        let value = try parse(text)
        #expect(try JSON.parse(value.serialised()) == value)
    }

    @Test func doublesSurviveWritingAndReading() throws {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Double(bitPattern: state)
            guard number.isFinite else { continue }
            let back = try JSON.parse(JSON.number(number).serialised())
            #expect(back.double?.bitPattern == number.bitPattern)
        }
        #expect(JSON.array([.number(.nan), .number(.infinity)]).serialised() == Array("[null,null]".utf8))
    }

    @Test func writingIsDeterministicAndReadable() {
        let value = JSON.object([
            "b": .array([.integer(1), .bool(true)]), "a": .object([:]), "c": .array([]),
        ])
        #expect(String(decoding: value.serialised(), as: UTF8.self) == #"{"b":[1,true],"a":{},"c":[]}"#)
        let pretty = "{\n  \"b\": [\n    1,\n    true\n  ],\n  \"a\": {},\n  \"c\": []\n}\n"
        #expect(String(decoding: value.serialised(pretty: true), as: UTF8.self) == pretty)
    }

    @Test func limitsHold() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(64)) }
        #expect(throws: JSONError(offset: 64, problem: .tooDeep(limit: 64))) { try parse(nested(65)) }
        #expect(throws: JSONError(offset: 64, problem: .tooDeep(limit: 64))) { try parse(nested(1_000_000)) }
        #expect(throws: JSONError(offset: 3, problem: .tooLarge(limit: 3))) {
            try parse("1234", limits: JSONLimits(bytes: 3))
        }
        #expect(throws: JSONError(offset: 5, problem: .tooManyValues(limit: 3))) {
            try parse("[1,2,3]", limits: JSONLimits(values: 3))
        }
        #expect(throws: JSONError.self) { try parse(String(repeating: "1", count: 2000)) }
        var short = JSONLimits()
        short.string = 3
        #expect(throws: Never.self) { try parse(#"{"abc":"def"}"#, limits: short) }
        #expect(throws: JSONError(offset: 2, problem: .stringTooLong(limit: 3))) {
            try parse(#"{"abcd":1}"#, limits: short)
        }
    }

    /// Every error, at its place.
    @Test(arguments: [
        ("", 0, JSONError.Problem.endOfText), ("\u{feff}1", 0, .byteOrderMark), ("[1", 2, .endOfText),
        ("[1 2]", 3, .unexpectedByte(0x32)), ("{1:2}", 1, .unexpectedByte(0x31)), ("nul", 0, .unknownWord),
        ("\"\u{1}\"", 1, .controlCharacter(1)), ("\"\\x\"", 1, .invalidEscape),
        ("\"\\u12\"", 1, .invalidEscape),
        ("\"\\udc00\"", 1, .loneSurrogate), ("\"\\ud800x\"", 1, .loneSurrogate), ("01", 0, .malformedNumber),
        ("1.", 2, .malformedNumber), ("-", 1, .malformedNumber), ("1e999", 0, .numberOutOfRange),
        ("1 1", 2, .trailingBytes), ("{\"a\":}", 5, .unexpectedByte(0x7d)),
        ("[1,]", 3, .unexpectedByte(0x5d)),
        ("{\"a\":1,}", 7, .unexpectedByte(0x7d)), ("NaN", 0, .unexpectedByte(0x4e)),
        ("'a'", 0, .unexpectedByte(0x27)),
    ])
    func errorsHaveAPlace(_ text: String, _ offset: Int, _ problem: JSONError.Problem) {
        #expect(throws: JSONError(offset: offset, problem: problem)) { try parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80],
            [0xf0, 0x80, 0x80, 0x80],
            [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xc3], [0xe2, 0x82],
            [0xf0, 0x9f, 0x8e],
        ] as [[UInt8]])
    func badUTF8IsRefused(_ bytes: [UInt8]) {
        #expect(throws: JSONError(offset: 1, problem: .invalidUTF8)) {
            try JSON.parse([0x22] + bytes + [0x22])
        }
    }

    @Test func theReaderGivesWhatTheTreeGives() throws {
        let text = #" {"a" : [1, -2.5, "x\ny", null, true, {"b": []}], "c": {"d": "é"}, "skipped": [[{}]] } "#
        var reader = try JSONReader(MappedBytes(Array(text.utf8)))
        try reader.beginObject()
        #expect(try reader.nextKey() == "a")
        try reader.beginArray()
        #expect(try reader.nextElement() && reader.integer() == 1)
        #expect(try reader.nextElement() && reader.double() == -2.5)
        #expect(try reader.nextElement() && reader.utf8() == Array("x\ny".utf8))
        #expect(try reader.nextElement())
        try reader.null()
        #expect(try reader.nextElement() && reader.bool())
        #expect(try reader.nextElement() && reader.value() == .object(["b": .array([])]))
        #expect(try !reader.nextElement())
        #expect(try reader.nextKeyBytes() == Array("c".utf8))
        #expect(try reader.value() == .object(["d": .string("é")]))
        #expect(try reader.nextKey() == "skipped")
        try reader.skip()
        #expect(try reader.nextKey() == nil)
        try reader.finish()
        #expect(throws: JSONError(offset: 0, problem: .wrongKind(wanted: .object, found: .array))) {
            var reader = try JSONReader(MappedBytes(Array("[]".utf8)))
            try reader.beginObject()
        }
        #expect(throws: JSONError(offset: 0, problem: .notAnInteger)) {
            var reader = try JSONReader(MappedBytes(Array("1.0".utf8)))
            _ = try reader.integer()
        }
    }
}
