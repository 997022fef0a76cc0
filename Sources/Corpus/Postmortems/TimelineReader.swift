/// Finds the events of a timeline, whichever way it is written: as a table, as a list,
/// under headings that are times, or as lines that begin with one.
enum TimelineReader {
    /// The events of the sections that belong to a timeline.
    static func events(_ sections: [MarkdownOutline.Section]) -> [Postmortem.Event] {
        sections.flatMap { section -> [Postmortem.Event] in
            if let found = TimeWords.leading(section.heading), section.level > 0 {
                // A heading that is only a day has its events below; one with a time is an event.
                let below = lines(section.lines)
                if !found.time.contains(":"), !below.isEmpty { return below }
                let text = ([found.rest] + MarkdownItems.paragraphs(section.lines) + points(section.lines))
                    .filter { !$0.isEmpty }.joined(separator: " ")
                return text.isEmpty ? [] : [Postmortem.Event(time: found.time, event: text)]
            }
            let tabled = MarkdownItems.tables(section.lines).flatMap(events)
            return tabled.isEmpty ? lines(section.lines) : tabled
        }
    }

    private static func points(_ lines: [String]) -> [String] {
        MarkdownItems.items(lines).map(whole)
    }

    private static func whole(_ item: MarkdownItems.Item) -> String {
        ([item.text] + item.children.map(whole)).filter { !$0.isEmpty }.joined(separator: " ")
    }

    // MARK: - Tables

    private static func events(_ table: MarkdownItems.Table) -> [Postmortem.Event] {
        let named = table.column(["time", "date", "when", "zeit", "uhr", "datum"])
        guard let time = named ?? table.rows.first?.firstIndex(where: { TimeWords.leading($0) != nil }) else {
            return []
        }
        let event =
            table.column([
                "event", "description", "note", "what", "ereignis", "beschreibung", "action", "update",
            ])
        return table.rows.compactMap { row in
            let others = row.indices.filter { $0 != time }
            let told =
                if let event, event != time { row[event] } else {
                    others.map { row[$0] }.filter { !$0.isEmpty }.joined(separator: " ")
                }
            return row[time].isEmpty || told.isEmpty ? nil : Postmortem.Event(time: row[time], event: told)
        }
    }

    // MARK: - Lists and lines

    private static func lines(_ lines: [String]) -> [Postmortem.Event] {
        let items = MarkdownItems.items(lines)
        let listed = items.flatMap(events)
        return listed.isEmpty ? plain(lines) : listed
    }

    private static func events(_ item: MarkdownItems.Item) -> [Postmortem.Event] {
        if let found = TimeWords.leading(item.text), !found.rest.isEmpty || !item.children.isEmpty {
            // A day as the head of a list has its events below it.
            let below = item.children.flatMap(events)
            if found.rest.isEmpty, !below.isEmpty { return below }
            let text = whole(MarkdownItems.Item(text: found.rest, children: item.children))
            return [Postmortem.Event(time: found.time, event: text)]
        }
        if let found = TimeWords.trailing(item.text), item.children.isEmpty {
            return [Postmortem.Event(time: found.time, event: found.rest)]
        }
        return item.children.flatMap(events)
    }

    private static func plain(_ lines: [String]) -> [Postmortem.Event] {
        let fenced = MarkdownOutline.fenced(lines)
        var events: [Postmortem.Event] = []
        for (at, line) in lines.enumerated() {
            let text = line.trimmed
            if text.isEmpty || fenced[at] { continue }
            if let found = TimeWords.leading(text) {
                // A day alone only says when the next lines were.
                if found.rest.isEmpty, !found.time.contains(":") { continue }
                events.append(Postmortem.Event(time: found.time, event: found.rest))
            } else if let last = events.indices.last {
                events[last].event += (events[last].event.isEmpty ? "" : " ") + text
            }
        }
        return events.filter { !$0.event.isEmpty }
    }
}
