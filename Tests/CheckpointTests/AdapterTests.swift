import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct AdapterTests {
    static let name = "model.layers.0.self_attn.q_proj"

    func module(rank: Int = 2, magnitude: Bool = false) -> AdaptedModule<TensorSource> {
        AdaptedModule(
            name: Self.name,
            a: TensorSource(name: "", shape: [rank, 3], floats: [Float](repeating: 1, count: rank * 3)),
            b: TensorSource(name: "", shape: [4, rank], floats: [Float](repeating: 2, count: rank * 4)),
            magnitude: magnitude ? TensorSource(name: "", shape: [4], floats: [1, 2, 3, 4]) : nil)
    }

    @Test(arguments: [false, true])
    func whatIsWrittenIsRead(_ dora: Bool) throws {
        try withFolder { folder in
            let config = AdapterConfig(
                rank: 2, alpha: 4, dropout: 0.05, targetModules: ["q_proj"], usesRSLoRA: true, usesDoRA: dora,
                baseModel: "base")
            var place = try PlainFolder(folder + "/deep/adapter")
            try AdapterFiles.write(
                config, modules: [module(magnitude: dora)], chatTemplate: "{{x}}", to: &place)
            let read = try AdapterFiles.open(folder + "/deep/adapter")
            #expect(read.config == config && read.chatTemplate == "{{x}}")
            #expect(read.modules.map(\.name) == [Self.name])
            #expect(read.modules[0].a.shape == [2, 3] && read.modules[0].b.shape == [4, 2])
            #expect(read.modules[0].magnitude?.shape == (dora ? [4] : nil))
            #expect(read.modules[0].a.name == "base_model.model.\(Self.name).lora_A.weight")
            #expect(abs(read.config.scale - 4 / 2.0.squareRoot()) < 1e-12)
        }
    }

    @Test(.enabled(if: Shared.file("data/models/peft_adapter_real") != nil, "needs ../shared"))
    func aRealAdapterIsUnderstoodAndWrittenWithAllItsKeys() throws {
        let folder = try #require(Shared.file("data/models/peft_adapter_real"))
        let value = try JSON.parse(MappedFile(path: folder + "/adapter_config.json").bytes)
        let config = try AdapterConfig(value)
        #expect(config.rank == 16 && config.alpha == 32 && config.dropout == 0.05 && config.scale == 2)
        #expect(config.targetModules.count == 7 && !config.usesDoRA)
        #expect(config.json == value)
        #expect(
            AdapterConfig(rank: 1, alpha: 1, targetModules: []).json.object?.keys.sorted()
                == value.object?.keys.sorted())

        // Its weights' real header, with data of zeros that take no room on the disk.
        try withFolder { copy in
            let header = try MappedFile(path: folder + "/adapter_model.safetensors.header.json").bytes.array
            let path = copy + "/adapter_model.safetensors"
            try put(little(UInt64(header.count)) + header, path)
            #expect(truncate(path, 161_533_192) == 0)
            try put(value.serialised(), copy + "/adapter_config.json")
            let adapter = try AdapterFiles.open(copy)
            #expect(adapter.modules.count == 196)
            #expect(adapter.modules.allSatisfy { $0.a.shape[0] == 16 && $0.b.shape[1] == 16 })
        }
    }

    static let sound = #""peft_type":"LORA","r":2,"lora_alpha":4,"target_modules":["q_proj"]"#

    @Test(arguments: [
        ("{}", AdapterFault.kindUnsupported("")), (#"{"peft_type":"IA3"}"#, .kindUnsupported("IA3")),
        (#"{"peft_type":"LORA"}"#, .valueInvalid(key: "r")),
        (#"{"peft_type":"LORA","r":0}"#, .valueInvalid(key: "r")),
        (#"{"peft_type":"LORA","r":1e9}"#, .valueInvalid(key: "r")),
        (#"{"peft_type":"LORA","r":9223372036854775807}"#, .valueInvalid(key: "r")),
        (#"{"peft_type":"LORA","r":2,"lora_alpha":"4"}"#, .valueInvalid(key: "lora_alpha")),
        (#"{"peft_type":"LORA","r":2,"lora_alpha":-1}"#, .valueInvalid(key: "lora_alpha")),
        (#"{"peft_type":"LORA","r":2,"lora_alpha":4,"lora_dropout":1}"#, .valueInvalid(key: "lora_dropout")),
        (
            #"{"peft_type":"LORA","r":2,"lora_alpha":4,"target_modules":[1]}"#,
            .valueInvalid(key: "target_modules")
        ),
        ("{\(sound),\"use_dora\":\"yes\"}", .valueInvalid(key: "use_dora")),
        ("{\(sound),\"bias\":\"all\"}", .featureUnsupported(key: "bias")),
        ("{\(sound),\"fan_in_fan_out\":true}", .featureUnsupported(key: "fan_in_fan_out")),
        ("{\(sound),\"modules_to_save\":[\"lm_head\"]}", .featureUnsupported(key: "modules_to_save")),
        ("{\(sound),\"alora_invocation_tokens\":[1]}", .featureUnsupported(key: "alora_invocation_tokens")),
        ("{\(sound),\"init_lora_weights\":\"pissa_niter_4\"}", .featureUnsupported(key: "init_lora_weights")),
        ("{\(sound),\"use_qalora\":true}", .featureUnsupported(key: "use_qalora")),
        ("{\(sound),\"use_something_new\":true}", .featureUnsupported(key: "use_something_new")),
        ("{\(sound),\"eva_config\":{\"rho\":2}}", .featureUnsupported(key: "eva_config")),
    ])
    func whatIsNotComputedIsRefused(_ text: String, _ fault: AdapterFault) throws {
        let value = try JSON.parse(Array(text.utf8))
        #expect(throws: fault) { try AdapterConfig(value) }
    }

    static let hostile: [(String, [TensorShape], AdapterFault)] = [
        ("no tensors", [], .empty),
        ("no B", [.init("q.lora_A.weight", [2, 3])], .partMissing(module: "q", part: .b)),
        ("no A", [.init("q.lora_B.weight", [4, 2])], .partMissing(module: "q", part: .a)),
        (
            "another rank in A", [.init("q.lora_A.weight", [3, 3]), .init("q.lora_B.weight", [4, 2])],
            .rankDiffers(module: "q", expected: 2, found: 3)
        ),
        (
            "another rank in B", [.init("q.lora_A.weight", [2, 3]), .init("q.lora_B.weight", [4, 1])],
            .rankDiffers(module: "q", expected: 2, found: 1)
        ),
        (
            "one dimension", [.init("q.lora_A.weight", [6])],
            .shapeWrong(tensor: "base_model.model.q.lora_A.weight", shape: [6])
        ),
        (
            "no inputs", [.init("q.lora_A.weight", [2, 0])],
            .shapeWrong(tensor: "base_model.model.q.lora_A.weight", shape: [2, 0])
        ),
        (
            "an embedding", [.init("q.lora_embedding_A", [2, 3])],
            .nameUnknown(tensor: "base_model.model.q.lora_embedding_A")
        ),
        (
            "no module", [.init("lora_A.weight", [2, 3])],
            .nameUnknown(tensor: "base_model.model.lora_A.weight")
        ),
        (
            "two names for one part",
            [.init("q.lora_A.weight", [2, 3]), .init("q.lora_A.default.weight", [2, 3])],
            .nameUnknown(tensor: "base_model.model.q.lora_A.weight")
        ),
        (
            "magnitude without DoRA",
            [
                .init("q.lora_A.weight", [2, 3]), .init("q.lora_B.weight", [4, 2]),
                .init("q.lora_magnitude_vector", [4]),
            ],
            .magnitudeUnexpected(module: "q")
        ),
    ]

    struct TensorShape: Sendable {
        var name: String
        var shape: [Int]
        init(_ name: String, _ shape: [Int]) {
            self.name = name
            self.shape = shape
        }
    }

    @Test(arguments: hostile)
    func adaptersThatDoNotFitTogetherAreRefused(
        _ name: String, _ tensors: [TensorShape], _ fault: AdapterFault
    ) throws {
        try withFolder { folder in
            try put(Array("{\(Self.sound)}".utf8), folder + "/adapter_config.json")
            let sources = tensors.map { tensor in
                TensorSource(
                    name: "base_model.model." + tensor.name, shape: tensor.shape,
                    floats: [Float](repeating: 0, count: tensor.shape.reduce(1, *)))
            }
            try SafetensorsWriter.write(sources, to: folder + "/adapter_model.safetensors")
            #expect(throws: CheckpointError(folder, .adapter(fault))) { try AdapterFiles.open(folder) }
        }
    }

    @Test func missingFilesAreNamed() throws {
        try withFolder { folder in
            #expect(throws: CheckpointError(folder, .adapter(.configMissing))) {
                try AdapterFiles.open(folder)
            }
            try put(Array("{\(Self.sound)}".utf8), folder + "/adapter_config.json")
            #expect(throws: CheckpointError(folder, .adapter(.weightsMissing))) {
                try AdapterFiles.open(folder)
            }
            try put([1], folder + "/adapter_model.bin")
            #expect(throws: CheckpointError(folder, .adapter(.weightsPickled(file: "adapter_model.bin")))) {
                try AdapterFiles.open(folder)
            }
        }
    }
}
