import Foundation
import Testing

@testable import Incident

/// Several incidents open at once: what opens one, and what belongs to which.
@Suite struct DocketTests {
    private let begin = 1_795_100_000.0

    private func agent(_ store: IncidentStore) throws -> Agent {
        let config = try AgentConfig(
            Array(
                """
                services:
                  checkout: {needs: [payments]}
                  payments: {needs: [postgres]}
                  postgres: {}
                  reports: {needs: [warehouse]}
                  warehouse: {}

                """.utf8), path: "incident.yaml")
        return try Agent(config: config, store: store, caller: CannedCaller([]), now: begin)
    }

    private func alert(_ name: String, _ service: String, at time: Double, over: Bool = false) -> Event {
        Event(
            over ? .resolved : .alert, source: "alertmanager", key: "\(name):\(time)", time: time, text: name,
            labels: ["alertname": name, "service": service])
    }

    private func message(_ text: String, channel: String? = nil, at time: Double) -> Event {
        Event(
            .message, source: "slack", key: "\(text):\(time)", time: time, text: text,
            labels: channel.map { ["channel": $0] } ?? [:])
    }

    /// Plays events and gives the titles of the incidents, each with the texts of its timeline.
    private func play(_ events: [Event]) throws -> [String: [String]] {
        let store = try IncidentStore.inMemory()
        let agent = try agent(store)
        for event in events {
            try store.keep([event], seen: event.time)
            // Twice, as after a kill.
            try agent.step(now: event.time + 1)
            try agent.step(now: event.time + 2)
        }
        var result: [String: [String]] = [:]
        for incident in try store.incidents() {
            result[incident.title + (incident.state == .closed ? " (closed)" : "")] =
                try store.timeline(of: incident.id).map(\.event.text)
        }
        return result
    }

    @Test func alertsOfOneCauseAreOneIncidentAndForeignOnesAnother() throws {
        let found = try play([
            alert("CheckoutSlow", "checkout", at: begin), alert("PostgresDown", "postgres", at: begin + 60),
            alert("ReportsLate", "reports", at: begin + 120),
            alert("Elsewhere", "not-in-the-configuration", at: begin + 180),
            alert("ReportsLate", "reports", at: begin + 240, over: true),
            message("warehouse is slow", at: begin + 300), message("payments has errors", at: begin + 301),
        ])
        // Of what nobody knows where it belongs, the incident opened last is the likeliest.
        #expect(found["ReportsLate"] == ["ReportsLate", "Elsewhere", "ReportsLate", "warehouse is slow"])
        #expect(found["CheckoutSlow"]?.contains("PostgresDown") == true)
        #expect(found["CheckoutSlow"]?.contains("payments has errors") == true)
        #expect(found.count == 2)
    }

    @Test func peopleOpenAndCloseTheirOwnInTheirChannel() throws {
        let found = try play([
            message("/incident shop is down", channel: "C1", at: begin),
            message("/incident: the office has no network", channel: "C2", at: begin + 60),
            message("somebody pulled a cable", channel: "C2", at: begin + 90),
            message("looking", channel: "C1", at: begin + 95),
            message("/resolve", channel: "C2", at: begin + 120),
        ])
        #expect(found["the office has no network (closed)"]?.contains("somebody pulled a cable") == true)
        #expect(found["shop is down"] == ["/incident shop is down", "looking"])
    }

    @Test func whatAnAlertOpenedIsNotOpenedAgainByTheFirstWhoSaysSo() throws {
        let found = try play([
            alert("CheckoutSlow", "checkout", at: begin),
            message("/incident checkout is slow", channel: "C1", at: begin + 60),
            message("we have an incident, everybody on the call", channel: "C1", at: begin + 70),
        ])
        #expect(Array(found.keys) == ["CheckoutSlow"])
    }

    @Test func aNumberThatIsNamedDecides() throws {
        let found = try play([
            message("/incident first", channel: "C1", at: begin),
            message("/incident second", channel: "C1", at: begin + 10),
            message("incident 1: it was the proxy", channel: "C1", at: begin + 20),
            message("/resolve 2", channel: "C1", at: begin + 30),
            message("/resolve 2", channel: "C1", at: begin + 40),
        ])
        #expect(found["first"]?.contains("incident 1: it was the proxy") == true)
        #expect(found["second (closed)"] != nil)
    }
}
