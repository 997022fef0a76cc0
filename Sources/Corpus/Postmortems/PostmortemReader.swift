/// Reads incident reports written in Markdown after many templates.
///
/// Nothing in a report is an error: what is not understood stays text. The roles of
/// headings come from ``SectionRole``; a heading below another of a known role
/// belongs to it, unless it has a role of its own.
public enum PostmortemReader {
    /// A report; `name` stands for its title where it has none.
    public static func read(_ text: String, name: String) -> Postmortem {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
        let head = FrontMatter(lines)
        var report = Postmortem()
        report.frontMatter = head.entries
        report.text = head.body.joined(separator: "\n").trimmed
        var sections = MarkdownOutline(head.body).sections
        report.title = title(&sections, head) ?? name
        let roles = roles(sections, &report)
        func of(_ role: SectionRole) -> [MarkdownOutline.Section] {
            zip(sections, roles).filter { $0.1 == role }.map(\.0)
        }
        report.timeline = TimelineReader.events(of(.timeline))
        report.actions = ActionReader.actions(of(.actions))
        report.lessons = points(of(.lessons))
        report.factors = points(of(.rootCause))
        for role in SectionRole.allCases where !role.keepsAll && role != .beside {
            let text = texts(of(role))
            if !text.isEmpty { report.sections[role] = text }
        }
        if report.sections[.summary] == nil, let opening = opening(sections, roles) {
            report.sections[.summary] = opening
        }
        report.severity = severity(head, lines: head.body)
        report.date = date(head, report, name)
        return report
    }

    // MARK: - Parts

    /// The first heading of the first level, where it does not name a part; it is no section then.
    private static func title(_ sections: inout [MarkdownOutline.Section], _ head: FrontMatter) -> String? {
        let named = head.value("title", "titel")
        guard let place = sections.firstIndex(where: { (1...2).contains($0.level) }) else { return named }
        let heading = sections[place].heading
        let isPart = SectionRole(heading: heading) != nil && heading.split(separator: " ").count <= 3
        guard !isPart, sections[place].level == 1 || (named == nil && place == 0) else { return named }
        if SectionRole.plain(heading) == "title", let line = sections.dropFirst(place + 1).first {
            return named ?? line.heading
        }
        // What stands below a title is the report's opening.
        sections[place].level = 0
        sections[place].heading = ""
        return named ?? heading.replacing("**", with: "")
    }

    private static func roles(
        _ sections: [MarkdownOutline.Section], _ report: inout Postmortem
    ) -> [SectionRole?] {
        var open: [(level: Int, role: SectionRole?)] = []
        var roles: [SectionRole?] = []
        for section in sections {
            guard section.level > 0 else {
                roles.append(nil)
                continue
            }
            open.removeAll { $0.level >= section.level }
            let above = open.last(where: { $0.role != nil })?.role
            let own = SectionRole(heading: section.heading)
            let role = above?.keepsAll == true && own != .beside ? above : own ?? above
            if role == nil { report.unknown.append(section.heading) }
            open.append((section.level, role))
            roles.append(role)
        }
        return roles
    }

    /// What stands before all parts: the summary of a report that has none.
    private static func opening(
        _ sections: [MarkdownOutline.Section], _ roles: [SectionRole?]
    ) -> String? {
        guard let first = sections.first, first.level == 0 else { return nil }
        let text = MarkdownItems.paragraphs(first.lines).joined(separator: "\n\n")
        return text.isEmpty ? nil : text
    }

    /// The lines of the sections as they are written, with the headings below the first.
    private static func texts(_ sections: [MarkdownOutline.Section]) -> String {
        sections.map { $0.lines.joined(separator: "\n").trimmed }.filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// The items of lists, or the paragraphs where there are none.
    private static func points(_ sections: [MarkdownOutline.Section]) -> [String] {
        sections.flatMap { section -> [String] in
            let items = MarkdownItems.items(section.lines).map { item in
                ([item.text] + item.children.map(\.text)).joined(separator: " ")
            }
            return (items.isEmpty ? MarkdownItems.paragraphs(section.lines) : items)
                .filter { $0.contains(where: \.isLetter) }
        }
    }

    // MARK: - Facts

    private static func date(_ head: FrontMatter, _ report: Postmortem, _ name: String) -> String? {
        let places = [
            head.value("date", "datum", "incident_date", "start"), report.title, name,
            head.value("path"), report.timeline.first?.time, report.sections[.summary],
        ]
        return places.lazy.compactMap { $0 }.compactMap { text in
            TimeWords.isoDate(in: text) ?? TimeWords.isoDate(in: text.replacing("/", with: "-"))
        }.first
    }

    private static func severity(_ head: FrontMatter, lines: ArraySlice<String>) -> String? {
        if let told = head.value("severity", "schweregrad", "priority", "sev") { return told }
        for line in lines.prefix(60) {
            let plain = line.replacing("*", with: "").replacing("|", with: " ").trimmed
            let text = plain.hasPrefix("- ") ? plain.dropFirst(2).trimmed : plain
            for word in ["severity", "schweregrad", "sev level", "priority"]
            where text.lowercased().hasPrefix(word) {
                let value = text.dropFirst(word.count).drop { !$0.isLetter && !$0.isNumber }.trimmed
                if !value.isEmpty, value.count <= 40 { return value }
            }
        }
        return nil
    }
}
