import Checkpoint
import Foundation
import Kernels
import Model
import TestSupport
import Testing

@testable import Training

/// Adapters written here and read again, and adapters that do not belong.
@Suite struct AdapterFileTests {
    @Test(arguments: [
        [
            "lora_rank_pattern={q_proj: 2, layers.1.mlp.up_proj: 7}",
            "lora_alpha_pattern={layers.0.self_attn.v_proj: 3}",
        ],
        ["use_rslora=true", "lora_target_modules=q_proj,down_proj"], ["use_dora=true"],
        ["layers_to_transform=1"],
    ])
    func whatIsWrittenIsReadAgain(_ settings: [String]) throws {
        let tiny = try TinyRun()
        let result = try #require(try tiny.train(settings).result)
        let setting = try tiny.setting(try tiny.recipe(settings))
        let adapter = try Adapter.load(
            try AdapterFiles.open(result.path), setting.decoder.config, setting.decoder.workers)
        try adapter.check(try setting.recipe.adapter.shape(on: setting.decoder.config), path: result.path)
        var folder = try PlainFolder(tiny.path("again"))
        try AdapterFiles.write(
            setting.adapterConfig, modules: adapter.modules, chatTemplate: nil, to: &folder)
        let weights = "adapter_model.safetensors"
        #expect(try tiny.bytes("again/\(weights)") == tiny.bytes("out/\(weights)"))
    }

    @Test func aRunBeginsFromAnAdapter() throws {
        let tiny = try TinyRun()
        let first = try #require(try tiny.train(output: "first").result)
        let second = try tiny.train(["init_adapter=\(first.path)", "warmup_steps=0"], output: "second")
        let loss = try #require(second.events.steps.first?.loss)
        let before = try tiny.train(["warmup_steps=0"], output: "third").events.steps.first?.loss
        #expect(loss < (before ?? 0) - 0.5)
    }

    @Test(arguments: [
        ("lora_r=8", TrainingError.Difference.rank(expected: 8, found: 4)),
        ("lora_alpha=4", .scale(expected: 1, found: 2)), ("use_dora=true", .magnitude(expected: true)),
        ("lora_target_modules=k_proj", .surplus),
    ])
    func aBeginningOfAnotherShapeIsRefused(_ key: String, _ difference: TrainingError.Difference) throws {
        let tiny = try TinyRun()
        let first = try #require(try tiny.train(output: "first").result)
        #expect(
            throws: TrainingError.initialAdapterDiffers(
                path: first.path, module: "model.layers.0.self_attn.q_proj", difference)
        ) { try tiny.train(["init_adapter=\(first.path)", key]) }
    }

    @Test func aNarrowerBeginningIsRefused() throws {
        let tiny = try TinyRun()
        let first = try #require(
            try tiny.train(["lora_target_modules=q_proj,v_proj"], output: "first").result)
        #expect(
            throws: TrainingError.initialAdapterDiffers(
                path: first.path, module: "model.layers.0.self_attn.k_proj", .absent)
        ) { try tiny.train(["init_adapter=\(first.path)"]) }
    }

    @Test(arguments: [
        ("layers_to_transform=[0, 2]", TrainingError.layerBeyond(2, layers: 2)),
        ("lora_rank_pattern={qq_proj: 2}", .patternMatchesNothing("qq_proj")),
        ("lora_alpha_pattern={layers.5.mlp.up_proj: 2}", .patternMatchesNothing("layers.5.mlp.up_proj")),
    ])
    func aRecipeThatDoesNotFitTheModelIsRefused(_ key: String, _ error: TrainingError) throws {
        let tiny = try TinyRun()
        #expect(throws: error) { try tiny.train([key]) }
        #expect(try tiny.files("").contains("out") == false || tiny.files("out") == [".lock"])
    }

    private func problem(
        of name: String, _ values: [(String, [Int])], rank: Int = 4, number: Float = 0.5
    ) throws -> AdapterError.Problem? {
        let tiny = try TinyRun()
        let setting = try tiny.setting(try tiny.recipe())
        var folder = try PlainFolder(tiny.path("adapter"))
        let parts = values.map { _, shape in
            TensorSource(name: "", shape: shape, floats: Array(repeating: number, count: shape.reduce(1, *)))
        }
        try AdapterFiles.write(
            AdapterConfig(rank: rank, alpha: 8, targetModules: ["q_proj"]),
            modules: [AdaptedModule(name: name, a: parts[0], b: parts[1])], chatTemplate: nil, to: &folder)
        do {
            _ = try Adapter.load(
                try AdapterFiles.open(tiny.path("adapter")), setting.decoder.config, setting.decoder.workers)
            return nil
        } catch let error as AdapterError {
            return error.problem
        }
    }

    @Test func anAdapterOfAnotherModelIsRefused() throws {
        let query = "model.layers.0.self_attn.q_proj"
        let good = [("A", [4, 36]), ("B", [36, 4])]
        #expect(try problem(of: query, good) == nil)
        #expect(try problem(of: "model.embed_tokens", good) == .moduleUnknown("model.embed_tokens"))
        #expect(try problem(of: "model.layers.00.self_attn.q_proj", good) != nil)
        #expect(
            try problem(of: "model.layers.0.mlp.q_proj", good) == .moduleUnknown("model.layers.0.mlp.q_proj"))
        let beyond = "model.layers.2.self_attn.q_proj"
        #expect(try problem(of: beyond, good) == .layerBeyond(module: beyond, layers: 2))
        #expect(
            try problem(of: query, [("A", [4, 35]), ("B", [36, 4])])
                == .shapeDiffers(
                    tensor: "base_model.model.\(query).lora_A.weight", expected: [4, 36], found: [4, 35]))
        #expect(
            try problem(of: query, [("A", [4, 36]), ("B", [37, 4])])
                == .shapeDiffers(
                    tensor: "base_model.model.\(query).lora_B.weight", expected: [36, 4], found: [37, 4]))
        #expect(
            try problem(of: query, good, number: .infinity)
                == .notFinite(tensor: "base_model.model.\(query).lora_A.weight"))
    }

    @Test func patternsAreNamesInBothDirections() throws {
        let config = AdapterConfig(
            rank: 4, alpha: 8, targetModules: ["q_proj"],
            rankPattern: [
                AdapterPattern(suffix: "layers.1.self_attn.q_proj", value: 2),
                AdapterPattern(suffix: "q_proj", value: 3),
            ], alphaPattern: [AdapterPattern(suffix: "v_proj", value: 1.5)])
        let text = String(decoding: config.json.serialised(), as: UTF8.self)
        #expect(text.contains(#""layers\\.1\\.self_attn\\.q_proj":2"#))
        let again = try AdapterConfig(try JSON.parse(Array(text.utf8)))
        #expect(again == config)
        #expect(again.rank(of: "model.layers.1.self_attn.q_proj") == 2)
        #expect(again.rank(of: "model.layers.11.self_attn.q_proj") == 3)
        #expect(again.rank(of: "model.layers.1.self_attn.qq_proj") == 4)
        #expect(again.alpha(of: "model.layers.0.self_attn.v_proj") == 1.5)
        for pattern in ["q_proj|v_proj", ".*proj", "layers.[01].q_proj", "", "q\\proj", "^q_proj"] {
            var object = config.json.object ?? [:]
            object["rank_pattern"] = .object([pattern: .integer(2)])
            #expect(throws: AdapterFault.patternUnsupported(key: "rank_pattern", pattern: pattern)) {
                try AdapterConfig(.object(object))
            }
        }
    }
}
