import Checkpoint

/// Writes the draft of a postmortem from the timeline, the findings and what people said.
///
/// The program lays out the statements and their evidence. The model is asked for
/// one thing at a time (a summary of these facts; is this sentence something to
/// do), and what it says is checked like everything else it says.
struct PostmortemWriter {
    let model: ModelClient?
    let facts: Facts
    let entries: [TimelineEntry]
    let findings: [Finding]
    let services: [AgentConfig.Service]
    let followUps: [FollowUp]

    func draft() -> PostmortemDraft {
        PostmortemDraft(
            title: "Postmortem: \(facts.incident.title) (\(Clock.day(facts.incident.opened)))",
            sections: [summary(), impact(), timeline(), causes(), actions(), lessons(), future()])
    }

    private func summary() -> PostmortemDraft.Section {
        let written = SummaryWriter(model: model).summary(of: facts, for: .company, next: nil)
        let isModels = written.origin != .template
        let cites =
            isModels
            ? facts.facts.map(\.citation).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            : ["S"]
        return .init(
            name: "summary", heading: "Summary", statements: [.init(written.text, Array(cites.prefix(6)))],
            isList: false,
            origin: written.origin.rawValue, prompt: written.prompt)
    }

    private func impact() -> PostmortemDraft.Section {
        var statements: [PostmortemDraft.Statement] = []
        let incident = facts.incident
        let end = incident.closed ?? facts.now
        statements.append(
            .init(
                "It lasted \(Clock.span(end - incident.opened)), from \(Clock.minute(incident.opened)) to \(Clock.minute(end)) UTC\(incident.closed == nil ? ", and goes on" : "").",
                ["S"]))
        if !incident.services.isEmpty {
            statements.append(
                .init("Affected services: \(incident.services.joined(separator: ", ")).", ["S"]))
        }
        for finding in findings where finding.evidence["series"] != nil && finding.fate != .quiet {
            guard statements.count < 10 else { break }
            statements.append(
                .init(finding.text, ["F\(finding.id)"], graph: finding.evidence["graph"]?.string))
        }
        if findings.isEmpty { statements.append(.unknown("What users noticed, and how many, is")) }
        return section("impact", "Impact", statements)
    }

    /// The most entries of a timeline.
    private static let longest = 120

    private func timeline() -> PostmortemDraft.Section {
        let shown = entries.filter {
            $0.event.time >= facts.incident.opened - 2700 && !$0.event.key.hasPrefix("agent:summary")
        }
        // A busy channel must not drive out what happened: alerts, changes and findings come first.
        let telling = shown.filter { $0.event.kind != .message }.prefix(80)
        let talk = shown.filter { $0.event.kind == .message && $0.event.time >= facts.incident.opened }
            .prefix(Self.longest - telling.count)
        let chosen = (telling + talk).sorted { ($0.event.time, $0.id) < ($1.event.time, $1.id) }
        var statements = chosen.map { entry in
            let who = entry.event.author.isEmpty ? entry.event.source : entry.event.author
            let graph = findings.first { entry.event.key == "agent:news:" + $0.key }?.evidence["graph"]?
                .string
            return PostmortemDraft.Statement(
                "\(Clock.minute(entry.event.time)) UTC, \(who): \(String(entry.event.text.prefix(400)))",
                ["E\(entry.id)"], graph: graph)
        }
        if chosen.count < shown.count {
            statements.append(
                .init("\(shown.count - chosen.count) further messages are on the room page.", ["S"]))
        }
        return section("timeline", "Timeline", statements)
    }

    private func causes() -> PostmortemDraft.Section {
        let first =
            findings.filter { $0.evidence["series"] != nil }.map(\.onset).min() ?? facts.incident.opened
        var statements: [PostmortemDraft.Statement] = []
        for entry in entries
        where [.deploy, .change].contains(entry.event.kind) && entry.event.time <= first + 120
            && entry.event.time >= first - 2700
        {
            statements.append(
                .init(
                    "\(Clock.minute(entry.event.time)) UTC, \(Clock.span(max(0, first - entry.event.time))) before the first sign: \(entry.event.text). Whether it was the cause is for people to say.",
                    ["E\(entry.id)"]))
        }
        statements += said(with: Phrases.causes)
        if statements.isEmpty { statements.append(.unknown("What contributed is")) }
        return section("causes", "Contributing factors", statements)
    }

