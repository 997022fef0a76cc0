import Checkpoint
import Foundation
import Incident

struct IncidentList: Verb {
    let name = "incident list"
    let summary = "list the incidents the agent knows"
    let store = IncidentPlace.store
    let json = Parameter.flag("json", "Write JSON, one object an incident.")

    var declaration: Declaration {
        Declaration(parameters: [json, store], examples: ["hearth incident list"])
    }

    func run(_ arguments: Arguments) throws {
        for incident in try IncidentPlace.open(arguments[store]).incidents() {
            if arguments[json] {
                try Output.json([
                    ("id", .integer(incident.id)), ("title", .string(incident.title)),
                    ("state", .string(incident.state.rawValue)),
                    ("opened", .string(Clock.iso(incident.opened))),
                    ("closed", incident.closed.map { .string(Clock.iso($0)) } ?? .null),
                    ("services", .array(incident.services.map { .string($0) })),
                ])
            } else {
                try Output.line(
                    "\(incident.id)  \(Clock.iso(incident.opened))  \(incident.state.rawValue)  \(Program.visible(incident.title))"
                )
            }
        }
    }
}

struct IncidentFeed: Verb {
    let name = "incident feed"
    let summary = "bring events in from a file or standard input, one JSON object a line"
    let store = IncidentPlace.store
    let file = Parameter<String>.argument("FILE", .path, "The events; - for standard input.")

    var declaration: Declaration {
        Declaration(parameters: [file, store], examples: ["hearth incident feed channel.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        let path = arguments[file]
        let now = Clock.now
        let events = try OwnEvents.lines(try IncidentPlace.bytes(path), path: path, now: now)
        let new = try IncidentPlace.open(arguments[store]).keep(events, seen: now)
        Notice.line("\(events.count) events, \(new) of them new")
    }
}

struct IncidentImport: Verb {
    let name = "incident import"
    let summary = "store postmortems, for finding what is alike and what was promised"
    let store = IncidentPlace.store
    let files = Parameter<[String]>.arguments(
        "FILE", Reading<String>.path, atLeast: 1, "Markdown, or JSONL with title and text a line.")

    var declaration: Declaration {
        Declaration(parameters: [files, store], examples: ["hearth incident import postmortems.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        let store = try IncidentPlace.open(arguments[store])
        var count = 0, actions = 0
        for path in arguments[files] {
            let records = try PostmortemRecord.file(path)
            try store.keep(records)
            count += records.count
            actions += records.reduce(0) { $0 + $1.actions.count }
        }
        Notice.line("\(count) postmortems with \(actions) action items")
    }
}

struct IncidentSimilar: Verb {
    let name = "incident similar"
    let summary = "find past incidents like some words, and what was promised after them"
    let store = IncidentPlace.store
    let words = Parameter<[String]>.arguments("WORDS", Reading<String>.text, atLeast: 1, "What happens.")
    let limit = Parameter<Int>.option("limit", "N", .integer(in: 1...100), default: 5, "How many.")

    var declaration: Declaration {
        Declaration(
            parameters: [words, limit, store], examples: ["hearth incident similar disk full on postgres"])
    }

    func run(_ arguments: Arguments) throws {
        let store = try IncidentPlace.open(arguments[store])
        let text = arguments[words].joined(separator: " ")
        for similar in try store.similar(to: text, limit: arguments[limit]) {
            try Output.json([
                ("key", .string(similar.key)), ("title", .string(similar.title)),
                ("day", similar.day.map { .string($0) } ?? .null), ("score", .number(similar.score)),
                ("open_actions", .array(similar.open.map { .string($0.text) })),
            ])
        }
    }
}

struct IncidentObserve: Verb {
    let name = "incident observe"
    let summary = "say what to instrument next, from all stored postmortems"
    let store = IncidentPlace.store
    let config = IncidentPlace.config
    let json = Parameter.flag("json", "Write JSON, for a coding agent.")

    var declaration: Declaration {
        Declaration(parameters: [json, config, store], examples: ["hearth incident observe --json"])
    }

    func run(_ arguments: Arguments) throws {
        let records = try IncidentPlace.open(arguments[store]).postmortems()
        guard !records.isEmpty else { throw IncidentRefusal.noDocument }
        let services = Set(try IncidentPlace.read(arguments[config]).services.map(\.name))
        let found = Observability(records, services: services)
        try Output.write(
            arguments[json]
                ? String(decoding: found.json.serialised(pretty: true), as: UTF8.self) : found.table)
    }
}

struct IncidentExport: Verb {
    let name = "incident export-training"
    let summary = "write what people accepted, edited and rejected as training data"
    let store = IncidentPlace.store

    var declaration: Declaration {
        Declaration(
            parameters: [store],
            details: [
                "One JSON object a line: messages as for any chat dataset, and beside them what was rejected. "
                    + "hearth train takes the file with dataset: {path: FILE, format: messages}."
            ],
            examples: ["hearth incident export-training > edits.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        for line in TrainingLines.lines(try IncidentPlace.open(arguments[store]).drafts()) {
            try Output.write(String(decoding: line.serialised(), as: UTF8.self) + "\n")
        }
    }
}
