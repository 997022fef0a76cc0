import Checkpoint
import Foundation
import Recipes

extension Suite {
    /// The most bytes of a suite file.
    static let limit = 1 << 20

    /// Reads a suite file; data files are looked for beside it, and read when it runs.
    public static func read(_ path: String) throws(SuiteError) -> Suite {
        let place = YAMLPlace(.file(path))
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SuiteError(.unreadable, at: place)
        }
        return try Suite([UInt8](data), path: path)
    }

    /// Reads a suite from its text; `path` says where relative paths begin.
    init(_ bytes: [UInt8], path: String) throws(SuiteError) {
        let place = YAMLPlace(.file(path))
        guard bytes.count <= Self.limit else { throw SuiteError(.tooLarge(limit: Self.limit), at: place) }
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAMLNode.parse(bytes, from: .file(path))
        } catch {
            throw SuiteError(.yaml(error), at: error.place)
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let fallback = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        self.path = path
        self.bytes = bytes
        // A file with one task at its top is a suite of one, as lm-evaluation-harness's files are.
        if root["task"] != nil {
            tasks = [try TaskReader(root, folder: folder).task()]
            name = fallback
            return
        }
        let keys = try SuiteKeys(root, known: ["suite", "description", "tasks"])
        name = try keys.text("suite") ?? fallback
        guard SuiteName.isFileName(name) else { throw keys.fail(.badName(name), "suite") }
        guard let list = try keys.required(keys.value("tasks"), "tasks").sequence else {
            throw keys.fail(.notAMapping("no list of tasks"), "tasks")
        }
        var tasks: [EvaluationTask] = []
        for node in list {
            let task = try TaskReader(node, folder: folder).task()
            if tasks.contains(where: { $0.name == task.name }) {
                throw SuiteError(.duplicateTask(task.name), at: node.place)
            }
            tasks.append(task)
        }
        guard !tasks.isEmpty else { throw keys.fail(.noTasks, "tasks") }
        self.tasks = tasks
    }
}

/// Names that become parts of file names.
enum SuiteName {
    static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && name.first != "." && name.first != "-"
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}