    private func actions() -> PostmortemDraft.Section {
        var statements: [PostmortemDraft.Statement] = []
        var asked = false
        for entry in entries where entry.event.kind == .message {
            for sentence in Words.sentences(entry.event.text) {
                guard let item = Self.action(sentence) else { continue }
                var kept: ActionItem? = item
                if let model {
                    asked = true
                    kept = Self.confirmed(item, in: sentence, model)
                }
                guard let item = kept else { continue }
                let named = services.first { Words.set(sentence).contains($0.name.lowercased()) }
                let owner = item.owner ?? named?.owner
                statements.append(
                    .init(
                        "\(item.text) Owner: \(owner ?? "not known"). Due: \(item.due ?? "not known").",
                        ["E\(entry.id)"]))
            }
        }
        if statements.isEmpty { statements.append(.unknown("What is to be done is")) }
        var section = section("actions", "Action items", statements)
        if asked { section.origin = "model" }
        return section
    }

    private func lessons() -> PostmortemDraft.Section {
        var statements = said(with: Phrases.lessons)
        if statements.isEmpty { statements.append(.unknown("What was learned is")) }
        return section("lessons", "Lessons", statements)
    }

    private func future() -> PostmortemDraft.Section {
        let statements = followUps.prefix(12).map { item in
            PostmortemDraft.Statement("\(item.text) (\(item.reason))", item.evidence)
        }
        return section(
            "future", "Rakes nobody has stepped on yet",
            statements.isEmpty ? [.unknown("Further weak points are")] : statements)
    }

    /// What people said with one of these phrases in it, word for word.
    private func said(with phrases: [String]) -> [PostmortemDraft.Statement] {
        entries.filter { $0.event.kind == .message }.flatMap { entry in
            Words.sentences(entry.event.text).filter { Phrases.has($0, phrases) }.map {
                let who = entry.event.author.isEmpty ? entry.event.source : entry.event.author
                return .init("\(who): “\($0)”", ["E\(entry.id)"])
            }
        }
    }

    private func section(
        _ name: String, _ heading: String, _ statements: [PostmortemDraft.Statement]
    ) -> PostmortemDraft.Section {
        let evidence = facts.texts.prefix(14).map { "- \($0)" }.joined(separator: "\n")
        return .init(
            name: name, heading: heading, statements: statements, isList: true, origin: "template",
            prompt: "Facts:\n\(evidence)\n\nWrite the section “\(heading)” of the postmortem, an item a line."
        )
    }

    /// An action item where a sentence of the channel announces one.
    static func action(_ sentence: String) -> ActionItem? {
        let lower = sentence.lowercased()
        guard let mark = Phrases.promises.first(where: { lower.contains($0) }),
            let range = lower.firstRange(of: mark)
        else { return nil }
        let isLabel = mark.hasSuffix(":")
        let offset = lower.distance(from: lower.startIndex, to: isLabel ? range.upperBound : range.lowerBound)
        var text = Words.trimmed(sentence.dropFirst(offset))
        guard text.utf8.count >= 8 else { return nil }
        if !text.hasSuffix(".") { text += "." }
        return ActionItem(text)
    }

    /// What the model makes of a sentence: nothing where it says it is nothing to do.
    private static func confirmed(_ item: ActionItem, in sentence: String, _ model: ModelClient)
        -> ActionItem?
    {
        let question = ModelQuestion(
            name: "action",
            system: "Copy word for word from the sentence. Where it names nobody or no day, write null.",
            user:
                "Sentence: \(sentence)\n\nIs it something somebody is to do later? Who is to do it, and by when?",
            properties: [
                "is_action": ModelQuestion.yesNo, "owner": ModelQuestion.optionalText,
                "due": ModelQuestion.optionalText,
            ])
        guard let answer = try? model.ask(question) else { return item }
        let lower = sentence.lowercased()
        // Words that are not the sentence's own are not taken; and a marked item is one whatever the model says.
        func own(_ key: String) -> String? {
            answer[key]?.string.flatMap {
                !$0.isEmpty && $0.utf8.count < 40 && lower.contains($0.lowercased()) ? $0 : nil
            }
        }
        if answer["is_action"]?.bool == false, !lower.hasPrefix("action"), !lower.hasPrefix("todo") {
            return nil
        }
        let due = own("due").flatMap { text in text.contains(where: \.isNumber) ? text : nil }
        return ActionItem(item.text, owner: item.owner ?? own("owner"), due: item.due ?? due)
    }
}
