import Foundation
import Glibc
import TestSupport
import Testing

/// An evaluation that is stopped in the middle, kindly or not, goes on where it was.
@Suite struct StoppedEvaluationTests {
    private let folder: TemporaryFolder
    private let model: TinyModel
    private static let rows = 240

    init() throws {
        folder = try TemporaryFolder()
        model = try TinyModel(in: folder)
        let rows = (0..<Self.rows).map { #"{"q": "number \#($0) of the river", "a": "\#($0)"}"# }
        try folder.write(rows.joined(separator: "\n") + "\n", to: "rows.jsonl")
        // One answer at a time: there is always a next one to be stopped before.
        try folder.write(
            """
            task: t
            dataset_path: rows.jsonl
            output_type: generate_until
            doc_to_text: "{{q}}"
            doc_to_target: "{{a}}"
            batch_size: 1
            generation_kwargs: {max_gen_toks: 24}
            metric_list: [f1, exact_match]

            """, to: "suite.yaml")
    }

    private func words(_ output: String) -> [String] {
        ["eval", folder.path + "/suite.yaml", "--model", model.path, "--output", "\(folder.path)/\(output)"]
    }

    private var environment: [String: String] { ["HEARTH_HOME": folder.path + "/home"] }

    private func file(_ output: String, _ prefix: String, _ suffix: String) throws -> String? {
        let path = "\(folder.path)/\(output)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return try names.first { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map {
            try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8)
        }
    }

    /// Starts an evaluation, sends it a signal once it has kept some answers, and waits for its end.
    private func stopped(by number: Int32, _ output: String) throws -> (
        process: Process, notices: String, kept: Int
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Call.hearth)
        process.arguments = words(output)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = folder.path + "/err-" + output
        try Data().write(to: URL(fileURLWithPath: errors))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        while process.isRunning, try lines(file(output, "samples_", ".partial")) < 5 { usleep(2_000) }
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        let kept = try lines(file(output, "samples_", ".partial"))
        return (process, try String(contentsOfFile: errors, encoding: .utf8), kept)
    }

    private func lines(_ text: String?) -> Int { text.map { $0.split(separator: "\n").count } ?? 0 }

    @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
    func whatWasAnsweredIsNotAskedAgain(_ number: Int32) throws {
        #expect(try Call(words("whole"), environment: environment).status == 0)
        let (process, notices, kept) = try stopped(by: number, "out")
        try #require(kept >= 5 && kept < Self.rows, "stopped at \(kept)")
        if number == SIGKILL {
            #expect(process.terminationReason == .uncaughtSignal)
        } else {
            #expect(process.terminationStatus == 130)
            let last = notices.split(separator: "\n").last ?? ""
            #expect(last.hasPrefix("hearth: Stopped in t after \(kept) of \(Self.rows) items"), "\(notices)")
        }
        #expect(try file("out", "results_", ".json") == nil)

        // A mark in what was kept shows that it was not computed again.
        try mark("out")
        let again = try Call(words("out"), environment: environment)
        #expect(again.status == 0, "\(again.notices)")
        let samples = try #require(try file("out", "samples_", ".jsonl"))
        #expect(samples.contains(Self.mark))
        #expect(try samples.replacing(Self.mark, with: "") == file("whole", "samples_", ".jsonl"))
        #expect(try file("out", "results_", ".json") != nil && file("out", "evaluation_", ".json") == nil)
    }

    private static let mark = #","mark":"kept""#

    private func mark(_ output: String) throws {
        let path = "\(folder.path)/\(output)"
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasSuffix(".partial") })
        let text = try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
        let end = try #require(text.firstIndex(of: "\n"))
        let marked = text[..<end].dropLast() + Self.mark + "}" + text[end...]
        try Data(marked.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
}

/// A model of two layers, which writes nonsense fast.
struct TinyModel {
    let path: String

    init(in folder: TemporaryFolder) throws {
        path = folder.path + "/model"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let golden = Shared.golden("models/llama-tied")
        let files =
            try FileManager.default.contentsOfDirectory(atPath: golden).map { "\(golden)/\($0)" }
            + ["tokenizer.json", "tokenizer_config.json"].map { Shared.golden("tiny/" + $0) }
        for file in files {
            let name = URL(fileURLWithPath: file).lastPathComponent
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)", withDestinationPath: file)
        }
    }
}
