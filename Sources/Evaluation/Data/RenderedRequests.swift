import Checkpoint

/// Requests somebody else has rendered: one line a choice, examples and all.
///
/// A line has `doc_id`, `idx` (the choice's place), `request` with `context` and
/// `continuation`, `label`, and the `doc` it came from. Lines of one `doc_id`
/// make one item. An item whose `doc_id` is a million higher holds the same
/// choices after a context that says nothing. Choices may have a context each, as Winogrande's have. Nothing is rendered again, so the
/// figures compare with whoever else scored these lines.
enum RenderedRequests {
    private static let alone = 1_000_000

    private struct Line {
        let row: Document
        let id: Int
        let place: Int
        let context: String
        let continuation: String
    }

    static func items(_ rows: [Document], of task: EvaluationTask) throws(DataError) -> [Item] {
        var order: [Int] = []
        var lines: [Int: [Line]] = [:]
        for row in rows {
            let line = try line(row)
            if lines[line.id] == nil, line.id < alone { order.append(line.id) }
            guard line.place == lines[line.id]?.count ?? 0 else {
                throw DataError(.brokenRequests(item: line.id), in: row.path, row: row.row)
            }
            lines[line.id, default: []].append(line)
        }
        guard !order.isEmpty else { throw DataError(.empty, in: task.data.path) }
        var items: [Item] = []
        for id in order {
            items.append(try item(id, lines[id] ?? [], alone: lines[id + alone], task))
        }
        return items
    }

    private static func line(_ row: Document) throws(DataError) -> Line {
        func missing(_ name: String) -> DataError {
            DataError(.incompleteRequest(name), in: row.path, row: row.row)
        }
        guard let id = row.json["doc_id"]?.int, id >= 0 else { throw missing("doc_id") }
        guard let place = row.json["idx"]?.int else { throw missing("idx") }
        guard let context = row.json["request"]?["context"]?.string else { throw missing("context") }
        guard let continuation = row.json["request"]?["continuation"]?.string, !continuation.isEmpty
        else { throw missing("continuation") }
        return Line(row: row, id: id, place: place, context: context, continuation: continuation)
    }

    private static func item(
        _ id: Int, _ lines: [Line], alone: [Line]?, _ task: EvaluationTask
    ) throws(DataError) -> Item {
        let first = lines[0]
        let document = first.row.json["doc"] ?? .object([:])
        if task.kind == .loglikelihood {
            return Item(
                id: id, document: document, target: .string(first.continuation),
                work: .loglikelihood(.text(first.context), continuation: first.continuation))
        }
        guard let label = first.row.json["label"]?.int ?? document["gold"]?.int else {
            throw DataError(.incompleteRequest("label"), in: first.row.path, row: first.row.row)
        }
        guard lines.count > 1 else {
            throw DataError(.tooFewChoices(lines.count), in: first.row.path, row: first.row.row)
        }
        guard lines.indices.contains(label) else {
            throw DataError(
                .noSuchChoice(String(label), choices: lines.count), in: first.row.path, row: first.row.row)
        }
        let continuations = lines.map(\.continuation)
        var choice = Item.Choice(
            context: .text(first.context), continuations: continuations,
            choices: choices(document, continuations), gold: [label],
            unconditional: alone?.count == lines.count ? alone.map { .text($0[0].context) } : .text(""))
        if !lines.allSatisfy({ $0.context.utf8.elementsEqual(first.context.utf8) }) {
            choice.contexts = lines.map { .text($0.context) }
        }
        return Item(id: id, document: document, target: .integer(Int64(label)), work: .choice(choice))
    }

    /// The choices as the row has them, or the continuations less their first blank.
    private static func choices(_ document: JSON, _ continuations: [String]) -> [String] {
        let written = document["choices"]?.array?.compactMap(\.string) ?? []
        if written.count == continuations.count, !written.contains(where: \.isEmpty) { return written }
        return continuations.map { text in
            text.count > 1 && text.hasPrefix(" ") ? String(text.dropFirst()) : text
        }
    }
}
