import Checkpoint
import Incident

struct IncidentDraft: Verb {
    let name = "incident draft"
    let summary = "draft the postmortem of an incident"
    let id = Parameter<Int>.argument("ID", .integer(in: 1...Int.max), "The incident's number.")
    let store = IncidentPlace.store
    let config = IncidentPlace.config
    let html = Parameter.flag("html", "Write a page with graphs instead of Markdown.")
    let followUps = Parameter.flag("follow-ups", "Write only what to do next, as JSON, one object a line.")

    var declaration: Declaration {
        Declaration(
            parameters: [id, html, followUps, config, store], rules: [.atMostOne([html, followUps])],
            examples: ["hearth incident draft 3 --config incident.yaml > postmortem.md"])
    }

    func run(_ arguments: Arguments) throws {
        let store = try IncidentPlace.open(arguments[store])
        let incident = try store.incident(Int64(arguments[id]))
        let now = incident.closed ?? Clock.now
        let agent = try Agent(config: try IncidentPlace.read(arguments[config]), store: store, now: now)
        if arguments[followUps] {
            for item in try agent.followUps(of: incident) {
                try Output.write(String(decoding: item.json.serialised(), as: UTF8.self) + "\n")
            }
            return
        }
        let draft = try agent.draftPostmortem(of: incident, now: now)
        try Output.write(arguments[html] ? draft.html : draft.markdown)
    }
}
