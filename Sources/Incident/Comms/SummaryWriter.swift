import Checkpoint

/// Writes a summary: the model's where every number, time and word of it holds, else the template's.
struct SummaryWriter {
    let model: ModelClient?

    /// A summary and where it came from.
    struct Summary: Equatable {
        enum Origin: String { case model, retry, template }
        let text: String
        let origin: Origin
        let prompt: String
        /// Why the model's words were not used.
        let reason: String?
    }

    func summary(of facts: Facts, for audience: AudienceKind, next: Double?) -> Summary {
        let template = SummaryTemplate(facts: facts, audience: audience, next: next)
        let prompt = Self.prompt(facts, audience)
        func plain(_ reason: String?) -> Summary {
            Summary(text: template.text, origin: .template, prompt: prompt, reason: reason)
        }
        guard let model else { return plain(nil) }
        let question = ModelQuestion(
            name: "summary", system: Self.system, user: prompt,
            properties: ["summary": ModelQuestion.text(600)])
        let grounding = Grounding(evidence: facts.texts)
        var earlier: [(role: String, text: String)] = []
        for origin in [Summary.Origin.model, .retry] {
            do throws(ModelFailure) {
                let answer = try model.ask(question, earlier: earlier)
                let text = Words.trimmed(answer["summary"]?.string ?? "")
                guard let problem = Self.problem(text, grounding, facts) else {
                    let coming = facts.incident.state == .closed ? nil : next
                    let end = coming.map { " Next update about \(Clock.minute($0)) UTC." } ?? ""
                    return Summary(text: text + end, origin: origin, prompt: prompt, reason: nil)
                }
                if origin == .retry { return plain(problem) }
                earlier = [
                    ("assistant", String(decoding: answer.serialised(), as: UTF8.self)),
                    ("user", "\(problem) Write it again, with numbers and times of the facts only."),
                ]
            } catch {
                return plain(error.words)
            }
        }
        return plain(nil)
    }

    /// What is wrong with a text, as a sentence for the model; nothing where it may go out.
    static func problem(_ text: String, _ grounding: Grounding, _ facts: Facts) -> String? {
        if text.utf8.count < 20 { return "That is too short." }
        let plain = Words.list(text).filter { $0.utf8.count >= 2 && !$0.contains(where: \.isNumber) }
        if plain.count < 6 || text.first?.isLetter != true { return "Write whole sentences." }
        let names = Set(
            facts.incident.services.map { $0.lowercased() }
                + Words.list(facts.incident.title).filter { $0.utf8.count >= 4 })
        if !names.isEmpty, names.isDisjoint(with: plain) { return "Say what is affected." }
        let isBack = !facts.states.isEmpty && facts.states.allSatisfy { $0.since != nil }
        if isBack, text.contains(" is up at ") || text.contains(" is down at ") {
            return "It is back in its usual range by now."
        }
        if text.utf8.count > 900 { return "That is too long." }
        let missing = grounding.missing(in: text)
        if !missing.isEmpty {
            return "These are not in the facts: \(missing.prefix(5).joined(separator: ", "))."
        }
        let offending = Plainness.offending(text)
        if !offending.isEmpty {
            return "Do not guess or alarm: \(offending.prefix(5).joined(separator: ", "))."
        }
        if repeats(text) { return "That repeats itself." }
        let words = Words.set(text)
        let isOver = facts.incident.state == .closed || facts.incident.state == .settled
        let over: Set<String> = ["resolved", "over", "fixed", "restored", "closed"]
        if !isOver, !over.isDisjoint(with: words) { return "It is not over yet." }
        let known = facts.texts.reduce(into: Set<String>()) { $0.formUnion(Words.set($1)) }
        // It must be about this incident: half of its longer words are the facts' own.
        let long = words.filter { $0.utf8.count >= 6 }
        if long.count >= 4, long.intersection(known).count * 3 < long.count { return "Stay with the facts." }
        return nil
    }

    private static func repeats(_ text: String) -> Bool {
        let sentences = Words.sentences(text).map { Words.list($0).joined(separator: " ") }
        return Set(sentences).count < sentences.count
    }

    static let system =
        "You write short updates about an incident. Use only the facts. Repeat numbers and times exactly as they are. Never guess a cause. Be calm."

    private static func prompt(_ facts: Facts, _ audience: AudienceKind) -> String {
        let reader =
            switch audience {
            case .responders: "the engineers who repair it: what is affected, how far, what changed"
            case .company: "everyone in the company: what is affected, and that people are working on it"
            case .executives: "the executives: how long, what is affected, when it is expected to be over"
            }
        let list = facts.texts.prefix(14).map { "- \($0)" }.joined(separator: "\n")
        return "Facts:\n\(list)\n\nWrite two or three sentences for \(reader)."
    }
}

extension ModelFailure {
    var words: String {
        switch self {
        case .call(let failure): "the model does not answer: \(failure.words)"
        case .nonsense: "the model's answer has not the shape that was asked for"
        }
    }
}
