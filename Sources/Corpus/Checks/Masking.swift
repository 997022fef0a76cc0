import Checkpoint

/// Puts marks such as `[EMAIL_1]` in place of secrets and personal data.
///
/// The same value gets the same mark in the whole run, so that a text still says
/// that two lines are about one person. Spans of answers are moved along.
public struct Masking {
    /// How many places were masked, by the word of the mark.
    public private(set) var counts: [String: Int] = [:]
    private var marks: [String: [String: Int]] = [:]
    private let addresses: Bool

    /// IP addresses are masked only where asked.
    public init(addresses: Bool = false) { self.addresses = addresses }

    /// The record with all its texts masked.
    public mutating func mask(_ record: JSON) -> JSON {
        guard let object = record.object, let context = record["context"]?.string,
            let answers = record["answers"]?.object
        else { return masked(record) }
        let edited = edit(context)
        var result = object
        for member in object.members where !["context", "answers"].contains(member.key) {
            result[member.key] = masked(member.value)
        }
        result["context"] = .string(edited.text)
        var moved = answers
        let texts = (answers["text"]?.array ?? []).map { masked($0) }
        if answers["text"]?.array != nil { moved["text"] = .array(texts) }
        if let starts = answers["answer_start"]?.array {
            moved["answer_start"] = .array(
                starts.enumerated().map { place, start in
                    guard let old = start.int, old >= 0, place < texts.count, let text = texts[place].string
                    else {
                        return start
                    }
                    return .integer(Int64(Self.start(of: text, near: edited.moved(old), in: edited.text)))
                })
        }
        result["answers"] = .object(moved)
        return .object(result)
    }

    /// The place of a text, in code points: where it should be, else the first, else -1.
    static func start(of text: String, near place: Int, in context: String) -> Int {
        let scalars = Array(context.unicodeScalars), wanted = Array(text.unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= scalars.count else { return -1 }
        func stands(at place: Int) -> Bool {
            place >= 0 && place + wanted.count <= scalars.count
                && scalars[place..<(place + wanted.count)].elementsEqual(wanted)
        }
        return stands(at: place) ? place : (0...(scalars.count - wanted.count)).first(where: stands) ?? -1
    }

    private mutating func masked(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(edit(text).text)
        case .array(let elements): .array(elements.map { masked($0) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, masked($0.value)) }))
        default: value
        }
    }

    // MARK: - One text

    private struct Edited {
        var text: String
        /// Places in the old text, in code points, with how far everything from there on moved.
        var moves: [(from: Int, by: Int)] = []

        func moved(_ place: Int) -> Int { place + (moves.last { $0.from <= place }?.by ?? 0) }
    }

    private mutating func edit(_ text: String) -> Edited {
        let found = DataMarks.findings(in: text, addresses: addresses)
        guard !found.isEmpty else { return Edited(text: text) }
        let bytes = Array(text.utf8)
        var edited = Edited(text: "")
        var end = 0
        var shift = 0
        for finding in found {
            let value = String(decoding: bytes[finding.range], as: UTF8.self)
            let mark = mark(for: value, finding.word)
            let before = String(decoding: bytes[..<finding.range.upperBound], as: UTF8.self)
            shift += mark.unicodeScalars.count - value.unicodeScalars.count
            edited.moves.append((before.unicodeScalars.count, shift))
            edited.text += String(decoding: bytes[end..<finding.range.lowerBound], as: UTF8.self) + mark
            end = finding.range.upperBound
        }
        edited.text += String(decoding: bytes[end...], as: UTF8.self)
        return edited
    }

    private mutating func mark(for value: String, _ word: String) -> String {
        counts[word, default: 0] += 1
        let number = marks[word]?[value] ?? (marks[word]?.count ?? 0) + 1
        marks[word, default: [:]][value] = number
        return "[\(word.uppercased())_\(number)]"
    }
}

/// Secrets and personal data of a text in one list, without overlaps.
enum DataMarks {
    struct Finding: Equatable {
        /// `password`, `email`, …
        let word: String
        let isSecret: Bool
        let range: Range<Int>
    }

    static func findings(in text: String, addresses: Bool) -> [Finding] {
        let bytes = Array(text.utf8)
        let secrets = Secrets(in: text, addresses: addresses).findings.map { found in
            let end =
                found.kind == .privateKey
                ? keyEnd(bytes, after: found.range.upperBound) : found.range.upperBound
            return Finding(
                word: found.kind.rawValue, isSecret: found.kind != .address,
                range: found.range.lowerBound..<end)
        }
        let personal = PersonalData(in: text).findings
            .map { Finding(word: $0.kind.rawValue, isSecret: false, range: $0.range) }
            .filter { own in !secrets.contains { $0.range.overlaps(own.range) } }
        return (secrets + personal).sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The end of a private key: of its last line, or of what looks like one where that is cut off.
    private static func keyEnd(_ bytes: [UInt8], after start: Int) -> Int {
        let end = Array("-----END ".utf8), dashes = Array("-----".utf8)
        if let last = bytes[start...].firstRange(of: end),
            let close = bytes[last.upperBound...].firstRange(of: dashes)
        {
            return close.upperBound
        }
        return bytes[start...].firstIndex { byte in
            !(byte <= 0x20 || byte == 0x2B || byte == 0x2F || byte == 0x3D || byte == 0x5C
                || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte))
        } ?? bytes.count
    }
}
