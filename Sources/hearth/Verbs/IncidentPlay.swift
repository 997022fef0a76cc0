import Foundation
import Incident
import Serving

struct IncidentPlay: Verb {
    let name = "incident play"
    let summary = "play a generated incident live: metrics to be scraped, events to an agent"
    let file = Parameter<String>.argument("FILE", .path, "Scenarios, one JSON object a line.")
    let scenario = Parameter<String?>.option(
        "name", "NAME", Reading<String>.text, "Which one; by default the first.")
    let port = Parameter<Int>.option(
        "port", "P", .integer(in: 0...65535), default: 9101, "Where /metrics is shown, on loopback.")
    let speed = Parameter<Double>.option(
        "speed", "X", .number(in: 0.1...3600), default: 60, "How many times as fast as the clock.")
    let warm = Parameter<Double>.option(
        "warm", "SECONDS", .number(in: 0...604_800), default: 7200, "Of the play, before the cause strikes.")
    let target = Parameter<String?>.option(
        "to", "URL", Reading<String>.text, "The agent's /intake/events; without it nobody is told.")
    let secret = Parameter<String?>.option(
        "secret-file", "FILE", Reading<String>.path, "The secret of that webhook.")
    let truth = Parameter.flag("truth", "Write what was planted, one JSON object a line, and play nothing.")
    let services = Parameter.flag(
        "services", "Write the services for the agent's configuration, and play nothing.")

    var declaration: Declaration {
        Declaration(
            parameters: [file, scenario, port, speed, warm, target, secret, truth, services],
            rules: [.atMostOne([truth, services])],
            details: ["Prometheus scrapes it as any other target; the events carry the clock's times."],
            examples: [
                "hearth incident play incident-replay.jsonl --name pool-1 --to http://127.0.0.1:9099/intake/events"
            ])
    }

    func run(_ arguments: Arguments) throws {
        let path = arguments[file]
        let all = try Scenario.lines(try IncidentPlace.bytes(path), path: path)
        guard let chosen = all.first(where: { arguments[scenario] == nil || $0.name == arguments[scenario] })
        else { throw IncidentError.noFile(path) }
        let endpoint = try arguments[target].map { text throws(ArgumentError) in
            guard let endpoint = Endpoint(text) else {
                throw ArgumentError(
                    verb: name,
                    problem: .invalid("--to", value: text, expected: "http://host:port/intake/events"))
            }
            return endpoint
        }
        let key = try arguments[secret].map { path throws(IncidentError) in
            String(String(decoding: try IncidentPlace.bytes(path), as: UTF8.self).prefix { !$0.isNewline })
        }
        if arguments[services] { return try Output.write("services:\n" + LivePlay.services) }
        let play = LivePlay(chosen, speed: arguments[speed], warm: arguments[warm], now: Clock.now)
        if arguments[truth] {
            for planted in play.truth {
                try Output.write(String(decoding: planted.serialised(), as: UTF8.self) + "\n")
            }
            return
        }
        let server = try HTTPServer(
            address: .loopback(UInt16(arguments[port])),
            handler: { _ in
                HTTPReply(type: "text/plain; version=0.0.4", bytes: Array(play.metrics(now: Clock.now).utf8))
            })
        let stop = StopSignals {}
        Notice.line(
            "hearth: \(chosen.name) on http://127.0.0.1:\(server.port)/metrics for \(Clock.span(play.length))"
        )
        let begun = Clock.now
        var last = begun
        while !stop.isStopped, last - begun < play.length {
            let now = Clock.now
            for body in play.events(after: last, through: now) {
                guard let endpoint else { continue }
                // An agent that is being started again takes it a little later.
                for _ in 0..<50 {
                    let call = LivePlay.call(body, to: endpoint, secret: key, now: Clock.now)
                    if let answer = try? HTTPClient().call(call), answer.status == 200 { break }
                    Thread.sleep(forTimeInterval: 0.2)
                }
            }
            last = now
            Thread.sleep(forTimeInterval: 0.2)
        }
        let stopped = DispatchSemaphore(value: 0)
        Task {
            await server.stop()
            stopped.signal()
        }
        stopped.wait()
    }
}
