import Checkpoint
import Foundation

/// An evaluation read back from its files.
struct ResultsFile: Sendable {
    struct TaskSamples: Sendable {
        let name: String
        let version: String
        let metrics: [MetricSpec]
        let samples: [Sample]
    }

    let path: String
    let subject: String
    let tasks: [TaskSamples]

    /// Reads a results file, or the newest one of a folder, and the samples beside it.
    init(_ path: String) throws(ResultsError) {
        let file = try Self.file(path)
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ResultsError(.unreadable, at: file)
        }
        let json: JSON
        do throws(JSONError) {
            json = try JSON.parse([UInt8](data))
        } catch {
            throw ResultsError(.notJSON(error), at: file)
        }
        guard let results = json["results"]?.object, let configs = json["configs"]?.object else {
            throw ResultsError(.notResults, at: file)
        }
        self.path = file
        subject = json["model_name"]?.string ?? ""
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let time = URL(fileURLWithPath: file).lastPathComponent.dropFirst(8).dropLast(5)
        var tasks: [TaskSamples] = []
        for name in results.keys {
            guard let config = configs[name] else { throw ResultsError(.notResults, at: file) }
            // A name is part of a path here; a results file must not point elsewhere.
            guard SuiteName.isFileName(name) else { throw ResultsError(.notResults, at: file) }
            tasks.append(
                TaskSamples(
                    name: name, version: Self.version(json["versions"]?[name]),
                    metrics: Self.metrics(config),
                    samples: try Self.samples("\(folder)/samples_\(name)_\(time).jsonl", name)))
        }
        self.tasks = tasks
    }

    private static func file(_ path: String) throws(ResultsError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ResultsError(.unreadable, at: path)
        }
        guard isFolder.boolValue else { return path }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard
            let newest = names.filter({ $0.hasPrefix("results_") && $0.hasSuffix(".json") }).max()
        else { throw ResultsError(.noResults, at: path) }
        return path + "/" + newest
    }

    private static func version(_ value: JSON?) -> String {
        value?.string ?? value?.double.map { "\($0)" } ?? ""
    }

    /// The metrics as the run had them; names that we do not know are left out.
    private static func metrics(_ config: JSON) -> [MetricSpec] {
        (config["metric_list"]?.array ?? []).compactMap { metric in
            guard let kind = metric["metric"]?.string.flatMap(MetricKind.init(rawValue:)) else { return nil }
            var spec = MetricSpec(kind: kind, name: metric["name"]?.string ?? kind.rawValue)
            spec.bins = metric["bins"]?.int.map { max(1, min($0, 1000)) } ?? spec.bins
            return spec
        }
    }

    private static func samples(_ path: String, _ task: String) throws(ResultsError) -> [Sample] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ResultsError(.noSamples(task: task), at: path)
        }
        var samples: [Sample] = []
        for (place, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let json = try? JSON.parse(Array(line)), let sample = Sample(json) else {
                throw ResultsError(.badSample(task: task, line: place + 1), at: path)
            }
            samples.append(sample)
        }
        return samples
    }
}
