import Checkpoint
import Foundation
import Kernels

extension ModelExport {
    /// Throws where the format, or what reads it, cannot say what the model is.
    ///
    /// A GGUF leaves much to the architecture's name; where the model differs from
    /// what the name stands for, a reader would compute something else.
    func check(_ format: ExportFormat, _ type: WeightFormat) throws(ExportError) {
        switch format {
        case .gguf: try config.checkGGUF()
        case .safetensors:
            guard [.float32, .float16, .bfloat16].contains(type) else {
                throw .typeNotInFormat(type.elementType.rawValue, format)
            }
            try config.checkHuggingFace()
        }
    }

    /// What a GGUF says of the model before its vocabulary.
    public func metadata(name: String) -> [(String, GGUFEntry)] {
        let family = config.family.rawValue
        func key(_ name: String) -> String { "\(family).\(name)" }
        func u32(_ value: Int) -> GGUFEntry { .u32(UInt32(clamping: value)) }
        var metadata: [(String, GGUFEntry)] = [
            ("general.architecture", .string(family)), ("general.type", .string("model")),
            ("general.name", .string(name)),
            (key("block_count"), u32(config.layerCount)),
            (key("context_length"), u32(config.contextLength)),
            (key("embedding_length"), u32(config.hiddenSize)),
            (key("feed_forward_length"), u32(config.intermediateSize)),
            (key("attention.head_count"), u32(config.headCount)),
            (key("attention.head_count_kv"), u32(config.keyValueHeadCount)),
            (key("attention.key_length"), u32(config.headDimension)),
            (key("attention.value_length"), u32(config.headDimension)),
            (key("attention.layer_norm_rms_epsilon"), .f32(config.normEpsilon)),
            (key("rope.dimension_count"), u32(config.headDimension)),
            (key("rope.freq_base"), .f32(Float(config.rotation.base))),
            (key("vocab_size"), u32(config.vocabularySize)),
        ]
        if case .linear(let factor) = config.rotation.scaling {
            metadata.append((key("rope.scaling.type"), .string("linear")))
            metadata.append((key("rope.scaling.factor"), .f32(Float(factor))))
        }
        if let window = config.slidingWindow {
            metadata.append((key("attention.sliding_window"), u32(window)))
            metadata.append((key("rope.freq_base_swa"), .f32(Float(config.slidingRotation.base))))
            if let period = config.slidingPeriod, period != 6 {
                metadata.append((key("attention.sliding_window_pattern"), u32(period)))
            }
        }
        return metadata
    }

    /// What a GGUF says of its weights' type.
    public static func fileType(_ type: WeightFormat) -> [(String, GGUFEntry)] {
        let number: UInt32 =
            switch type {
            case .float16: 1
            case .q4_0: 2
            case .q8_0: 7
            case .bfloat16: 32
            default: 0
            }
        let quantised: [(String, GGUFEntry)] =
            type.blockElements > 1 ? [("general.quantization_version", .u32(2))] : []
        return [("general.file_type", .u32(number))] + quantised
    }
}

extension DecoderConfig {
    fileprivate func checkGGUF() throws(ExportError) {
        let isGemma = family == .gemma3
        if attentionScale != Float(1 / Double(headDimension).squareRoot()) {
            throw .notExpressible("query_pre_attn_scalar other than the head dimension", .gguf)
        }
        if activation != (isGemma ? GatedUnit.geluTanh : .silu) {
            throw .notExpressible("another activation than the architecture's", .gguf)
        }
        if isGemma, slidingPeriod == nil {
            throw .notExpressible("layers that do not slide in a regular pattern", .gguf)
        }
        if isGemma, slidingRotation.scaling != .none {
            throw .notExpressible("scaled rotary frequencies in sliding layers", .gguf)
        }
    }

    /// Every so many layers one sees everything, or nothing where there is no rule.
    ///
    /// A model without such a layer has a period longer than itself.
    var slidingPeriod: Int? {
        let period = slides.firstIndex(of: false).map { $0 + 1 } ?? max(6, layerCount + 1)
        return slides == (0..<layerCount).map { ($0 + 1) % period != 0 } ? period : nil
    }

    /// What each rotary frequency is divided by, where a GGUF keeps it as a tensor.
    var rotaryDivisors: [Float]? {
        switch rotation.scaling {
        case .none, .linear: return nil
        case .divided(let divisors): return divisors
        case .llama3:
            let plain = Rotation(base: rotation.base, scaling: .none).frequencies(dimension: headDimension)
            return zip(plain, rotation.frequencies(dimension: headDimension)).map { $0 / $1 }
        }
    }
}
