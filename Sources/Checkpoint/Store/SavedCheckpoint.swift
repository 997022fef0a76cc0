/// A checkpoint that was saved.
public struct SavedCheckpoint: Sendable {
    /// Its folder.
    public let path: String
    /// Its number.
    public let number: Int
    /// What the saver said of it.
    public let facts: JSONObject
    /// The names of its files.
    public let files: [String]

    init(path: String, manifest: Manifest) {
        self.path = path
        number = manifest.number
        facts = manifest.facts
        files = manifest.files.map(\.name)
    }

    /// Opens a checkpoint's folder and checks every byte of it.
    public init(path: String) throws(CheckpointError) {
        self.init(path: path, manifest: try Self.manifest(path))
    }

    /// The manifest of a checkpoint whose every byte is as it says.
    static func manifest(_ path: String) throws(CheckpointError) -> Manifest {
        let manifest: Manifest
        do throws(CheckpointError) {
            let file = try MappedFile(path: path + "/" + Manifest.fileName)
            manifest = try fault(path) { () throws(StoreFault) in try Manifest(file.bytes) }
        } catch  where error.problem.isAbsence {
            throw CheckpointError(path, .store(.manifestMissing))
        }
        for file in manifest.files { try check(file, in: path) }
        return manifest
    }

    /// The path of one of its files; traps on a name that is not among them.
    public func path(of file: String) -> String {
        precondition(files.contains(file), "not a file of the checkpoint")
        return path + "/" + file
    }

    private static func check(_ file: Manifest.File, in path: String) throws(CheckpointError) {
        let mapped: MappedFile
        do throws(CheckpointError) {
            mapped = try MappedFile(path: path + "/" + file.name)
        } catch  where error.problem.isAbsence {
            throw CheckpointError(path, .store(.fileMissing(file.name)))
        }
        try fault(path) { () throws(StoreFault) in
            guard mapped.count == file.bytes else {
                throw .sizeDiffers(file: file.name, expected: file.bytes, found: mapped.count)
            }
            guard SHA256.hex(of: mapped.bytes) == file.sha256 else { throw .digestDiffers(file: file.name) }
        }
    }

    private static func fault<R>(_ path: String, _ body: () throws(StoreFault) -> R) throws(CheckpointError)
        -> R
    {
        do throws(StoreFault) {
            return try body()
        } catch {
            throw CheckpointError(path, .store(error))
        }
    }
}
