/// Finds what is to be done, with who does it and until when, in lists, tables or plain paragraphs.
enum ActionReader {
    /// The actions of the sections that belong to them.
    static func actions(_ sections: [MarkdownOutline.Section]) -> [Postmortem.Action] {
        sections.flatMap { section -> [Postmortem.Action] in
            let tabled = MarkdownItems.tables(section.lines).flatMap(actions)
            if !tabled.isEmpty { return tabled }
            let listed = MarkdownItems.items(section.lines).flatMap(actions)
            if !listed.isEmpty { return listed }
            return MarkdownItems.paragraphs(section.lines).filter(isTelling).map { action($0, ticked: nil) }
        }.filter { !$0.action.isEmpty }
    }

    /// Whether a paragraph says something to do, and is not "none" or a sentence that leads to a list.
    private static func isTelling(_ text: String) -> Bool {
        let plain = SectionRole.plain(text)
        return plain.count > 12 && !text.hasSuffix(":") && !plain.hasPrefix("these are only sample")
    }

    // MARK: - Tables

    private static func actions(_ table: MarkdownItems.Table) -> [Postmortem.Action] {
        let owner = table.column(ownerWords), due = table.column(dueWords)
        let status = table.column(["status", "done", "state", "erledigt"])
        let link = table.column(["link", "ticket", "issue", "bug", "tracking", "pr"])
        let taken = [owner, due, status, link].compactMap { $0 }
        guard
            let what = table.column(["action", "item", "task", "what", "description", "maßnahme", "aufgabe"])
                ?? table.header.indices.first(where: { !taken.contains($0) })
        else { return [] }
        func cell(_ row: [String], _ column: Int?) -> String? {
            guard let column, column != what, !isNothing(row[column]) else { return nil }
            return row[column]
        }
        return table.rows.map { row in
            var made = action(row[what], ticked: nil)
            if let named = cell(row, owner) { made.owner = MarkdownItems.unlinked(named).text }
            if let day = cell(row, due) { made.due = day }
            if let text = cell(row, link) { made.link = MarkdownItems.unlinked(text).link ?? text }
            if let text = cell(row, status)?.lowercased() {
                made.isDone = ["done", "closed", "complete", "yes", "erledigt", "x", "✅", "fertig"]
                    .contains { text.hasPrefix($0) }
            }
            return made
        }
    }

    // MARK: - Lists

    private static func actions(_ item: MarkdownItems.Item) -> [Postmortem.Action] {
        let heads = item.text.hasSuffix(":") || item.text.hasSuffix(":**")
        if heads, !item.children.isEmpty { return item.children.flatMap(actions) }
        if isNothing(item.text) { return [] }
        var made = action(item.text, ticked: item.isTicked)
        for child in item.children {
            // Lines below that name the owner or the day say more about the item itself.
            if let (label, value) = label(child.text) {
                if ownerWords.contains(label) { made.owner = made.owner ?? value }
                if dueWords.contains(label) { made.due = made.due ?? value }
            }
            made.link = made.link ?? MarkdownItems.unlinked(child.text).link
        }
        return [made]
    }

    /// An action out of one line.
    static func action(_ line: String, ticked: Bool?) -> Postmortem.Action {
        let unlinked = MarkdownItems.unlinked(line)
        var text = unlinked.text
        var made = Postmortem.Action(action: "", isDone: ticked, link: unlinked.link)
        if text.hasPrefix("~~"), text.hasSuffix("~~"), text.count > 4 {
            text = String(text.dropFirst(2).dropLast(2))
            made.isDone = made.isDone ?? true
        }
        // `what | who | when`, where a table was meant.
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
        if (2...3).contains(parts.count), !parts[0].isEmpty {
            text = parts[0]
            made.owner = isNothing(parts[1]) ? nil : parts[1]
            if parts.count == 3, !isNothing(parts[2]) { made.due = parts[2] }
        }
        // A link at the end that only says "issue" is where it is tracked, not what is to be done.
        if line.hasSuffix(")"), let word = text.split(separator: " ").last,
            ["issue", "link", "pr", "ticket"].contains(word.lowercased())
        {
            text = text.dropLast(word.count).trimmed
        }
        text = takingBrackets(text, into: &made)
        text = takingEnding(text, into: &made)
        if made.owner == nil, let word = text.split(separator: " ").last, isHandle(word) {
            made.owner = String(word)
            text = text.dropLast(word.count).trimmed
        }
        made.action = tidied(text)
        return made
    }

