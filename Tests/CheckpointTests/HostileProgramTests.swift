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

    init(_ words: [String], folder: String) throws {
        let notices = folder + "/notices"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, notices, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let arguments = Self.cStrings([Self.hearth] + words)
        defer { for argument in arguments { free(argument) } }
        let environment = Self.cStrings(["HEARTH_HOME=\(folder)", "SWIFT_BACKTRACE=enable=no"])
        defer { for variable in environment { free(variable) } }
        var process = pid_t()
        let spawned = posix_spawn(&process, Self.hearth, &actions, nil, arguments, environment)
        try #require(spawned == 0)
        var outcome: Int32 = 0
        var peak = 0
        while waitpid(process, &outcome, WNOHANG) == 0 {
            peak = max(peak, try Self.peak(of: process) ?? 0)
            usleep(300)
        }
        status = outcome & 0x7f == 0 ? (outcome >> 8) & 0xff : nil
        self.peak = peak
        self.notices = String(decoding: try readAll(notices), as: UTF8.self)
    }

    /// The most memory a running process has had since it began.
    ///
    /// Why not `ru_maxrss`: a child inherits that of the process that spawned it.
    private static func peak(of process: pid_t) throws -> Int? {
        let status = String(decoding: try readAll("/proc/\(process)/status"), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let number = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        return number.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// Copies for a C call, with the null pointer that ends them.
    private static func cStrings(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        words.map { strdup($0) } + [nil]
    }
}

@Suite(.enabled(if: FileManager.default.fileExists(atPath: ProgramRun.hearth), "needs the built hearth"))
struct HostileProgramTests {
    /// Runs the program on a model and checks that it refuses: status 2, one sentence
    /// with the path in it, hardly more memory than the file's own size.
    func refuse(_ path: String, _ name: String, size: Int, baseline: Int, folder: String) throws {
        let run = try ProgramRun(["tokenize", path, "--text", "x"], folder: folder)
        #expect(run.status == 2, "\(name): \(run.notices)")
        let lines = run.notices.split(separator: "\n")
        #expect(lines.count == 1 && run.notices.contains(folder), "\(name): \(run.notices)")
        #expect(run.peak - baseline <= size + 64 << 20, "\(name): \(run.peak - baseline) bytes for \(size)")
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
            try refuse(many, "ten million empty strings", size: 80_000_000, baseline: baseline, folder: folder)

            let model = folder + "/model"
            try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
            try put(Array("{}".utf8), model + "/config.json")
            for (name, header) in [
                (
                    "metadata of 60 MB",
                    #"{"__metadata__":{"a":""# + String(repeating: "x", count: 80_000_000) + "\"}}"
                ),
                ("a name of 80 MB", "{\"" + String(repeating: "x", count: 80_000_000) + "\":{}}"),
                ("30 million levels", #"{"w":"# + String(repeating: "[", count: 30_000_000)),
            ] {
                try put(safetensors(header), model + "/model.safetensors")
                try refuse(model, name, size: header.utf8.count, baseline: baseline, folder: folder)
            }
            try FileManager.default.removeItem(atPath: model + "/model.safetensors")
            for (name, config) in [
                ("five million lists", "{\"a\":[" + String(repeating: "[],", count: 5_000_000) + "[]]}"),
                ("a string of 16 MB", "{\"a\":\"" + String(repeating: "\\u00e4", count: 2_600_000) + "\"}"),
            ] {
                try put(Array(config.utf8), model + "/config.json")
                try refuse(model, name, size: config.utf8.count, baseline: baseline, folder: folder)
            }
        }
    }
}
