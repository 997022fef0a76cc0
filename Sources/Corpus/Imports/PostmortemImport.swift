import Checkpoint
import Foundation

/// Reads incident reports: Markdown files, folders of them, or JSONL with a text in each record.
public struct PostmortemImport: Sendable {
    /// What is made of a report.
    public enum Form: String, Sendable, CaseIterable {
        /// A record with everything that was found, as the postmortem suite reads it.
        case records
        /// A conversation that asks for the action items.
        case actions
        /// A conversation that asks for the timeline.
        case timeline
        /// A conversation that asks for impact, root cause and detection.
        case sections
    }

    /// What is made of the reports.
    public var form: Form

    /// An import that makes records, or conversations for one task.
    public init(_ form: Form = .records) { self.form = form }

    /// The reports of a file or folder. Untrusted input: only files can be at fault, reports cannot.
    public func read(_ path: String) throws(CorpusError) -> Imported {
        var imported = Imported()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CorpusError(.notThere, path: path)
        }
        for file in isFolder.boolValue ? Self.reports(in: path) : [path] {
            if CorpusSource.endings.contains(where: file.hasSuffix) {
                try records(file, into: &imported)
            } else {
                let bytes: [UInt8]
                do {
                    bytes = try MappedFile(path: file).bytes.array
                } catch {
                    guard case .file(let fault) = error.problem else {
                        throw CorpusError(.notThere, path: file)
                    }
                    throw CorpusError(.file(fault), path: file)
                }
                let name = file.split(separator: "/").last.map(String.init) ?? file
                let folder = file.split(separator: "/").dropLast().last.map(String.init) ?? ""
                take(
                    String(decoding: bytes, as: UTF8.self), id: name, group: folder, date: nil,
                    at: RecordPlace(file: file, number: 1), into: &imported)
            }
        }
        guard !imported.records.isEmpty else { throw CorpusError(.empty, path: path) }
        return imported
    }

    /// All files below a folder that are written in Markdown, in the order of their names.
    private static func reports(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            let file = name.split(separator: "/").last ?? ""
            return !file.hasPrefix(".") && !file.lowercased().hasPrefix("readme")
                && [".md", ".markdown", ".md.erb", ".mdx"].contains { file.lowercased().hasSuffix($0) }
        }.sorted().map { folder + "/" + $0 }
    }

    private func records(_ path: String, into imported: inout Imported) throws(CorpusError) {
        let file = try DataFile(path)
        if let fault = file.faults.first { throw fault }
        for record in file.records {
            guard
                let text = ["text", "report", "body", "content", "markdown"].lazy.compactMap({
                    record.value[$0]?.string
                }).first
            else { throw CorpusError(.missingField("text"), at: record.place) }
            func field(_ names: String...) -> String? {
                names.lazy.compactMap { record.value[$0]?.string }.first
            }
            let id = field("id", "path", "title") ?? "\(record.place.number)"
            take(
                text, id: id,
                group: field("group", "organisation", "organization", "source", "service") ?? "",
                date: field("date"), at: record.place, into: &imported)
        }
    }

    private func take(
        _ text: String, id: String, group: String, date: String?, at place: RecordPlace,
        into imported: inout Imported
    ) {
        let name = id.split(separator: "/").last.map(String.init) ?? id
        var report = PostmortemReader.read(
            text, name: name.split(separator: ".").first.map(String.init) ?? name)
        report.date = report.date ?? date ?? TimeWords.isoDate(in: id)
        if report.isEmpty { imported.note(.unstructured, at: place) }
        var members: [(key: String, value: JSON)] = [("id", .string(id))]
        if !group.isEmpty { members.append(("group", .string(group))) }
        switch form {
        case .records: members += report.members
        case .actions, .timeline, .sections:
            guard let conversation = conversation(report) else {
                return imported.note(.without(form.rawValue), at: place)
            }
            members += conversation.members
        }
        imported.records.append(.object(JSONObject(members)))
    }

    /// The words with which the postmortem suite asks for the same.
    private func conversation(_ report: Postmortem) -> JSONObject? {
        let copy = "Copy from the incident report, word for word."
        switch form {
        case .records: return nil
        case .actions:
            guard !report.actions.isEmpty else { return nil }
            var plain = report
            // The suite asks for these three and nothing else.
            plain.actions = report.actions.map {
                Postmortem.Action(action: $0.action, owner: $0.owner, due: $0.due)
            }
            return asked(
                report, system: copy + " Where the report names nobody or no day, write null.",
                "Give the action items as JSON: for every item the action, its owner and its due date.",
                plain.actionsJSON)
        case .timeline:
            guard !report.timeline.isEmpty else { return nil }
            return asked(
                report, system: copy,
                "Give the timeline as JSON: for every entry its time as it is written, and the event.",
                report.timelineJSON)
        case .sections:
            let names: [SectionRole] = [.impact, .rootCause, .detection]
            guard names.contains(where: { report.sections[$0] != nil }) else { return nil }
            let told = JSONObject(names.map { ($0.rawValue, report.sections[$0].map(JSON.string) ?? .null) })
            return asked(
                report, system: copy + " Where the report says nothing, write null.",
                "Give impact, root_cause and detection as JSON.", .object(told))
        }
    }

    private func asked(_ report: Postmortem, system: String, _ question: String, _ answer: JSON)
        -> JSONObject?
    {
        ChatImport.record(
            system: system, user: report.text + "\n\n" + question,
            assistant: String(decoding: answer.serialised(), as: UTF8.self)
        ).object
    }
}
