/// What the agent watches, whom it calls, and how much it says.
///
/// Contract: the hosts in here are the only ones that are ever called.
public struct AgentConfig: Sendable {
    /// Where it listens for webhooks and shows the room page.
    public var listen = (host: "127.0.0.1", port: 9099)
    /// The page's address as people reach it, for links.
    public var page: String?
    /// The secret people show to use the page; needed when it listens beyond this machine.
    public var pageKey: String?
    /// A file of certificates to trust beside the system's, where `https` is called.
    public var authorities: String?
    /// The model, if there is one.
    public var model: ModelEndpoint?
    /// The Prometheus server, if there is one.
    public var prometheus: PrometheusSource?
    /// Endpoints that are scraped directly.
    public var scrapes: [ScrapeTarget] = []
    /// Secrets of the webhooks; a webhook without one here is refused.
    public var intake = IntakeSecrets()
    /// Requests and bytes that one source may send.
    public var limits = IntakeLimits()
    /// Where interjections go.
    public var channel: Channel?
    /// Where summaries go, and how often.
    public var audiences: [Audience] = []
    /// What is known of services: owners, and what each stands on.
    public var services: [Service] = []
    /// How detection decides.
    public var detection = DetectionSettings()

    /// A configuration with nothing but defaults.
    public init() {}

    /// An OpenAI-compatible endpoint.
    public struct ModelEndpoint: Sendable {
        /// The chat completions' address.
        public var endpoint: Endpoint
        /// The name of the model or adapter.
        public var name: String
        /// The key it wants, if any.
        public var key: String?
        /// Seconds for one answer.
        public var patience = 60.0
        /// The most tokens of one answer.
        public var tokens = 256
    }

    /// A Prometheus server and what is asked of it.
    public struct PrometheusSource: Sendable {
        /// Its address, without `/api/v1`.
        public var endpoint: Endpoint
        /// Expressions; each answer may hold many series.
        public var queries: [String]
        /// Seconds between samples.
        public var step = 15.0
        /// Seconds of the past that are fetched on the first start.
        public var history = 259_200.0
    }

    /// An endpoint in Prometheus text or OpenMetrics format.
    public struct ScrapeTarget: Sendable {
        /// Its address.
        public var endpoint: Endpoint
        /// Seconds between scrapes.
        public var every = 15.0
        /// Labels every series of it gets.
        public var labels: [String: String] = [:]
    }

    /// What each webhook must know.
    public struct IntakeSecrets: Sendable {
        /// For our own JSON: HMAC-SHA256 over time and body.
        public var own: String?
        /// Slack's signing secret.
        public var slack: String?
        /// Mattermost's token.
        public var mattermost: String?
        /// The bearer token Alertmanager shows.
        public var alertmanager: String?
        /// Lets webhooks without a secret in, from this machine only.
        public var open = false
    }

    /// How much one source may send.
    public struct IntakeLimits: Sendable {
        /// Bytes of one request.
        public var bytes = 1 << 20
        /// Requests a second, over time.
        public var rate = 20.0
        /// Requests at once.
        public var burst = 100.0
        /// Events in one request.
        public var events = 1000
    }

    /// Where words go.
    public struct Channel: Sendable, Equatable {
        /// The shape of what is posted.
        public enum Format: String, Sendable, CaseIterable { case hearth, slack, mattermost }
        /// What is done with a message of which nobody knows whether it arrived.
        public enum Doubt: String, Sendable, CaseIterable {
            /// It is sent again with the same key: the receiver drops a second one.
            case resend
            /// It is let go: said at most once, whatever the receiver does.
            case drop
        }
        /// Its name in the outbox.
        public var name: String
        /// Its address.
        public var endpoint: Endpoint
        /// The shape of what is posted.
        public var format = Format.hearth
        /// What is done in doubt.
        public var doubt = Doubt.resend
        /// Signs what is posted, if there is one.
        public var secret: String?
    }

    /// People who get summaries.
    public struct Audience: Sendable {
        /// Who they are.
        public var kind: AudienceKind
        /// Where theirs go; without one they are on the page only.
        public var channel: Channel?
        /// Seconds between summaries.
        public var every: Double
    }

    /// A service people know by name.
    public struct Service: Sendable, Equatable {
        /// Its name, as in labels.
        public var name: String
        /// The team that owns it.
        public var owner: String?
        /// The services it calls.
        public var needs: [String] = []
    }

    /// All channels that words may go to.
    public var channels: [Channel] {
        ([channel] + audiences.map(\.channel)).compactMap { $0 }.reduce(into: []) { all, channel in
            if !all.contains(where: { $0.name == channel.name }) { all.append(channel) }
        }
    }
}

/// The three kinds of people a summary is for.
public enum AudienceKind: String, Sendable, CaseIterable {
    /// Those who repair.
    case responders
    /// Everyone else who works here.
    case company
    /// Those who answer for it.
    case executives
}
