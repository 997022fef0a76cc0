import Foundation
import Testing

@testable import Checkpoint

/// A run of the built program, and what it cost.
struct ProgramRun {
    /// The built `hearth`, which stands beside the program that runs the tests.
    static let hearth =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path + "/hearth"

    /// The exit status, or nothing where a signal ended it.
    let status: Int32?
    let notices: String
    /// The most memory it was seen to have had, mapped files included, in bytes.
    let peak: Int

    /// Runs it through Python, which is small: Linux counts into a child's peak
    /// what its parent had when it was started, and a test run has much.
    init(_ words: [String], folder: String) throws {
        let script = """
            import resource, subprocess, sys
            run = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            open(sys.argv[1], "wb").write(b"%d %d\\n" % (run.returncode, peak) + run.stderr)
            """
        let report = folder + "/report"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, report, Self.hearth] + words
        process.environment = [
            "HEARTH_HOME": folder, "SWIFT_BACKTRACE": "enable=no",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
        try process.run()
        process.waitUntilExit()
        let told = String(decoding: try readAll(report), as: UTF8.self)
        let lines = told.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = (lines.first ?? "").split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 2, "python3 did not run: \(told)")
        status = numbers[0] >= 0 ? Int32(numbers[0]) : nil
        peak = numbers[1] * 1024
        notices = lines.count > 1 ? String(lines[1]) : ""
    }
}

@Suite(.enabled(if: FileManager.default.fileExists(atPath: ProgramRun.hearth), "needs the built hearth"))
struct HostileProgramTests {
    /// Runs every verb that reads a model on it and checks that each refuses: status 2,
    /// one sentence with the path in it, hardly more memory than the file's own size.
    func refuse(_ path: String, _ name: String, size: Int, baseline: Int, folder: String) throws {
        let score = try put(
            Array(#"{"context_ids":[1],"continuation_ids":[2]}"#.utf8), folder + "/score.jsonl")
        for words in [
            ["tokenize", path, "--text", "x"], ["inspect", path], ["generate", path, "--prompt", "x"],
            ["score", path, "--requests", score],
        ] {
            let run = try ProgramRun(words, folder: folder)
            let what = "\(words[0]), \(name): \(run.notices)"
            #expect(run.status == 2, "\(what)")
            let lines = run.notices.split(separator: "\n")
            #expect(lines.count == 1 && run.notices.contains(folder), "\(what)")
            #expect(run.peak - baseline <= size + 64 << 20, "\(what)\(run.peak - baseline) for \(size) bytes")
        }
    }

    /// What the program takes to refuse an empty file: the most of a few runs, since
    /// a short run may end between two looks.
    func baseline(_ folder: String) throws -> Int {
        let empty = try put([], folder + "/empty.gguf")
        return try (0..<5).map { _ in try ProgramRun(["tokenize", empty, "--text", "x"], folder: folder).peak
        }
        .reduce(0, max)
    }

    @Test func theProgramRefusesEveryBrokenGGUF() throws {
        try withFolder { folder in
            let baseline = try baseline(folder)
            for file in hostileGGUF {
                let path = try put(file.bytes, folder + "/x.gguf")
                try refuse(path, file.name, size: file.bytes.count, baseline: baseline, folder: folder)
            }
        }
    }

    @Test func theProgramRefusesEveryBrokenSafetensors() throws {
        try withFolder { folder in
            let baseline = try baseline(folder)
            let model = folder + "/model"
            try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
            try put(Array(#"{"model_type":"llama"}"#.utf8), model + "/config.json")
            for file in hostileSafetensors {
                try put(file.bytes, model + "/model.safetensors")
                try refuse(model, file.name, size: file.bytes.count, baseline: baseline, folder: folder)
            }
        }
    }

    @Test func theProgramRefusesEveryBrokenFolder() throws {
        let baseline = try withFolder { (folder) -> Int in try self.baseline(folder) }
        for hostile in hostileFolders {
            try withFolder { folder in
                let model = folder + "/model"
                try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
                for (name, bytes) in hostile.files { try put(bytes, model + "/" + name) }
                try refuse(
                    model, hostile.testDescription, size: hostile.files.values.map(\.count).reduce(0, +),
                    baseline: baseline, folder: folder)
            }
        }
    }

    /// Files that are large themselves and try to cost a multiple of that.
    @Test func largeFilesCostTheirSizeAtMost() throws {
        try withFolder { folder in
            let baseline = try baseline(folder)
            var strings = GGUFBuilder(tensorCount: 1, keyCount: 1)
            strings.array("k", of: 8, count: 10_000_000, [UInt8](repeating: 0, count: 80_000_000))
            let many = try put(strings.head, folder + "/strings.gguf")
            try refuse(
                many, "ten million empty strings", size: 80_000_000, baseline: baseline, folder: folder)

            let model = folder + "/model"
            try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
            try put(Array("{}".utf8), model + "/config.json")
            for (name, header) in [
                ("a name of 80 MB", "{\"" + String(repeating: "x", count: 80_000_000) + "\":{}}"),
                ("30 million levels", #"{"w":"# + String(repeating: "[", count: 30_000_000)),
            ] {
                try put(safetensors(header), model + "/model.safetensors")
                try refuse(model, name, size: header.utf8.count, baseline: baseline, folder: folder)
            }
            try FileManager.default.removeItem(atPath: model + "/model.safetensors")
            for (name, config) in [
                ("five million lists", "{\"a\":[" + String(repeating: "[],", count: 5_000_000) + "[]]}")
            ] {
                try put(Array(config.utf8), model + "/config.json")
                try refuse(model, name, size: config.utf8.count, baseline: baseline, folder: folder)
            }
        }
    }
}
