/// What a saved checkpoint consists of: sizes and digests of its files, and facts
/// of whoever saved it.
///
/// Its text has one form only and ends in a digest of itself, so that a changed
/// bit in it is noticed as surely as one in a file.
struct Manifest: Equatable {
    static let fileName = "MANIFEST.json"
    static let version = 1

    struct File: Equatable {
        var name: String
        var bytes: Int
        var sha256: String
    }

    var number: Int
    var facts: JSONObject
    var files: [File]

    /// The text, with the seal as its last member.
    var serialised: [UInt8] {
        var object = body
        object.members.append(("seal", .string(SHA256.hex(of: JSON.object(body).serialised()))))
        return JSON.object(object).serialised(pretty: true)
    }

    private var body: JSONObject {
        let files = files.map { file in
            JSON.object([
                "name": .string(file.name), "bytes": .integer(Int64(file.bytes)),
                "sha256": .string(file.sha256),
            ])
        }
        return [
            "hearth_checkpoint": .integer(Int64(Self.version)), "number": .integer(Int64(number)),
            "files": .array(files), "facts": .object(facts),
        ]
    }

    /// Reads a manifest and checks that it is byte for byte as it was written.
    init(_ bytes: MappedBytes) throws(StoreFault) {
        guard let value = try? JSON.parse(bytes), let version = value["hearth_checkpoint"]?.int else {
            throw .manifestDamaged
        }
        guard version == Self.version else { throw .versionUnknown(version) }
        guard let number = value["number"]?.int, let facts = value["facts"]?.object,
            let listed = value["files"]?.array
        else { throw .manifestDamaged }
        let files = listed.compactMap(Self.file)
        self.init(number: number, facts: facts, files: files)
        guard files.count == listed.count, serialised == bytes.array else { throw .manifestDamaged }
    }

    init(number: Int, facts: JSONObject, files: [File]) {
        self.number = number
        self.facts = facts
        self.files = files
    }

    private static func file(_ value: JSON) -> File? {
        guard let name = value["name"]?.string, name.isPlainFileName, let bytes = value["bytes"]?.int,
            let sha256 = value["sha256"]?.string
        else { return nil }
        return File(name: name, bytes: bytes, sha256: sha256)
    }
}
