import Checkpoint
import Foundation

/// A stored postmortem: its text, and what the program read from it.
public struct PostmortemRecord: Sendable {
    /// The same for the same document.
    public let key: String
    /// Its title.
    public let title: String
    /// Its day, `YYYY-MM-DD`, where it is known.
    public let day: String?
    /// Whose it is.
    public let organisation: String
    /// The whole text.
    public let text: String
    /// What is to be done.
    public let actions: [ActionItem]

    /// A record; the actions are read from the text where none are given.
    public init(
        key: String, title: String, day: String?, organisation: String, text: String,
        actions: [ActionItem]? = nil
    ) {
        self.key = key
        self.title = title
        self.day = day
        self.organisation = organisation
        self.text = text
        self.actions = actions ?? Self.actions(in: text)
    }

    /// The items under the headings that announce them; without such a heading, the items that read like ones.
    public static func actions(in text: String) -> [ActionItem] {
        let blocks = PostmortemText(text).blocks
        let announced = blocks.filter { $0.kind == .actions }
        if !announced.isEmpty {
            let items = announced.contains(where: \.isItem) ? announced.filter(\.isItem) : announced
            return items.map { ActionItem($0) }
        }
        let kinds = BlockReader.kinds(blocks.map(\.text))
        return zip(blocks, kinds).filter { $1 == .actions }.map { ActionItem($0.0) }
    }

    /// Reads one line of a JSONL file: `id`, `title`, `text`, and where known `date`, `source`.
    public init?(_ json: JSON) {
        guard
            let text = json["text"]?.string ?? json["markdown"]?.string ?? json["report"]?.string
                ?? json["postmortem"].flatMap({ Self.text(of: $0) })
        else { return nil }
        let title =
            json["title"]?.string ?? String(text.prefix { !$0.isNewline }.drop { $0 == "#" || $0 == " " })
        self.init(
            key: json["id"]?.string ?? SHA256.hex(of: Array(text.utf8)), title: title,
            day: (json["date"]?.string ?? json["start"]?.string).map { String($0.prefix(10)) },
            organisation: json["source"]?.string ?? json["organisation"]?.string ?? json["service"]?.string
                ?? "",
            text: text)
    }

    /// The text of a postmortem that comes in parts, as the records of `Datasets/incidents` do.
    private static func text(of parts: JSON) -> String? {
        guard let summary = parts["summary"]?.string else { return nil }
        var text = ["## Summary", summary]
        if let impact = parts["impact"]?.string { text += ["## Impact", impact] }
        func section(_ heading: String, _ key: String, _ line: (JSON) -> String?) {
            let lines = (parts[key]?.array ?? []).compactMap(line)
            if !lines.isEmpty { text += ["## \(heading)", lines.map { "- " + $0 }.joined(separator: "\n")] }
        }
        section("Timeline", "timeline") { entry in
            entry["event"]?.string.map { "\(entry["time"]?.string ?? ""): \($0)" }
        }
        section("Contributing factors", "contributing_factors") { $0.string }
        section("Action items", "action_items") { item in
            item["action"]?.string.map { action in
                action + (item["owner"]?.string.map { ", owner: \($0)" } ?? "")
                    + (item["due"]?.string.map { ", by \($0)" } ?? "")
            }
        }
        section("Lessons", "lessons") { $0.string }
        section("What could not be seen", "not_visible") { gap in
            gap["what"]?.string.map { what in
                "Could not see it: \(what)" + (gap["minutes"]?.int.map { ", for \($0) minutes" } ?? "")
                    + (gap["instrument"]?.string.map { "; to do: \($0)" } ?? "")
            }
        }
        return text.joined(separator: "\n\n") + "\n"
    }

    /// Reads a file of postmortems: JSONL, or one Markdown document.
    public static func file(_ path: String) throws(IncidentError) -> [PostmortemRecord] {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        if path.hasSuffix(".md") {
            let text = String(decoding: data, as: UTF8.self)
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let heading = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("# ") }
            return [
                PostmortemRecord(
                    key: name, title: heading.map { Words.trimmed($0.dropFirst(2)) } ?? name, day: nil,
                    organisation: "", text: text)
            ]
        }
        var records: [PostmortemRecord] = []
        for (number, line) in [UInt8](data).split(separator: 10, omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.allSatisfy({ $0 <= 32 }) { continue }
            guard let json = try? JSON.parse(Array(line)), let record = PostmortemRecord(json) else {
                throw .badLine(path: path, line: number + 1, wanted: "a JSON object with title and text")
            }
            records.append(record)
        }
        return records
    }
}
