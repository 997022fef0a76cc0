import Checkpoint
import Corpus

/// What a check found, as a table or as JSON.
struct DataCheckReport {
    let files: [DataFile]
    let findings: [DataFinding]

    var errors: Int { findings.count { $0.isError } }
    var warnings: Int { findings.count - errors }

    func table(listsAll: Bool) -> String {
        var lines = files.map { file in
            let count = file.records.count + file.faults.count
            return "\(file.path): \(count) \(count == 1 ? "record" : "records")"
        }
        lines.append("")
        for group in DataFinding.Group.allCases {
            let own = findings.filter { $0.group == group }
            let count = own.isEmpty ? "–" : "\(own.count)"
            lines.append(Self.padded(group.rawValue, 16) + (own.isEmpty ? count : count + summary(own)))
            for finding in own.prefix(listsAll ? .max : 3) {
                lines.append("  \(finding.isError ? "error" : "look") \(Program.visible(finding.sentence))")
            }
            if !listsAll, own.count > 3 { lines.append("  … and \(own.count - 3) more (--all)") }
        }
        lines.append("")
        lines.append(verdict)
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        func words(_ count: Int, _ one: String, _ many: String) -> String {
            count == 0 ? "no \(many)" : count == 1 ? "1 \(one)" : "\(count) \(many)"
        }
        return words(errors, "error", "errors") + ", " + words(warnings, "thing", "things") + " worth a look"
    }

    /// How many there are of each kind, where there are several kinds.
    private func summary(_ own: [DataFinding]) -> String {
        var counts: [(word: String, count: Int)] = []
        for finding in own {
            if let known = counts.firstIndex(where: { $0.word == finding.word }) {
                counts[known].count += 1
            } else {
                counts.append((finding.word, 1))
            }
        }
        return " (" + counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ") + ")"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    var members: [(key: String, value: JSON)] {
        let read = files.map { file -> JSON in
            .object(
                JSONObject([
                    ("path", .string(file.path)), ("records", .integer(Int64(file.records.count))),
                    ("unreadable", .integer(Int64(file.faults.count))),
                ]))
        }
        let found = findings.map { finding -> JSON in
            var members: [(key: String, value: JSON)] = [
                ("file", .string(finding.place.file)), ("number", .integer(Int64(finding.place.number))),
                ("group", .string(finding.group.rawValue)), ("kind", .string(finding.word)),
                ("error", .bool(finding.isError)),
            ]
            if let other = finding.other {
                members.append(
                    (
                        "other",
                        .object(
                            JSONObject([
                                ("file", .string(other.file)), ("number", .integer(Int64(other.number))),
                            ]))
                    ))
            }
            members.append(("sentence", .string(finding.sentence)))
            return .object(JSONObject(members))
        }
        return [
            ("files", .array(read)), ("errors", .integer(Int64(errors))),
            ("warnings", .integer(Int64(warnings))),
            ("findings", .array(found)),
        ]
    }
}
