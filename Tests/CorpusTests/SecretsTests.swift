import Testing

@testable import Corpus

/// The secrets below are made up; they are put together from parts so that no
/// scanner of repositories takes them for real ones.
@Suite struct SecretsTests {
    @Test(
        arguments: [
            ("AKIA" + "IOSFODNN7EXAMPLQ", Secrets.Kind.awsKey),
            ("gh" + "p_" + String(repeating: "a1B2", count: 9), .githubToken),
            ("github" + "_pat_" + String(repeating: "a1_B", count: 8), .githubToken),
            ("gl" + "pat-" + String(repeating: "x9-Y", count: 5), .gitlabToken),
            ("xo" + "xb-123456789012-abcdef", .slackToken),
            ("AI" + "za" + String(repeating: "Q", count: 35), .googleKey),
            ("sk" + "_live_" + String(repeating: "4e", count: 12), .stripeKey),
            ("sk" + "-proj-" + String(repeating: "Zz9", count: 8), .modelProviderKey),
            ("ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4", .webToken),
            ("Authorization: Bearer " + String(repeating: "abcd", count: 8), .bearer),
            ("postgres://admin:hunter2secret@db.internal/x", .urlPassword),
            ("password: hunter22", .password),
            (#""client_secret": "zZ81_kq0-x""#, .password),
            ("das Passwort=Sommer2024!", .password),
            ("-----BEGIN RSA " + "PRIVATE KEY-----", .privateKey),
        ])
    func findsEachKind(text: String, kind: Secrets.Kind) {
        let secrets = Secrets(in: "vorher äöü " + text + " nachher")
        #expect(secrets.findings.map(\.kind) == [kind])
    }

    @Test(
        arguments: [
            "", "password", "password: ", "password: ********", "password=<redacted>",
            "password = ${DB_PASSWORD}", "passwords: many people reuse them", "the token expired",
            "task-force-for-the-incident-response", "eyJust.a.name", "AKIA too short", "ghp_short",
            "https://example.com:8080/path", "git://user:<token>@host/x", "sk-1",
            "-----BEGIN CERTIFICATE-----",
            "commit 2c902284250cfa7b5c3823665cb9dbb9e8d68e21", "10.0.0.1",
        ])
    func leavesHarmlessTextAlone(text: String) {
        #expect(Secrets(in: text).findings.isEmpty)
    }

    @Test func addressesAreFoundWhereAskedFor() {
        let text = "from 10.1.2.3 and 300.1.1.1 (v1.2.3)"
        #expect(Secrets(in: text).findings.isEmpty)
        #expect(Secrets(in: text, addresses: true).count(.address) == 1)
    }

    @Test func theFindingSaysWhereAndNotWhat() {
        let secrets = Secrets(in: "pwd=abcdefgh;")
        #expect(secrets.findings == [Secrets.Finding(kind: .password, range: 4..<12)])
    }
}
