import Checkpoint
import Text

/// How large a dataset is, and how it is made up.
public struct DataStatistics: Sendable, Equatable {
    /// What lengths are counted in.
    public enum Unit: String, Sendable {
        /// The tokens of a model.
        case tokens
        /// What stands between white space.
        case words
    }

    /// Where it was read.
    public let path: String
    /// What lengths are counted in.
    public let unit: Unit
    /// The length of every example.
    public private(set) var lengths: [Int] = []
    /// Where the longest example stands.
    public private(set) var longest: RecordPlace?
    /// For every example, how much of it is learnt.
    public private(set) var learnt: [Int] = []
    /// How many different texts the examples are about.
    public private(set) var texts = 0
    /// What has to be computed where every example stands alone, in the unit.
    public private(set) var separate = 0
    /// The same, where every common beginning is computed once.
    public private(set) var shared = 0

    private var most = -1

    /// How many times less `shared_context` computes at best: all common beginnings once.
    public var sharedFactor: Double { shared == 0 ? 1 : Double(separate) / Double(shared) }
    /// All lengths together.
    public var total: Int { lengths.reduce(0, +) }

    /// The length that the given share of the examples does not exceed.
    public func quantile(_ share: Double) -> Int {
        let sorted = lengths.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    /// Counts the tokens that a model would train on.
    public init(_ source: CorpusSource, with encoder: ExampleEncoder) throws(CorpusError) {
        let dataset = try Dataset.load([source], with: encoder)
        (path, unit) = (source.path, .tokens)
        let examples = dataset.examples
        for example in examples { add(example.ids.count, example.trainedCount, example.place) }
        separate = examples.reduce(0) { $0 + $1.rows }
        let tree = PrefixTree(
            count: examples.count, length: { examples[$0].sharable }, tokens: { examples[$0].ids })
        shared = examples.reduce(0) { $0 + $1.rows - $1.sharable }
        for node in tree.nodes {
            for leaf in node.leaves { shared += examples[leaf].sharable - node.depth }
            for child in node.nodes { shared += tree.nodes[child].depth - node.depth }
        }
        texts = try Self.bodies(source).count
    }

    /// Counts words, where no model is there.
    public init(_ source: CorpusSource) throws(CorpusError) {
        (path, unit) = (source.path, .words)
        var seen: [String: Int] = [:]
        var count = 0
        let file = try DataFile(try source.file())
        if let fault = file.faults.first { throw fault }
        for record in file.records {
            guard
                let own = RecordTexts(
                    record.value, at: record.place, fields: source.fields, format: source.format)
            else {
                throw CorpusError(.unknownFormat(fields: record.value.object?.keys ?? []), at: record.place)
            }
            let (body, rest) = (Self.words(own.body), Self.words(own.question) + Self.words(own.answer))
            add(body + rest, Self.words(own.answer), record.place)
            separate += body + rest
            shared += rest
            if seen.updateValue(body, forKey: own.body.isEmpty ? own.prompt : own.body) == nil {
                shared += body
            }
            count += 1
        }
        guard count > 0 else { throw CorpusError(.empty, path: source.path) }
        texts = seen.count
    }

    private static func bodies(_ source: CorpusSource) throws(CorpusError) -> Set<String> {
        let file = try DataFile(try source.file())
        return Set(
            file.records.compactMap { record in
                RecordTexts(record.value, at: record.place, fields: source.fields, format: source.format)
                    .map { $0.body.isEmpty ? $0.prompt : $0.body }
            })
    }

    private static func words(_ text: String) -> Int { text.split(whereSeparator: \.isWhitespace).count }

    private mutating func add(_ length: Int, _ learnt: Int, _ place: RecordPlace) {
        if length > most {
            longest = place
            most = length
        }
        lengths.append(length)
        self.learnt.append(learnt)
    }
}
