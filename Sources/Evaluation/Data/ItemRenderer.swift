import Checkpoint

/// Makes items of a task's rows: prompts with their examples, targets, choices.
struct ItemRenderer {
    private let task: EvaluationTask
    private let shape: EvaluationTask.PromptShape
    /// Where examples are taken from.
    private let examples: [Document]
    /// Whether the examples are the task's own rows, so that none may show its own answer.
    private let areOwn: Bool

    /// All items of a task, at most `limit`.
    static func items(of task: EvaluationTask, limit: Int? = nil) throws(DataError) -> [Item] {
        var rows = try DataFile.rows(task.data.path, task.data.format)
        if task.data.format == .requests {
            let items = try RenderedRequests.items(rows, of: task)
            return limit.map { Array(items.prefix($0)) } ?? items
        }
        rows = try kept(rows, task)
        // A row without an answer is a question without one; a field that no row has is a slip of the pen.
        if task.kind == .generate, let target = task.prompt.target?.field {
            try mustOccur(target, "doc_to_target", rows, task)
        }
        let renderer = try ItemRenderer(task, rows: rows)
        var items: [Item] = []
        for (id, row) in rows.enumerated().prefix(limit ?? rows.count) {
            items.append(try renderer.item(id, row))
        }
        return items
    }

    private static func kept(_ rows: [Document], _ task: EvaluationTask) throws(DataError) -> [Document] {
        var kept: [Document] = []
        if let skip = task.data.skipIf { try mustOccur(skip, "skip_if", rows, task) }
        for row in rows {
            if let skip = task.data.skipIf, !isEmpty(try? row.value(skip)) { continue }
            kept.append(try row.renamed(task.data.fields))
        }
        guard !kept.isEmpty else { throw DataError(.empty, in: task.data.path) }
        return kept
    }

    private static func mustOccur(
        _ field: [String], _ key: String, _ rows: [Document], _ task: EvaluationTask
    ) throws(DataError) {
        guard !rows.contains(where: { $0.has(field) }) else { return }
        throw DataError(.unknownField(field.joined(separator: "."), key: key), in: task.data.path)
    }

