import Foundation
import TestSupport
import Testing

@testable import Checkpoint

/// A folder that should be a model, and the problem that must be found in it.
struct HostileFolder: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var files: [String: [UInt8]]
    /// The file at fault, or nothing for the folder itself.
    let at: String?
    let problem: CheckpointError.Problem

    init(_ name: String, _ files: [String: String], at: String? = nil, _ problem: CheckpointError.Problem) {
        testDescription = name
        self.files = files.mapValues { Array($0.utf8) }
        self.at = at
        self.problem = problem
    }

    static let weights = String(
        decoding: safetensors(#"{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: 1),
        as: UTF8.self)
    static let other = String(
        decoding: safetensors(#"{"v":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: 1),
        as: UTF8.self)
    static let index = "model.safetensors.index.json"

    /// A folder with an index and two shards, `a` with the tensor w and `b` with v.
    static func sharded(_ name: String, _ map: String, _ fault: IndexFault) -> HostileFolder {
        HostileFolder(
            name, ["config.json": "{}", "a": weights, "b": other, "twin": weights, index: map], at: index,
            .index(fault))
    }
}

let hostileFolders: [HostileFolder] = [
    HostileFolder("empty", [:], .model(.configMissing)),
    HostileFolder("an adapter", ["adapter_config.json": "{}"], .model(.isAdapter)),
    HostileFolder("config only", ["config.json": "{}"], .model(.weightsMissing)),
    HostileFolder(
        "pickled weights", ["config.json": "{}", "pytorch_model.bin": "x"],
        .model(.weightsPickled(file: "pytorch_model.bin"))),
    HostileFolder(
        "config is empty", ["config.json": "", "model.safetensors": HostileFolder.weights], at: "config.json",
        .json(JSONError(offset: 0, problem: .endOfText))),
    HostileFolder(
        "config is a list", ["config.json": "[]"], at: "config.json",
        .model(.notObject(file: "config.json", .array))),
    HostileFolder(
        "config with a key twice", ["config.json": #"{"a":1,"a":2}"#], at: "config.json",
        .json(JSONError(offset: 7, problem: .duplicateKey("a")))),
    HostileFolder(
        "config with Python's NaN", ["config.json": #"{"a":NaN}"#], at: "config.json",
        .json(JSONError(offset: 5, problem: .unexpectedByte(0x4e)))),
    HostileFolder(
        "generation_config is a string",
        ["config.json": "{}", "generation_config.json": "\"x\"", "model.safetensors": HostileFolder.weights],
        at: "generation_config.json", .model(.notObject(file: "generation_config.json", .string))),
    HostileFolder(
        "tokenizer_config is null",
        ["config.json": "{}", "tokenizer_config.json": "null", "model.safetensors": HostileFolder.weights],
        at: "tokenizer_config.json", .model(.notObject(file: "tokenizer_config.json", .null))),
    HostileFolder(
        "chat template is a number", ["config.json": "{}", "tokenizer_config.json": #"{"chat_template":1}"#],
        at: "tokenizer_config.json", .model(.chatTemplateWrongKind(.number))),
    HostileFolder(
        "chat template of two megabytes",
        ["config.json": "{}", "chat_template.jinja": String(repeating: "x", count: 2 << 20)],
        at: "chat_template.jinja", .file(.tooLarge(bytes: 2 << 20, limit: 1 << 20))),
    HostileFolder(
        "weights cut off",
        ["config.json": "{}", "model.safetensors": String(HostileFolder.weights.dropLast())],
        at: "model.safetensors", .safetensors(.dataBeyondFile(tensor: "w", end: 1, available: 0))),
    HostileFolder.sharded("index is a list", "[]", .notObject(.array)),
    HostileFolder.sharded("index without a map", #"{"metadata":{"total_size":2}}"#, .mapMissing),
    HostileFolder.sharded("map is a list", #"{"weight_map":[]}"#, .mapNotObject(.array)),
    HostileFolder.sharded("map is empty", #"{"weight_map":{}}"#, .mapEmpty),
    HostileFolder.sharded(
        "shard is a number", #"{"weight_map":{"w":1}}"#, .shardNotString(tensor: "w", .number)),
    HostileFolder.sharded(
        "shard above the folder", #"{"weight_map":{"w":"../a"}}"#, .shardNotBeside(tensor: "w", shard: "../a")
    ),
    HostileFolder.sharded(
        "shard by an absolute path", #"{"weight_map":{"w":"/etc/passwd"}}"#,
        .shardNotBeside(tensor: "w", shard: "/etc/passwd")),
    HostileFolder.sharded(
        "shard below the folder", #"{"weight_map":{"w":"x/a"}}"#, .shardNotBeside(tensor: "w", shard: "x/a")),
    HostileFolder.sharded(
        "shard is the folder", #"{"weight_map":{"w":"."}}"#, .shardNotBeside(tensor: "w", shard: ".")),
    HostileFolder.sharded(
        "shard is the folder above", #"{"weight_map":{"w":".."}}"#, .shardNotBeside(tensor: "w", shard: "..")),
    HostileFolder.sharded(
        "shard without a name", #"{"weight_map":{"w":""}}"#, .shardNotBeside(tensor: "w", shard: "")),
    HostileFolder.sharded(
        "shard with a NUL", #"{"weight_map":{"w":"a\u0000b"}}"#, .shardNotBeside(tensor: "w", shard: "a\0b")),
    HostileFolder.sharded("shard is not there", #"{"weight_map":{"w":"c"}}"#, .shardMissing("c")),
    HostileFolder.sharded(
        "tensor listed and absent", #"{"weight_map":{"w":"a","x":"a"}}"#,
        .tensorAbsent(tensor: "x", shard: "a")),
    HostileFolder.sharded(
        "tensor in another shard", #"{"weight_map":{"w":"b","v":"a"}}"#,
        .tensorAbsent(tensor: "w", shard: "b")),
    HostileFolder.sharded(
        "tensor not listed", #"{"weight_map":{"w":"a","y":"b"}}"#, .tensorAbsent(tensor: "y", shard: "b")),
    HostileFolder.sharded(
        "tensor in two shards", #"{"weight_map":{"w":"a","x":"twin"}}"#,
        .tensorTwice(tensor: "w", first: "a", second: "twin")),
]

@Suite struct ModelFolderTests {
    @Test(arguments: hostileFolders)
    func isRefusedForItsOwnReason(_ hostile: HostileFolder) throws {
        try withFolder { folder in
            for (name, bytes) in hostile.files { try put(bytes, folder + "/" + name) }
            let path = hostile.at.map { folder + "/" + $0 } ?? folder
            #expect(throws: CheckpointError(path, hostile.problem)) { try ModelFiles.open(folder) }
        }
    }

    @Test func anUnlistedTensorIsNamed() throws {
        try withFolder { folder in
            let both = safetensors(
                #"{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}"#,
                data: 1)
            try put(both, folder + "/a")
            let index = try put(Array(#"{"weight_map":{"w":"a"}}"#.utf8), folder + "/i.json")
            #expect(throws: CheckpointError(index, .index(.tensorUnlisted(tensor: "x", shard: "a")))) {
                try SafetensorsFile.open(index: index)
            }
        }
    }

    @Test func shardsAndLinksAreFollowed() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/blobs", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(
                atPath: folder + "/snapshot", withIntermediateDirectories: true)
            let model = folder + "/snapshot/"
            try put(Array(HostileFolder.weights.utf8), folder + "/blobs/1")
            try FileManager.default.createSymbolicLink(atPath: model + "a", withDestinationPath: "../blobs/1")
            try put(Array(HostileFolder.other.utf8), model + "b")
            try put(
                Array(#"{"metadata":{},"weight_map":{"w":"a","v":"b"}}"#.utf8), model + HostileFolder.index)
            try put(Array(#"{"model_type":"llama"}"#.utf8), model + "config.json")
            let templates =
                #"{"chat_template":[{"name":"tool","template":"T"},{"name":"default","template":"D"}]}"#
            try put(Array(templates.utf8), model + "tokenizer_config.json")
            guard case .directory(let opened) = try ModelFiles.open(folder + "/snapshot") else {
                Issue.record("not a folder")
                return
            }
            #expect(opened.tensors.names == ["w", "v"] && opened.chatTemplate == "D")
            #expect(opened.config["model_type"]?.string == "llama" && opened.sentencePiece == nil)
            try put(Array("J".utf8), model + "chat_template.jinja")
            #expect(try ModelDirectory.open(folder + "/snapshot").chatTemplate == "J")
        }
    }

    @Test func whatIsNoModelIsNamed() throws {
        try withFolder { folder in
            func problem(_ path: String) -> CheckpointError.Problem? {
                do throws(CheckpointError) {
                    _ = try ModelFiles.open(path)
                    return nil
                } catch { return error.problem }
            }
            #expect(problem(folder + "/none") == .model(.notThere))
            #expect(problem(folder + "/no\0ne") == .file(.nameHasNUL))
            #expect(problem("/dev/null") == .file(.notAFile))
            try put([], folder + "/empty")
            #expect(problem(folder + "/empty") == .model(.notAModel))
            try put([1, 2, 3], folder + "/x.safetensors")
            #expect(problem(folder + "/x.safetensors") == .model(.safetensorsAlone))
            try put(Array("GGUF".utf8), folder + "/x.gguf")
            #expect(problem(folder + "/x.gguf") == .gguf(.truncated(.header)))
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            #expect(problem(folder + "/pipe") == .file(.notAFile), "and without waiting for a writer")
        }
    }
}
