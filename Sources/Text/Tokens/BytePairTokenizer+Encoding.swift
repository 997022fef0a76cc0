extension BytePairTokenizer {
    func encode(parts texts: [String]) -> (ids: [Int32], parts: [Int]) {
        var cuts: [Int] = []
        var end = 0
        for text in texts.dropLast() {
            end += text.utf8.count
            cuts.append(end)
        }
        let output = encode(Array(texts.joined().utf8), controls: false, cuts: cuts)
        var part = 0
        let indices = output.ids.indices.map { index in
            while part < cuts.count, output.firsts[part] <= index { part += 1 }
            return part
        }
        return (output.ids, indices)
    }

    func encode(parsing text: String) -> [Int32] { encode(Array(text.utf8), controls: true).ids }

    /// What encoding makes, and its scratch.
    struct Output {
        var ids: [Int32] = []
        /// Where the ids of the current stretch begin in its normalised text.
        var starts: [Int] = []
        /// For each cut of the text, the index of the first id behind it.
        var firsts: [Int] = []
        var merger = WordMerger()
    }

    /// The ids of some UTF-8.
    ///
    /// - Parameter cuts: places in the text, in order, for which `firsts` is
    ///   wanted.
    func encode(_ bytes: [UInt8], controls: Bool, cuts: [Int] = []) -> Output {
        var output = Output()
        func passCuts(_ limit: Int) {
            while output.firsts.count < cuts.count, cuts[output.firsts.count] <= limit {
                output.firsts.append(output.ids.count)
            }
        }
        parts.added.split(bytes, 0..<bytes.count, controls: controls) { part in
            switch part {
            case .token(let id, let range):
                passCuts(range.lowerBound)
                output.ids.append(id)
            case .text(let range):
                passCuts(range.lowerBound)
                encodeStretch(bytes, range, controls, cuts, &output)
            }
        }
        passCuts(.max)
        return output
    }

    /// Encodes what lies between two added tokens.
    private func encodeStretch(
        _ bytes: [UInt8], _ range: Range<Int>, _ controls: Bool, _ cuts: [Int], _ output: inout Output
    ) {
        let first = output.ids.count
        output.starts.removeAll(keepingCapacity: true)
        let isPlain = parts.normalizer.steps.isEmpty
        func normalized(_ end: Int) -> [UInt8] {
            parts.normalizer.apply(Array(bytes[range.lowerBound..<end]), isStart: range.lowerBound == 0)
        }
        let text = isPlain ? bytes : normalized(range.upperBound)
        parts.addedAfterNormalizing.split(text, isPlain ? range : 0..<text.count, controls: controls) {
            part in
            switch part {
            case .token(let id, let range):
                output.ids.append(id)
                output.starts.append(range.lowerBound)
            case .text(let range):
                parts.preTokenizer.split(text, range) { word in encodeWord(text, word, &output) }
            }
        }
        while output.firsts.count < cuts.count, cuts[output.firsts.count] < range.upperBound {
            let cut = cuts[output.firsts.count]
            let place = isPlain ? cut : normalized(cut).count
            let behind = output.starts.firstIndex { $0 >= place } ?? output.starts.count
            output.firsts.append(first + behind)
        }
    }

    @inline(__always)
    private func encodeWord(_ bytes: [UInt8], _ word: Range<Int>, _ output: inout Output) {
        if parts.ignoresMerges, let id = textID(bytes, word) {
            output.ids.append(id)
            output.starts.append(word.lowerBound)
            return
        }
        switch parts.alphabet {
        case .bytes(let ids):
            for index in word {
                let id = ids[Int(bytes[index])]
                if id >= 0 { output.merger.append(id, start: index) }
            }
        case .characters(let byteIDs, let unknown, let fuses):
            var index = word.lowerBound
            while index < word.upperBound {
                let next = index + DecodedScalar(bytes, at: index).length
                if let id = textID(bytes, index..<next) {
                    output.merger.append(id, start: index)
                } else if let byteIDs, bytes[index..<next].allSatisfy({ byteIDs[Int($0)] >= 0 }) {
                    for place in index..<next {
                        output.merger.append(byteIDs[Int(bytes[place])], start: place)
                    }
                } else if let unknown, !(fuses && output.merger.last == unknown) {
                    output.merger.append(unknown, start: index)
                }
                index = next
            }
        }
        // The merger is moved out, so that the closure may write to the rest.
        var merger = WordMerger()
        swap(&merger, &output.merger)
        merger.finish(parts.merges) { id, start in
            output.ids.append(id)
            output.starts.append(start)
        }
        swap(&merger, &output.merger)
    }

    /// The piece with these bytes, if text may become it.
    @inline(__always)
    private func textID(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        parts.vocabulary.id(bytes, range).flatMap { parts.vocabulary.kind($0) == .control ? nil : $0 }
    }
}