    /// What counts as nothing in a field that decides whether a row is left out.
    private static func isEmpty(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null, .bool(false), .integer(0): true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        default: false
        }
    }

    private init(_ task: EvaluationTask, rows: [Document]) throws(DataError) {
        self.task = task
        shape = task.prompt
        areOwn = task.fewshot.path == nil
        if task.fewshot.count == 0 {
            examples = []
        } else if let path = task.fewshot.path {
            let format = DataFormat(path: path) ?? task.data.format
            examples = try Self.kept(try DataFile.rows(path, format), task)
        } else {
            examples = rows
        }
        let available = examples.count - (areOwn ? 1 : 0)
        guard available >= task.fewshot.count || task.fewshot.count == 0 else {
            throw DataError(
                .tooFewExamples(wanted: task.fewshot.count, found: max(0, available)),
                in: task.fewshot.path ?? task.data.path)
        }
    }

    private func item(_ id: Int, _ row: Document) throws(DataError) -> Item {
        var target = JSON.null
        let work: Item.Work
        switch task.kind {
        case .rolling:
            let text = try row.text(shape.target ?? shape.text)
            guard !text.isEmpty else { throw DataError(.emptyText, in: row.path, row: row.row) }
            work = .rolling(text)
        case .generate:
            let references = try references(row)
            if task.metrics.contains(where: \.kind.countsFields), let first = references.first,
                (try? JSON.parse(Array(first.utf8))) == nil
            {
                throw DataError(.targetNotJSON, in: row.path, row: row.row)
            }
            target = .array(references.map(JSON.string))
            work = .generate(try prompt(row, id), references: references)
        case .loglikelihood:
            let text = try answer(row)
            guard !text.isEmpty else { throw DataError(.emptyText, in: row.path, row: row.row) }
            target = .string(text)
            work = .loglikelihood(try prompt(row, id), continuation: delimiter + text)
        case .choice:
            let choices = try choices(row)
            let gold = try gold(row, among: choices)
            target = gold.count == 1 ? .integer(Int64(gold[0])) : .array(gold.map { .integer(Int64($0)) })
            work = .choice(
                Item.Choice(
                    context: try prompt(row, id), continuations: choices.map { delimiter + $0 },
                    choices: choices, gold: gold, unconditional: .text("")))
        }
        var item = Item(id: id, document: row.json, target: target, work: work)
        if let group = task.groupBy { item.group = try row.text(group) }
        if let source = shape.source { item.source = try row.text(source) }
        return item
    }

    /// A chat format brings its own line end before the answer.
    private var delimiter: String { shape.chat ? "" : shape.targetDelimiter }

    // MARK: Prompts

    private func prompt(_ row: Document, _ id: Int) throws(DataError) -> Prompt {
        let shown = chosen(for: row, id)
        let description = try shape.description.map { template throws(DataError) in try row.text(template) }
        guard shape.chat else {
            var text = description ?? ""
            for example in shown {
                text += try example.text(shape.text) + shape.targetDelimiter
                text += try answer(example) + shape.fewshotDelimiter
            }
            return .text(text + (try row.text(shape.text)))
        }
        var turns: [Prompt.Turn] = []
        let system = try shape.system.map { template throws(DataError) in try row.text(template) }
        let instructions = [system, description].compactMap { $0 }.joined(separator: "\n\n")
        if !instructions.isEmpty { turns.append(Prompt.Turn(.system, instructions)) }
        for example in shown {
            turns.append(Prompt.Turn(.user, try example.text(shape.text)))
            turns.append(Prompt.Turn(.assistant, try answer(example)))
        }
        return .turns(turns + [Prompt.Turn(.user, try row.text(shape.text))])
    }

    /// The examples shown before a row: the first ones, or drawn for it by the seed.
    private func chosen(for row: Document, _ id: Int) -> [Document] {
        let count = task.fewshot.count
        guard count > 0 else { return [] }
        // The first ones and one more, in place of the row itself.
        var pool = task.fewshot.seed == nil ? Array(examples.prefix(count + 1)) : examples
        if areOwn { pool.removeAll { $0.row == row.row } }
        guard let seed = task.fewshot.seed else { return Array(pool.prefix(count)) }
        let random = CounterRandom(seed: UInt64(seed))
        return (0..<min(task.fewshot.count, pool.count)).map { draw in
            pool.remove(at: random.below(pool.count, id, draw))
        }
    }

    // MARK: Targets

    /// The right answers; none where the question has none.
    private func references(_ row: Document) throws(DataError) -> [String] {
        guard let template = shape.target else { return [] }
        guard let path = template.field else { return try row.texts(template) }
        // An answer that is missing or null is a question without one.
        guard let value = try? row.value(path) else { return [] }
        // A structured answer is compared field by field, out of its own text.
        if value.object != nil { return [String(decoding: value.serialised(), as: UTF8.self)] }
        return try row.texts(template)
    }

    /// The answer as an example shows it.
    private func answer(_ row: Document) throws(DataError) -> String {
        switch task.kind {
        case .choice:
            let choices = try choices(row)
            return choices[try gold(row, among: choices)[0]]
        case .generate:
            return try references(row).first { !$0.isEmpty } ?? shape.abstain.first ?? ""
        case .loglikelihood, .rolling:
            guard let template = shape.target else { return "" }
            return try row.text(template)
        }
    }

    private func choices(_ row: Document) throws(DataError) -> [String] {
        let choices = try shape.choices.map { written throws(DataError) in try texts(written, of: row) } ?? []
        guard choices.count > 1 else {
            throw DataError(.tooFewChoices(choices.count), in: row.path, row: row.row)
        }
        if let place = choices.firstIndex(where: \.isEmpty) {
            throw DataError(.emptyChoice(place), in: row.path, row: row.row)
        }
        return choices
    }

    private func texts(
        _ written: EvaluationTask.Choices, of row: Document
    ) throws(DataError) -> [String] {
        switch written {
        case .field(let template): return try row.texts(template)
        case .written(let templates):
            var texts: [String] = []
            for template in templates { texts.append(try row.text(template)) }
            return texts
        }
    }

    /// The right choices: by label where there are labels, by place, or by their text.
    private func gold(_ row: Document, among choices: [String]) throws(DataError) -> [Int] {
        guard let template = shape.target else { return [] }
        let value = try row.value(template)
        let labels = try shape.labels.map { labels throws(DataError) in try texts(labels, of: row) }
        var gold: [Int] = []
        for value in value.array ?? [value] {
            guard let place = Self.place(value, choices, labels), choices.indices.contains(place) else {
                throw DataError(
                    .noSuchChoice(value.string ?? value.int.map(String.init) ?? "", choices: choices.count),
                    in: row.path, row: row.row)
            }
            gold.append(place)
        }
        guard !gold.isEmpty else {
            throw DataError(.noSuchChoice("", choices: choices.count), in: row.path, row: row.row)
        }
        return gold
    }

    private static func place(_ value: JSON, _ choices: [String], _ labels: [String]?) -> Int? {
        switch value {
        case .bool(let flag): labels.map { $0.firstIndex(of: flag ? "true" : "false") } ?? (flag ? 1 : 0)
        case .integer(let number):
            labels.map { $0.firstIndex(of: String(number)) } ?? Int(exactly: number)
        case .string(let text):
            if let labels { labels.firstIndex(of: text) } else { choices.firstIndex(of: text) ?? Int(text) }
        default: nil
        }
    }
}
