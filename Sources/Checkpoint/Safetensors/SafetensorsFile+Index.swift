/// The ways in which a list of shards can be wrong.
public enum IndexFault: Error, Sendable, Equatable {
    /// The list is not an object.
    case notObject(JSONKind)
    /// `weight_map` is missing.
    case mapMissing
    /// `weight_map` is not an object.
    case mapNotObject(JSONKind)
    /// `weight_map` is empty.
    case mapEmpty
    /// More tensors than any model has.
    case tooManyTensors(limit: Int)
    /// More shards than any model has.
    case tooManyShards(limit: Int)
    /// A tensor's shard is not a string.
    case shardNotString(tensor: String, JSONKind)
    /// A shard's name is not the plain name of a file beside the list.
    case shardNotBeside(tensor: String, shard: String)
    /// A shard is not there.
    case shardMissing(String)
    /// A tensor is not in the shard the list says.
    case tensorAbsent(tensor: String, shard: String)
    /// A tensor stands in two shards.
    case tensorTwice(tensor: String, first: String, second: String)
    /// A shard has a tensor the list does not.
    case tensorUnlisted(tensor: String, shard: String)
}

extension SafetensorsFile {
    static let mostShards = 4096

    /// Opens a sharded checkpoint by its `….safetensors.index.json`.
    ///
    /// Shards are files beside the list: a name with a folder in it is refused, a
    /// link that the owner of the folder put there is followed. List and shards
    /// must agree on every tensor.
    public static func open(index path: String) throws(CheckpointError) -> SafetensorsFile {
        let listed = try readIndex(path)
        let folder = path.folder
        var names: [String] = []
        for (_, shard) in listed where !names.contains(where: { $0.hasSameBytes(as: shard) }) {
            guard names.count < mostShards else {
                throw CheckpointError(path, .index(.tooManyShards(limit: mostShards)))
            }
            names.append(shard)
        }
        var tensors: [Tensor] = []
        var shards: [ExactString: String] = [:]
        for shard in names.sorted() {
            let file: SafetensorsFile
            do throws(CheckpointError) {
                file = try open(folder + "/" + shard)
            } catch  where error.problem.isAbsence {
                throw CheckpointError(path, .index(.shardMissing(shard)))
            }
            for tensor in file.tensors.tensors {
                if let first = shards.updateValue(shard, forKey: ExactString(tensor.name)) {
                    throw CheckpointError(
                        path, .index(.tensorTwice(tensor: tensor.name, first: first, second: shard)))
                }
                tensors.append(tensor)
            }
        }
        do throws(IndexFault) {
            try check(listed, against: shards)
        } catch {
            throw CheckpointError(path, .index(error))
        }
        guard let table = TensorTable(tensors) else { preconditionFailure("a tensor twice") }
        return SafetensorsFile(tensors: table, metadata: [])
    }

    private static func check(
        _ listed: [(tensor: String, shard: String)], against shards: [ExactString: String]
    ) throws(IndexFault) {
        var unlisted = shards
        for (tensor, shard) in listed {
            guard let found = unlisted.removeValue(forKey: ExactString(tensor)), found.hasSameBytes(as: shard)
            else { throw .tensorAbsent(tensor: tensor, shard: shard) }
        }
        if let (tensor, shard) = unlisted.min(by: { $0.key.text < $1.key.text }) {
            throw .tensorUnlisted(tensor: tensor.text, shard: shard)
        }
    }

    /// The tensors and shards a list names, in its order.
    private static func readIndex(_ path: String) throws(CheckpointError) -> [(tensor: String, shard: String)]
    {
        let file = try MappedFile(path: path)
        do {
            var reader = try JSONReader(file.bytes)
            return try readMap(&reader)
        } catch let error as JSONError {
            throw CheckpointError(path, .json(error))
        } catch let fault as IndexFault {
            throw CheckpointError(path, .index(fault))
        } catch {
            preconditionFailure("a fault of another kind: \(error)")
        }
    }

    private static func readMap(_ reader: inout JSONReader) throws -> [(tensor: String, shard: String)] {
        var map: [(tensor: String, shard: String)]?
        let kind = try reader.peek()
        guard kind == .object else { throw IndexFault.notObject(kind) }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            guard key.hasSameBytes(as: "weight_map") else {
                try reader.skip()
                continue
            }
            let kind = try reader.peek()
            guard kind == .object else { throw IndexFault.mapNotObject(kind) }
            var entries: [(tensor: String, shard: String)] = []
            try reader.beginObject()
            while let tensor = try reader.nextKey() {
                guard entries.count < TensorTable.limit else {
                    throw IndexFault.tooManyTensors(limit: TensorTable.limit)
                }
                let kind = try reader.peek()
                guard kind == .string else { throw IndexFault.shardNotString(tensor: tensor, kind) }
                let shard = try reader.string()
                guard shard.isPlainFileName else {
                    throw IndexFault.shardNotBeside(tensor: tensor, shard: shard)
                }
                entries.append((tensor, shard))
            }
            map = entries
        }
        try reader.finish()
        guard let map else { throw IndexFault.mapMissing }
        guard !map.isEmpty else { throw IndexFault.mapEmpty }
        return map
    }
}
