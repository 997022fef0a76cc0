import Foundation
import Incident

struct IncidentServe: Verb {
    let name = "incident serve"
    let summary = "sit in the channel and on the metrics, and speak up when there is something new"
    let store = IncidentPlace.store
    let config = Parameter<String>.argument("CONFIG", .path, "The agent's configuration.")

    var declaration: Declaration {
        Declaration(
            parameters: [config, store],
            details: [
                "Takes webhooks at /intake/events, /intake/slack, /intake/mattermost and /intake/alertmanager, "
                    + "watches Prometheus, posts into the channel, and shows a page for each incident. It calls only "
                    + "the hosts in its configuration. Killed at any moment, it takes up where it was."
            ],
            examples: ["hearth incident serve incident.yaml"])
    }

    func run(_ arguments: Arguments) throws {
        let config = try AgentConfig.read(arguments[config])
        let host = config.listen.host
        if host != "localhost", !host.hasPrefix("127."), host != "::1" {
            if config.pageKey == nil { throw IncidentRefusal.openPage }
            if config.intake.open { throw IncidentRefusal.openIntake }
        }
        let agent = try Agent(config: config, store: try IncidentPlace.open(arguments[store]))
        let runtime = try AgentRuntime(agent: agent)
        let end = ServerEnd()
        runtime.start()
        Notice.line("hearth: incident agent on http://\(config.listen.host):\(runtime.port)")
        try end.wait { await runtime.stop() }
    }
}

/// Why the agent does not begin.
enum IncidentRefusal: Explained {
    /// The page would be open to everybody who reaches the port.
    case openPage
    /// Everybody who reaches the port could put words into the channel.
    case openIntake
    /// A verb that changes nothing was given nothing to do.
    case noDocument

    var sentence: String {
        switch self {
        case .openPage: "The page would be open to the network; write page_key_file, or listen on 127.0.0.1."
        case .openIntake:
            "Webhooks without a secret would be open to the network; write their secrets under intake instead of open."
        case .noDocument: "There is no stored postmortem; hearth incident import FILE brings some in."
        }
    }
}
