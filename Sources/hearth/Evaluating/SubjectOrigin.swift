import Checkpoint
import Foundation
import Training

/// Where the model of an evaluation and its adapter lie, and what tells them from others.
struct SubjectOrigin {
    /// A file or folder with its digest.
    struct Part {
        let name: String
        let path: String
        let digest: String

        fileprivate init(_ path: String, digest: String) {
            let url = URL(fileURLWithPath: path).standardizedFileURL
            name =
                url.pathExtension == "gguf"
                ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
            self.path = url.path
            self.digest = digest
        }
    }

    let model: Part
    let adapter: Part?

    /// Reads all of both, once.
    init(model: String, adapter: String?) throws {
        self.model = Part(model, digest: try ModelFiles.open(model).digest())
        self.adapter = try adapter.map { folder in
            Part(
                folder,
                digest: SHA256.hex(of: try MappedFile(path: folder + "/adapter_model.safetensors").bytes))
        }
    }

    /// What tables and files call the two together.
    var name: String { adapter.map { "\(model.name) + \($0.name)" } ?? model.name }
}
