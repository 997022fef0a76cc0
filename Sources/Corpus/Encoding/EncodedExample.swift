/// One example as tokens, and which of them are trained.
public struct EncodedExample: Sendable, Equatable {
    /// The tokens.
    public let ids: [Int32]
    /// For each token, whether its prediction counts towards the loss.
    ///
    /// The first is never trained: no row predicts it. Token t is predicted by row t-1.
    public let trained: [Bool]
    /// Where the example was read.
    public let place: RecordPlace

    /// An example of as many flags as tokens; traps otherwise, and if the first token is trained.
    public init(ids: [Int32], trained: [Bool], place: RecordPlace) {
        precondition(ids.count == trained.count, "one flag for every token")
        precondition(trained.first != true, "no row predicts the first token")
        (self.ids, self.trained, self.place) = (ids, trained, place)
    }

    /// The line of the file, or the number of the record.
    public var line: Int { place.number }

    /// How many tokens are trained.
    public var trainedCount: Int { trained.count { $0 } }

    /// The first trained token, or nothing.
    public var firstTrained: Int? { trained.firstIndex(of: true) }

    /// How many rows have to be computed: up to the one that predicts the last trained token.
    ///
    /// Why not all: nothing is predicted from the rows after it, and no earlier row sees them.
    public var rows: Int { trained.lastIndex(of: true) ?? 0 }

    /// How many tokens of the beginning others may share.
    ///
    /// The row that predicts the first trained token stays out, so that every row
    /// with a target belongs to one example alone.
    public var sharable: Int { max(0, (firstTrained ?? 0) - 1) }
}
