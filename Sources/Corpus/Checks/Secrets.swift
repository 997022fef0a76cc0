/// Things in a text that must not be in it: keys, tokens, passwords.
///
/// Every detector is a small scanner for a documented shape; there is no pattern
/// language, so no text can make the search slow. The finding carries the kind
/// and the place, never the secret: reports are passed around.
public struct Secrets: Sendable, Equatable {
    /// The shapes that are known.
    public enum Kind: String, Sendable, CaseIterable {
        /// Private key.
        case privateKey = "private_key"
        /// Aws key.
        case awsKey = "aws_key"
        /// Github token.
        case githubToken = "github_token"
        /// Gitlab token.
        case gitlabToken = "gitlab_token"
        /// Slack token.
        case slackToken = "slack_token"
        /// Google key.
        case googleKey = "google_key"
        /// Stripe key.
        case stripeKey = "stripe_key"
        /// Model provider key.
        case modelProviderKey = "model_provider_key"
        /// Jwt.
        case webToken = "jwt"
        /// Bearer.
        case bearer = "bearer"
        /// Url password.
        case urlPassword = "url_password"
        /// Password.
        case password = "password"
        /// Ip address.
        case address = "ip_address"
    }

    /// A secret that was found.
    public struct Finding: Sendable, Equatable {
        /// Its shape.
        public let kind: Kind
        /// Where it stands, in UTF-8 bytes.
        public let range: Range<Int>
    }

    /// In the order of the text; none overlaps another.
    public let findings: [Finding]

    /// IP addresses are looked for only where asked: incident reports are full
    /// of harmless ones.
    public init(in text: String, addresses: Bool = false) {
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

    /// How many of a kind there are.
    public func count(_ kind: Kind) -> Int { findings.count { $0.kind == kind } }
}
