import Checkpoint
import Testing

@testable import Corpus

/// All numbers and addresses are made up; the check digits are right where they have to be.
@Suite struct PersonalDataTests {
    @Test(arguments: [
        ("anna.meier@firma.de", PersonalData.Kind.email), ("a_b+c@mail.example.co.uk", .email),
        ("+49 171 2345678", .phone), ("0171 2345678", .phone), ("(030) 1234567", .phone),
        ("555-123-4567", .phone), ("0049 89 1234567", .phone),
        ("DE89 3704 0044 0532 0130 00", .iban), ("DE89370400440532013000", .iban),
        ("4111 1111 1111 1111", .card), ("@anna-meier", .handle),
    ])
    func eachKindIsFound(text: String, kind: PersonalData.Kind) {
        let around = "vorher äöü \(text) nachher"
        let found = PersonalData(in: around).findings
        #expect(found.map(\.kind) == [kind])
        let bytes = Array(around.utf8)
        #expect(found.map { String(decoding: bytes[$0.range], as: UTF8.self) } == [text])
    }

    @Test(arguments: [
        "2024-02-11 09:02", "11.02.2024", "01-02-2024", "version 1.20.300.4000", "10.0.0.12", "12345678",
        "0.171234567 seconds", "port 8080-8090", "DE00 3704 0044 0532 0130 00", "4111 1111 1111 1112",
        "@angular/core", "@Override", "@here", "user@host", "git@github.com:a/b.git", "`@code`",
        "1,234,567,890",
        "commit 0123456789abcdef", "a@b@c", "0h 36m", "3 + 4 = 7", "ids 100-200-3000",
    ])
    func otherThingsAreNot(text: String) {
        #expect(PersonalData(in: text).findings.isEmpty, "\(PersonalData(in: text).findings)")
    }

    @Test func masksKeepSpansAndIdentity() throws {
        let context = "Frau Ä (a@b.de) rief c@d.de an, dann a@b.de, unter pwd=geheim99; Ende."
        let record = JSON.object(
            JSONObject([
                ("context", .string(context)), ("question", .string("Wen rief a@b.de an?")),
                (
                    "answers",
                    .object(
                        JSONObject([
                            ("text", .array([.string("c@d.de"), .string("Ende")])),
                            (
                                "answer_start",
                                .array([
                                    .integer(Int64(Masking.start(of: "c@d.de", near: 0, in: context))),
                                    .integer(Int64(Masking.start(of: "Ende", near: 0, in: context))),
                                ])
                            ),
                        ]))
                ),
            ]))
        var masking = Masking()
        let masked = masking.mask(record)
        let text = try #require(masked["context"]?.string)
        #expect(text == "Frau Ä ([EMAIL_1]) rief [EMAIL_2] an, dann [EMAIL_1], unter pwd=[PASSWORD_1]; Ende.")
        #expect(masked["question"]?.string == "Wen rief [EMAIL_1] an?")
        #expect(masked["answers"]?["text"]?.array?.map(\.string) == ["[EMAIL_2]", "Ende"])
        let starts = masked["answers"]?["answer_start"]?.array?.compactMap(\.int) ?? []
        for (start, answer) in zip(starts, ["[EMAIL_2]", "Ende"]) {
            #expect(
                String(String.UnicodeScalarView(Array(text.unicodeScalars)[start...].prefix(answer.count)))
                    == answer)
        }
        #expect(masking.counts == ["email": 5, "password": 1])
    }

    @Test func aPrivateKeyIsMaskedWhole() {
        let key =
            "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END " + "PRIVATE KEY-----"
        var masking = Masking()
        #expect(masking.mask(.string("a \(key) b")).string == "a [PRIVATE_KEY_1] b")
    }
}
