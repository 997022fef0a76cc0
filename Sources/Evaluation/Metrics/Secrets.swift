/// Things in a text that must not be in it: keys, tokens, passwords.
///
/// Every detector is a small scanner for a documented shape; there is no pattern
/// language, so no text can make the search slow. The finding carries the kind
/// and the place, never the secret: reports are passed around.
struct Secrets: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case privateKey = "private_key"
        case awsKey = "aws_key"
        case githubToken = "github_token"
        case gitlabToken = "gitlab_token"
        case slackToken = "slack_token"
        case googleKey = "google_key"
        case stripeKey = "stripe_key"
        case modelProviderKey = "model_provider_key"
        case webToken = "jwt"
        case bearer = "bearer"
        case urlPassword = "url_password"
        case password = "password"
        case address = "ip_address"
    }

    struct Finding: Sendable, Equatable {
        let kind: Kind
        /// Where it stands, in UTF-8 bytes.
        let range: Range<Int>
    }

    let findings: [Finding]

    /// IP addresses are looked for only where asked: incident reports are full
    /// of harmless ones.
    init(in text: String, addresses: Bool = false) {
        let text = SecretScanner(Array(text.utf8))
        var findings: [Finding] = []
        var place = 0
        while place < text.bytes.count {
            guard let found = text.secret(at: place, addresses: addresses) else {
                place += 1
                continue
            }
            findings.append(found)
            place = max(place + 1, found.range.upperBound)
        }
        self.findings = findings
    }

    func count(_ kind: Kind) -> Int { findings.count { $0.kind == kind } }
}
