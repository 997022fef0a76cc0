import Kernels

@testable import Model

/// A batch and what it should predict, run forward and backward.
struct Trial {
    var batch: RowBatch
    /// A row of the batch and the token that should follow it.
    var targets: [(row: Int, token: Int32)]

    /// One text, whose every token predicts the next; the head of it for free.
    static func text(_ tokens: [Int32], from: Int = 0, adapter: Adapter?) -> Trial {
        Trial(
            batch: RowBatch(
                tokens: tokens, segments: [Segment(rows: 0..<tokens.count, store: 0, adapter: adapter)]),
            targets: (from..<tokens.count - 1).map { ($0, tokens[$0 + 1]) })
    }

    /// Texts behind one another, each a segment of its own.
    static func packed(_ texts: [[Int32]], from: Int, adapter: Adapter?) -> Trial {
        var trial = Trial(batch: RowBatch(tokens: [], segments: []), targets: [])
        for text in texts {
            let start = trial.batch.tokens.count
            trial.batch.tokens += text
            trial.batch.segments.append(
                Segment(rows: start..<start + text.count, store: start, adapter: adapter))
            trial.targets += (from..<text.count - 1).map { (start + $0, text[$0 + 1]) }
        }
        trial.batch.prompt = trial.batch.tokens.count
        return trial
    }

    /// Branches that hang off one context: it is computed once, and its last row
    /// predicts the first token of every branch.
    static func shared(_ context: [Int32], _ branches: [[Int32]], adapter: Adapter?) -> Trial {
        var trial = Trial.packed([context] + branches, from: 0, adapter: adapter)
        for index in 1..<trial.batch.segments.count {
            trial.batch.segments[index].past = [Span(start: 0, count: context.count)]
        }
        trial.targets = zip(branches, trial.batch.segments.dropFirst()).flatMap { branch, segment in
            branch.enumerated().map { index, token in
                (index == 0 ? context.count - 1 : segment.rows.lowerBound + index - 1, token)
            }
        }
        return trial
    }

    /// Every target's loss, and the gradient of their sum added to `gradients`.
    func run(
        _ decoder: Decoder, into gradients: Gradients?, wanted: [Int]? = nil, cache: KeyValueCache? = nil
    ) -> [Float] {
        let wanted = wanted ?? Set(targets.map(\.row)).sorted()
        let cache = cache ?? KeyValueCache(decoder.config, capacity: batch.tokens.count)
        let (hidden, saved) = decoder.forwardSaving(batch, cache: cache, wanted: wanted)
        let places = targets.map { target in wanted.firstIndex(of: target.row) ?? 0 }
        let x = Matrix(targets.count, hidden.columns)
        x.gather(places, from: hidden)
        let logits = Matrix(targets.count, decoder.config.vocabularySize)
        decoder.logits(x, prompt: targets.count, into: logits)
        let losses = CrossEntropy.forwardBackward(
            logits, targets: targets.map(\.token), scale: 1, decoder.workers)
        guard let gradients else { return losses }
        decoder.logitsBackward(logits, into: x)
        let dhidden = Matrix(hidden.rows, hidden.columns)
        x.scatterAdd(places, to: dhidden)
        decoder.backward(dhidden, saved, into: gradients)
        return losses
    }
}

extension Gradients {
    /// All numbers, part by part.
    var values: [Float] { sum.places.flatMap { $0.part.matrices.flatMap(\.values) } }
}
