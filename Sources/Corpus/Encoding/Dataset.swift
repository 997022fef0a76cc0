import Checkpoint

/// Examples ready to be trained on or measured with.
///
/// Files flow in; tokens, masks and what a person should know about them flow out.
public struct Dataset: Sendable {
    /// The examples, in the order of the files.
    public let examples: [EncodedExample]
    /// How many were left out for their length.
    public let dropped: Int

    /// Examples that were encoded elsewhere.
    public init(_ examples: [EncodedExample], dropped: Int = 0) {
        self.examples = examples
        self.dropped = dropped
    }

    /// Reads and encodes datasets, one after the other.
    ///
    /// Untrusted input: the first thing wrong throws, with its line. `limit` stops
    /// reading after that many examples.
    public static func load(
        _ sources: [CorpusSource], with encoder: ExampleEncoder, limit: Int? = nil
    ) throws(CorpusError) -> Dataset {
        var examples: [EncodedExample] = []
        var dropped = 0
        var tooLong: (tokens: Int, limit: Int, place: RecordPlace)?
        var others = 0
        for source in sources {
            try source.examples { example throws(CorpusError) in
                do throws(CorpusError) {
                    if let encoded = try encoder.encode(example) {
                        examples.append(encoded)
                    } else {
                        dropped += 1
                    }
                } catch {
                    // Reading goes on, so that one run tells how many are too long.
                    guard case .tooLong(let tokens, let limit, _) = error.problem else { throw error }
                    if tooLong == nil { tooLong = (tokens, limit, example.place) } else { others += 1 }
                }
                return examples.count < limit ?? .max
            }
        }
        if let (tokens, limit, place) = tooLong {
            throw CorpusError(.tooLong(tokens: tokens, limit: limit, others: others), at: place)
        }
        guard !examples.isEmpty else { throw CorpusError(.empty, path: sources.first?.path ?? "") }
        return Dataset(examples, dropped: dropped)
    }

    /// How much of a dataset is put aside.
    public enum Part: Sendable, Equatable {
        /// A share between 0 and 1, rounded to whole examples, at least one.
        case share(Double)
        /// A number of examples.
        case count(Int)
    }

    /// The dataset in two: what stays and what is put aside, chosen by a seed.
    ///
    /// Both keep the order of the files. At least one example has to stay.
    public func split(
        _ part: Part, seed: UInt64
    ) throws(CorpusError) -> (rest: Dataset, aside: Dataset) {
        let wanted =
            switch part {
            case .share(let share): max(1, Int((share * Double(examples.count)).rounded()))
            case .count(let count): count
            }
        guard wanted > 0, wanted < examples.count else {
            throw CorpusError(
                .nothingLeft(examples: examples.count, wanted: wanted),
                path: examples.first?.place.file ?? "")
        }
        // An order of its own, so that it tells nothing about the first epoch's.
        let order = SampleOrder(seed: seed).permutation(of: examples.count, epoch: 0, stream: -1)
        let aside = Set(order.prefix(wanted))
        return (
            Dataset(examples.indices.filter { !aside.contains($0) }.map { examples[$0] }, dropped: dropped),
            Dataset(aside.sorted().map { examples[$0] })
        )
    }
}

extension CorpusSource {
    /// Calls for every example of the dataset until it gives false.
    ///
    /// The format is recognised from the first record where none is given.
    func examples(_ visit: (Example) throws(CorpusError) -> Bool) throws(CorpusError) {
        var importer = format.map { Importer(format: $0, fields: fields) }
        try RecordFile(path: try file()).records { record, isNested throws(CorpusError) in
            if isNested {
                if let format, format != .squad { throw record.error(.nestedSquad(format)) }
                // SQuAD's own file has SQuAD's own names.
                return try visit(try Importer(format: .squad, fields: FieldNames()).example(record))
            }
            guard
                let known = importer ?? fields.recognise(record).map({ Importer(format: $0, fields: fields) })
            else {
                throw record.error(.unknownFormat(fields: record.value.object?.keys ?? []))
            }
            importer = known
            return try visit(try known.example(record))
        }
    }
}
