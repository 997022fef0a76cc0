import Checkpoint

/// Divides records so that what belongs together stays together.
///
/// A pure function of the groups' names, the shares and the seed: the order of the
/// records does not matter, so a file that was sorted is divided the same way.
public struct GroupSplit: Sendable {
    /// A part and the share of the records it should get.
    public struct Part: Sendable, Equatable {
        /// What it is called.
        public let name: String
        /// Its share; only the proportions count.
        public let share: Double

        /// A part.
        public init(name: String, share: Double) { (self.name, self.share) = (name, share) }
    }

    /// The parts, at least one, with shares above 0.
    public let parts: [Part]
    /// What the order of the groups is a function of.
    public let seed: UInt64

    /// A split into parts.
    public init(_ parts: [Part], seed: UInt64) { (self.parts, self.seed) = (parts, seed) }

    /// For every record, given by the name of its group, the number of its part.
    ///
    /// Groups go, in an order the seed decides, to the part that lacks most. Every part
    /// gets a group while there are enough of them.
    public func assign(_ groups: [String]) -> [Int] {
        let total = Double(groups.count)
        let sum = parts.map(\.share).reduce(0, +)
        var sizes: [String: Int] = [:]
        for group in groups { sizes[group, default: 0] += 1 }
        let order = sizes.keys.map { (key: hash($0), name: $0) }
            .sorted { ($0.key, $0.name) < ($1.key, $1.name) }.map(\.name)
        var have = [Double](repeating: 0, count: parts.count)
        var owner: [String: Int] = [:]
        for (place, group) in order.enumerated() {
            let empty = parts.indices.filter { have[$0] == 0 }
            let isScarce = order.count - place <= empty.count
            let among = isScarce && !empty.isEmpty ? empty : Array(parts.indices)
            let chosen = among.max { a, b in
                let lackA = parts[a].share / sum * total - have[a],
                    lackB = parts[b].share / sum * total - have[b]
                return lackA == lackB ? a > b : lackA < lackB
            }
            let part = chosen ?? 0
            owner[group] = part
            have[part] += Double(sizes[group] ?? 0)
        }
        return groups.map { owner[$0] ?? 0 }
    }

    private func hash(_ name: String) -> UInt64 {
        let start = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0xCBF2_9CE4_8422_2325
        var hash = name.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}

extension GroupSplit {
    /// The groups of records: by a field, or by the text they are about; records about texts that
    /// are almost the same are in one group. `merged` counts the groups that were joined for that.
    public static func groups(
        of records: [DataFile.Record], by field: String?, likeness: Double
    ) throws(CorpusError) -> (names: [String], merged: Int) {
        var entries: [RecordTexts] = []
        for record in records {
            entries.append(RecordTexts(record.value, at: record.place) ?? RecordTexts(whole: record.value))
        }
        entries = RecordTexts.withoutBoilerplate(entries)
        var names: [String] = []
        for (record, texts) in zip(records, entries) {
            if let field {
                names.append(try Self.name(field, in: record))
            } else {
                names.append(texts.body.isEmpty ? texts.prompt : texts.body)
            }
        }
        if likeness >= 1 { return (names, 0) }
        return joined(names, entries, likeness)
    }

    private static func name(_ field: String, in record: DataFile.Record) throws(CorpusError) -> String {
        var value = record.value
        for step in field.split(separator: ".") {
            guard let next = value[String(step)] else {
                throw CorpusError(.missingField(field), at: record.place)
            }
            value = next
        }
        return value.string ?? String(decoding: value.serialised(), as: UTF8.self)
    }

    /// Joins groups with texts that are almost the same.
    private static func joined(
        _ names: [String], _ entries: [RecordTexts], _ likeness: Double
    ) -> (names: [String], merged: Int) {
        var above: [String: String] = [:]
        func top(_ name: String) -> String {
            var name = name
            while let next = above[name] { name = next }
            return name
        }
        var first: [String: Int] = [:]
        var distinct: [(text: String, name: String)] = []
        var merged = 0
        func join(_ a: String, _ b: String) {
            let (a, b) = (top(a), top(b))
            guard a != b else { return }
            // The lesser name wins, so that the order of the records does not matter.
            above[max(a, b)] = min(a, b)
            merged += 1
        }
        for (number, texts) in entries.enumerated() {
            let text = texts.body.isEmpty ? texts.prompt : texts.body
            if let earlier = first[text] {
                join(names[number], names[earlier])
            } else {
                first[text] = number
                distinct.append((text, names[number]))
            }
        }
        for pair in NearDuplicates(threshold: likeness).pairs(distinct.map(\.text)) {
            join(distinct[pair.text].name, distinct[pair.sameAs].name)
        }
        return (names.map(top), merged)
    }
}

extension RecordTexts {
    /// A record of no known shape, as one text.
    init(whole record: JSON) { body = String(decoding: record.serialised(), as: UTF8.self) }
}
