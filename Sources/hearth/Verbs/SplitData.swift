import Checkpoint
import Corpus
import Foundation

struct SplitData: Verb {
    let name = "data split"
    let summary =
        "divide a dataset into training, validation and test data, so that what belongs together stays together"
    let files = DataSources.files
    let by = Parameter.option(
        "by", "FIELD", .text,
        "The field that says what belongs together (group, service, title …); by default the text that questions "
            + "are about.")
    let parts = Parameter.options(
        "part", "NAME=SHARE", .setting,
        "A part and its share; by default train=0.8, validation=0.1, test=0.1.")
    let seed = Parameter.option(
        "seed", "N", .integer(in: 0...Int.max), default: 3407, "Another seed gives another division.")
    let near = Parameter.option(
        "near", "X", .number(in: 0.3...1), default: 0.8,
        "Texts that are so much alike stay together too; 1 looks for none.")
    let output = Parameter.option(
        "output", "DIR", .path, "The folder for one .jsonl file a part; it is made.")
    let force = Parameter.flag("force", "Replace files that are there.")

    var declaration: Declaration {
        Declaration(
            parameters: [files, by, parts, seed, near, output, force], rules: [.exactlyOne([output])],
            details: [
                "Where a group goes depends on its name, the shares and the seed, and not on the order of the "
                    + "records. Groups are never divided, so the shares are met as closely as they allow. Lines are "
                    + "copied as they are."
            ],
            examples: [
                "hearth data split questions.jsonl --output splits",
                "hearth data split incidents.jsonl --by service --part train=0.7 --part test=0.3 --output splits",
            ])
    }

    func run(_ arguments: Arguments) throws {
        guard let folder = arguments[output] else { return }
        let parts = try wanted(arguments)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw DestinationError.noFolder(folder)
        }
        var outputs: [DataOutput] = []
        for part in parts {
            outputs.append(try DataOutput("\(folder)/\(part.name).jsonl", replaces: arguments[force]))
        }
        var records: [DataFile.Record] = []
        for path in try DataSources.paths(arguments) {
            let file = try DataFile(path)
            if let fault = file.faults.first { throw fault }
            records += file.records
        }
        let (groups, merged) = try GroupSplit.groups(
            of: records, by: arguments[by], likeness: arguments[near])
        let owners = GroupSplit(parts, seed: UInt64(arguments[seed])).assign(groups)
        if merged > 0 {
            Notice.line("\(merged) groups were joined with others, because their texts are almost the same")
        }
        for (number, output) in outputs.enumerated() {
            let own = records.indices.filter { owners[$0] == number }
            try output.write(
                lines: own.lazy.map { records[$0].line?.array ?? records[$0].value.serialised() })
            let count = Set(own.map { groups[$0] }).count
            try Output.line("\(output.path): \(own.count) records in \(count) groups")
        }
    }

    private func wanted(_ arguments: Arguments) throws(ArgumentError) -> [GroupSplit.Part] {
        if arguments[parts].isEmpty {
            return [("train", 0.8), ("validation", 0.1), ("test", 0.1)].map {
                GroupSplit.Part(name: $0, share: $1)
            }
        }
        var wanted: [GroupSplit.Part] = []
        for setting in arguments[parts] {
            let isName = setting.key.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
            guard isName, let share = Double(setting.value), share > 0, share.isFinite,
                !wanted.contains(where: { $0.name == setting.key })
            else {
                throw ArgumentError(
                    verb: name,
                    problem: .invalid(
                        "--part", value: "\(setting.key)=\(setting.value)",
                        expected: "a name that is not there yet, = and a share above 0"))
            }
            wanted.append(GroupSplit.Part(name: setting.key, share: share))
        }
        return wanted
    }
}