    /// Brackets at the end that only say who, when or where it is tracked.
    private static func takingBrackets(_ text: String, into made: inout Postmortem.Action) -> String {
        var rest = text.trimmed
        while let last = rest.last, last == ")" || last == "]",
            let open = rest.lastIndex(of: last == ")" ? "(" : "["), open != rest.startIndex
        {
            let inside = rest[rest.index(after: open)...].dropLast().trimmed
            let pieces = inside.split { $0 == "," || $0 == ";" }.map(\.trimmed)
            var isTaken = false
            for piece in pieces where take(piece, into: &made) { isTaken = true }
            let isLink =
                inside.hasPrefix("http")
                || ["issue", "link", "link to issue", "pr"].contains(inside.lowercased())
            guard isTaken || isLink else { break }
            rest = rest[..<open].trimmed
        }
        return rest
    }

    /// `… Owner: payments. Due: 2024-03-01`, `… – @anna`.
    private static func takingEnding(_ text: String, into made: inout Postmortem.Action) -> String {
        var rest = text
        for words in [dueWords, ownerWords] {
            let lower = rest.lowercased()
            guard lower.count == rest.count else { return rest }
            for word in words {
                guard let range = lower.ranges(of: word + ":").last, range.lowerBound != lower.startIndex
                else { continue }
                let start = lower.distance(from: lower.startIndex, to: range.lowerBound)
                let before = rest.index(rest.startIndex, offsetBy: start)
                guard !rest[rest.index(before: before)].isLetter else { continue }
                let value = rest[rest.index(before, offsetBy: word.count + 1)...].trimmed
                guard !value.isEmpty, value.count <= 60 else { continue }
                _ = take("\(word): \(value)", into: &made)
                rest = rest[..<before].trimmed
                break
            }
        }
        return rest
    }

    /// Whether a piece says who or when; what it says is then in the action.
    private static func take(_ piece: String, into made: inout Postmortem.Action) -> Bool {
        if let (label, value) = label(piece) {
            var value = tidied(value)
            if value.hasSuffix(".") { value = tidied(String(value.dropLast())) }
            if ownerWords.contains(label) {
                if !isNothing(value) { made.owner = made.owner ?? value }
                return true
            }
            if dueWords.contains(label) {
                if !isNothing(value) { made.due = made.due ?? value }
                return true
            }
            return false
        }
        if isHandle(piece[...]) {
            made.owner = made.owner ?? piece
            return true
        }
        let day =
            piece.lowercased().hasPrefix("due ")
            ? piece.dropFirst(4).trimmed
            : piece.lowercased().hasPrefix("by ")
                ? piece.dropFirst(3).trimmed
                : piece.lowercased().hasPrefix("bis ") ? piece.dropFirst(4).trimmed : piece
        if let found = TimeWords.leading(day), found.rest.isEmpty {
            made.due = made.due ?? found.time
            return true
        }
        return false
    }

    private static func label(_ text: String) -> (label: String, value: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let label = SectionRole.plain(String(text[..<colon]))
        let value = text[text.index(after: colon)...].trimmed
        return label.isEmpty || label.count > 20 || value.isEmpty ? nil : (label, value)
    }

    private static let ownerWords = [
        "owner", "owners", "assignee", "assigned", "assigned to", "responsible", "who", "team", "dri",
        "verantwortlich", "zuständig", "wer",
    ]
    private static let dueWords = [
        "due", "due date", "deadline", "eta", "target", "target date", "by when", "when", "fällig", "frist",
        "termin",
        "bis", "bis wann",
    ]

    private static func isHandle(_ word: Substring) -> Bool {
        word.first == "@" && word.count > 1
            && word.dropFirst().allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) }
    }

    /// What people write where there is nothing.
    private static func isNothing(_ text: String) -> Bool {
        let plain = text.lowercased().trimmed
        return [
            "", "?", "-", "–", "—", "none", "n/a", "na", "tbd", "tba", "keine", "offen", "unassigned", "todo",
        ]
        .contains(plain)
    }

    /// Without marks of emphasis and what is left of a dash or comma at the end.
    private static func tidied(_ text: String) -> String {
        var rest = text.replacing("**", with: "").replacing("__", with: "").trimmed
        while let last = rest.last, [",", "–", "—", "-", ";", ":"].contains(String(last)) {
            rest = rest.dropLast().trimmed
        }
        return rest
    }
}
