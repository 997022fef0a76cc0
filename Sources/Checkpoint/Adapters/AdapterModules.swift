/// Puts the tensors of an adapter together to modules.
enum AdapterModules {
    private static let prefix = "base_model.model."

    /// The name PEFT gives to a part of a module.
    static func tensorName(_ module: String, _ part: AdapterFault.Part) -> String {
        prefix + module + "." + part.rawValue + (part == .magnitude ? "" : ".weight")
    }

    /// Pairs the tensors, each of which must be a part of a whole module.
    static func pair(
        _ tensors: TensorTable, _ config: AdapterConfig
    ) throws(AdapterFault) -> [AdaptedModule<Tensor>] {
        guard tensors.count > 0 else { throw .empty }
        var modules: [ExactString: [AdapterFault.Part: Tensor]] = [:]
        for tensor in tensors.tensors {
            guard let (module, part) = parse(tensor.name) else { throw .nameUnknown(tensor: tensor.name) }
            guard [.f32, .f16, .bf16].contains(tensor.type) else {
                throw .typeUnsupported(tensor: tensor.name, tensor.type)
            }
            guard tensor.shape.count == (part == .magnitude ? 1 : 2), !tensor.shape.contains(0) else {
                throw .shapeWrong(tensor: tensor.name, shape: tensor.shape)
            }
            guard modules[ExactString(module), default: [:]].updateValue(tensor, forKey: part) == nil else {
                throw .nameUnknown(tensor: tensor.name)
            }
        }
        var result: [AdaptedModule<Tensor>] = []
        for (name, parts) in modules { result.append(try module(name.text, parts, config)) }
        return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func module(
        _ name: String, _ parts: [AdapterFault.Part: Tensor], _ config: AdapterConfig
    ) throws(AdapterFault) -> AdaptedModule<Tensor> {
        guard let a = parts[.a] else { throw .partMissing(module: name, part: .a) }
        guard let b = parts[.b] else { throw .partMissing(module: name, part: .b) }
        let rank = config.rank(of: name)
        for found in [a.shape[0], b.shape[1]] where found != rank {
            throw .rankDiffers(module: name, expected: rank, found: found)
        }
        let magnitude = parts[.magnitude]
        if config.usesDoRA {
            guard let magnitude else { throw .partMissing(module: name, part: .magnitude) }
            guard magnitude.shape == [b.shape[0]] else {
                throw .shapeWrong(tensor: magnitude.name, shape: magnitude.shape)
            }
        } else if magnitude != nil {
            throw .magnitudeUnexpected(module: name)
        }
        return AdaptedModule(name: name, a: a, b: b, magnitude: magnitude)
    }

    /// The module and part of a tensor's name; PEFT has written the last piece in
    /// several ways over the years.
    private static func parse(_ name: String) -> (module: String, part: AdapterFault.Part)? {
        guard name.hasPrefix(prefix) else { return nil }
        var pieces = name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        if pieces.last == "weight" { pieces.removeLast() }
        if pieces.last == "default" { pieces.removeLast() }
        guard let last = pieces.popLast(), let part = AdapterFault.Part(rawValue: String(last)),
            !pieces.isEmpty
        else { return nil }
        return (pieces.joined(separator: "."), part)
    }
}
