import Checkpoint
import Foundation

/// The files of one evaluation in its output folder.
///
/// While it runs there is `evaluation_<time>.json`, which says what is being
/// evaluated, and a journal for each task that has begun; at the end the
/// journals have become `samples_<task>_<time>.jsonl`, `results_<time>.json` is
/// there and the first file is gone. So a folder always tells what is whole.
struct RunFolder {
    let path: String
    let time: String

    /// The folder of an evaluation that was stopped, where there is one that is
    /// the same, or a new one.
    static func opened(_ path: String, identity: JSON) throws(RunError) -> RunFolder {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path)
        }
        let names = ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted(by: >)
        for name in names where name.hasPrefix("evaluation_") && name.hasSuffix(".json") {
            let bytes = files.contents(atPath: path + "/" + name).map { [UInt8]($0) } ?? []
            if (try? JSON.parse(bytes)) == identity {
                return RunFolder(path: path, time: String(name.dropFirst(11).dropLast(5)))
            }
        }
        let folder = RunFolder(path: path, time: now())
        try folder.write(identity.serialised(pretty: true), "evaluation_\(folder.time).json")
        return folder
    }

    /// The present moment as lm-evaluation-harness names files after it.
    static func now() -> String {
        let seconds = Date().timeIntervalSince1970
        var whole = time_t(seconds)
        var parts = tm()
        gmtime_r(&whole, &parts)
        return String(
            format: "%04d-%02d-%02dT%02d-%02d-%02d.%06d", parts.tm_year + 1900, parts.tm_mon + 1,
            parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
            Int((seconds - Double(whole)) * 1e6))
    }

    /// A task's journal, with what an earlier process kept; its samples where it is done.
    func journal(_ task: String) throws(RunError) -> Journal {
        let files = FileManager.default
        let done = path + "/" + samples(task)
        let open = done + ".partial"
        if files.fileExists(atPath: done), !files.fileExists(atPath: open) {
            do {
                try files.moveItem(atPath: done, toPath: open)
            } catch {
                throw .unwritable(path: done)
            }
        }
        return try Journal(open)
    }

    func finish(_ journal: Journal?, _ task: String) throws(RunError) {
        try journal?.finish(as: path + "/" + samples(task))
    }

    func finish(_ results: EvaluationResults) throws(RunError) {
        try write(results.json.serialised(pretty: true), "results_\(time).json")
        try write(Array(Report(results).html.utf8), "report_\(time).html")
        try? FileManager.default.removeItem(atPath: path + "/evaluation_\(time).json")
    }

    private func samples(_ task: String) -> String { "samples_\(task)_\(time).jsonl" }

    private func write(_ bytes: [UInt8], _ name: String) throws(RunError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name), options: .atomic)
        } catch {
            throw .unwritable(path: path + "/" + name)
        }
    }
}
