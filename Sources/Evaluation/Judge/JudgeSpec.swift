import Checkpoint

/// Who judges answers, by what rubric, and how the judge itself is checked.
struct JudgeSpec: Sendable {
    /// The host and path of an OpenAI-compatible `/v1/chat/completions`.
    let endpoint: Endpoint
    let model: String
    let rubric: Template
    /// The best score; the worst is 0.
    let scale: Int
    /// The other answer of a pair, where the judge compares two.
    let against: Template?
    /// Labelled answers the judge is measured on, where there are some.
    let labelled: String?
    /// A file that holds the endpoint's key, where it wants one.
    let keyFile: String?

    /// An address of the one shape that is called: `http://host:port/path`.
    struct Endpoint: Sendable, Equatable {
        let host: String
        let port: Int
        let path: String

        init?(_ text: String) {
            guard text.hasPrefix("http://") else { return nil }
            let rest = text.dropFirst(7)
            let authority = rest.prefix { $0 != "/" }
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard let host = parts.first, !host.isEmpty, parts.count <= 2,
                host.utf8.allSatisfy(Self.isHostByte)
            else { return nil }
            let port = parts.count == 2 ? Int(parts[1]) : 80
            guard let port, (1...65_535).contains(port) else { return nil }
            let path = rest[authority.endIndex...]
            guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
            self.host = String(host)
            self.port = port
            self.path = path.isEmpty || path == "/" ? "/v1/chat/completions" : String(path)
        }

        private static func isHostByte(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
            default: false
            }
        }
    }
}
