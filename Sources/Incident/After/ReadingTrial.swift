import Checkpoint

/// How well sections and action items are found in postmortems, held against the documents' own headings.
///
/// What is read is the document without headings, list marks and tables' bars: the
/// headings are the truth, so they must not be in the question. The truth is only as
/// good as the headings: what somebody promises under another heading counts as wrong.
public struct ReadingTrial: Sendable {
    /// Counts of what was found, what there is, and what is both.
    public struct Tally: Sendable {
        /// Found.
        public var found = 0.0
        /// There.
        public var there = 0.0
        /// Found and there.
        public var both = 0.0

        /// Of what was found, the share that is there.
        public var precision: Double { found > 0 ? both / found : .nan }
        /// Of what is there, the share that was found.
        public var recall: Double { there > 0 ? both / there : .nan }
        /// Their harmonic mean.
        public var f1: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
    }

    /// The model, if one is to read.
    let model: ModelClient?
    /// Action items.
    public private(set) var actions = Tally()
    /// Words of impact and of causes, by section.
    public private(set) var sections: [SectionKind: Tally] = [:]
    /// Documents that were read.
    public private(set) var documents = 0
    /// Questions the model did not answer.
    public private(set) var failures = 0

    /// A trial without a model, or with the one at an endpoint.
    public init(model settings: AgentConfig.ModelEndpoint? = nil, caller: any HTTPCaller = HTTPClient()) {
        model = settings.map { ModelClient($0, caller: caller) }
    }

    /// The sections whose words are compared.
    static let compared: [SectionKind] = [.impact, .causes]

    /// Reads one document; one whose headings tell nothing of these is left out.
    public mutating func read(_ record: PostmortemRecord) {
        let blocks = PostmortemText(record.text).blocks
        let truth = blocks.filter { $0.kind == .actions }
        let items = truth.contains(where: \.isItem) ? truth.filter(\.isItem) : truth
        let known = blocks.filter { $0.kind != nil }
        guard known.count * 2 >= blocks.count, blocks.count >= 5 else { return }
        documents += 1
        let (found, parts) = model.map { ask($0, blocks) } ?? plain(blocks)
        let wanted = items.map { Words.set($0.text) }
        let got = found.map { Words.set($0) }
        actions.found += Double(got.count)
        actions.there += Double(wanted.count)
        actions.both += Double(Self.matches(got, wanted))
        for kind in Self.compared {
            let own = known.filter { $0.kind == kind }.flatMap { Words.list($0.text) }
            guard !own.isEmpty else { continue }
            let read = parts[kind] ?? []
            sections[kind, default: Tally()].found += Double(read.count)
            sections[kind, default: Tally()].there += Double(own.count)
            sections[kind, default: Tally()].both += Double(Self.shared(own, read))
        }
    }

    private func plain(_ blocks: [PostmortemText.Block]) -> (
        actions: [String], sections: [SectionKind: [String]]
    ) {
        var actions: [String] = []
        var sections: [SectionKind: [String]] = [:]
        for (block, kind) in zip(blocks, BlockReader.kinds(blocks.map(\.text))) {
            if kind == .actions { actions.append(block.text) }
            sections[kind, default: []] += Words.list(block.text)
        }
        return (actions, sections)
    }

    private static let system =
        "Copy from the incident report, word for word. Where the report names nobody or no day, write null."

    /// Asks about pieces of a few thousand letters, so that long documents fit.
    private mutating func ask(
        _ model: ModelClient, _ blocks: [PostmortemText.Block]
    ) -> (actions: [String], sections: [SectionKind: [String]]) {
        var pieces: [String] = [""]
        for block in blocks {
            if pieces[pieces.count - 1].utf8.count + block.text.utf8.count > 4000 { pieces.append("") }
            pieces[pieces.count - 1] += "\(block.text.prefix(4000))\n"
        }
        var actions: [String] = []
        var sections: [SectionKind: [String]] = [:]
        let item: JSON = .object([
            "type": .string("object"), "additionalProperties": .bool(false),
            "required": .array([.string("action"), .string("owner"), .string("due")]),
            "properties": .object([
                "action": .object(["type": .string("string")]), "owner": ModelQuestion.optionalText,
                "due": ModelQuestion.optionalText,
            ]),
        ])
        for piece in pieces.prefix(6) {
            let asked = ModelQuestion(
                name: "action_items", system: Self.system,
                user: piece
                    + "\nGive the action items as JSON: for every item the action, its owner and its due date.",
                properties: ["action_items": .object(["type": .string("array"), "items": item])])
            if let answer = try? model.ask(asked) {
                let lower = Words.set(piece)
                for item in answer["action_items"]?.array ?? [] {
                    // What is not the document's own words is not taken.
                    guard let text = item["action"]?.string, !text.isEmpty else { continue }
                    let words = Words.set(text)
                    if words.intersection(lower).count * 5 >= words.count * 4, !actions.contains(text) {
                        actions.append(text)
                    }
                }
            } else {
                failures += 1
            }
            let parts = ModelQuestion(
                name: "sections", system: Self.system,
                user: piece + "\nGive impact, root_cause and detection as JSON.",
                properties: [
                    "impact": ModelQuestion.optionalText, "root_cause": ModelQuestion.optionalText,
                    "detection": ModelQuestion.optionalText,
                ])
            if let answer = try? model.ask(parts) {
                sections[.impact, default: []] += Words.list(answer["impact"]?.string ?? "")
                sections[.causes, default: []] += Words.list(answer["root_cause"]?.string ?? "")
            } else {
                failures += 1
            }
        }
        return (actions, sections)
    }

    /// How many found items are one of the wanted, each once: half of all their words in common.
    static func matches(_ found: [Set<String>], _ wanted: [Set<String>]) -> Int {
        var open = Array(wanted.indices)
        var count = 0
        for words in found {
            let best = open.max { Words.likeness(words, wanted[$0]) < Words.likeness(words, wanted[$1]) }
            guard let best, Words.likeness(words, wanted[best]) >= 0.5 else { continue }
            open.removeAll { $0 == best }
            count += 1
        }
        return count
    }

    /// How many words two texts have in common, each as often as both have it.
    static func shared(_ a: [String], _ b: [String]) -> Int {
        var counts: [String: Int] = [:]
        for word in a { counts[word, default: 0] += 1 }
        var shared = 0
        for word in b where counts[word, default: 0] > 0 {
            counts[word, default: 0] -= 1
            shared += 1
        }
        return shared
    }

    /// The figures.
    public var json: JSON {
        func figures(_ tally: Tally) -> JSON {
            func number(_ value: Double) -> JSON {
                value.isFinite ? .number((value * 10_000).rounded() / 10_000) : .null
            }
            return .object([
                "precision": number(tally.precision), "recall": number(tally.recall), "f1": number(tally.f1),
                "there": .number(tally.there), "found": .number(tally.found), "both": .number(tally.both),
            ])
        }
        var members: JSONObject = [
            "documents": .integer(Int64(documents)), "failures": .integer(Int64(failures)),
            "action_items": figures(actions),
        ]
        for kind in Self.compared { members[kind.rawValue] = figures(sections[kind] ?? Tally()) }
        return .object(members)
    }
}
