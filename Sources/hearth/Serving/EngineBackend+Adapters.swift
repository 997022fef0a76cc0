import Checkpoint
import Foundation
import Model
import Serving
import Text

extension EngineBackend {
    /// Adapters that may be in service at once.
    private static let adapterLimit = 64

    func loadAdapter(_ name: String) async throws(BackendError) -> ServedModel {
        let ready = try ready()
        guard let folder = settings.adaptersFolder else { throw .unsupported(.adapters) }
        let path = try Self.place(of: name, in: folder)
        let result: Result<ServedModel, BackendError> = await withCheckedContinuation { continuation in
            thread.post { [shared, settings] worker in
                continuation.resume(
                    returning: Self.enter(name, path, besides: settings.aliases, ready, worker, shared))
            }
        }
        return try result.get()
    }

    func unloadAdapter(_ name: String) async throws(BackendError) {
        let isKnown: Bool = await withCheckedContinuation { continuation in
            thread.post { [shared] worker in
                let found = shared.change { state in
                    let place = state.adapters.firstIndex { $0.model.name.utf8.elementsEqual(name.utf8) }
                    if let place { state.adapters.remove(at: place) }
                    return place != nil
                }
                if found { worker.set(nil, name: name) }
                continuation.resume(returning: found)
            }
        }
        if !isKnown { throw .adapter(.notFound) }
    }

    /// The folder of an adapter, which must truly lie in the adapters folder.
    private static func place(of name: String, in folder: String) throws(BackendError) -> String {
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let path = URL(fileURLWithPath: folder + "/" + name).resolvingSymlinksInPath().path
        guard path == root + "/" + name, FileManager.default.fileExists(atPath: path) else {
            throw .adapter(.notFound)
        }
        return path
    }

    /// Loads an adapter on the model's thread, where its numbers will be used.
    private static func enter(
        _ name: String, _ path: String, besides aliases: [String], _ ready: Ready, _ worker: ModelWorker,
        _ shared: SharedState
    ) -> Result<ServedModel, BackendError> {
        let names = [ready.base.name] + aliases + shared.read.adapters.map(\.model.name)
        if names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            return .failure(.adapter(.alreadyLoaded))
        }
        if shared.read.adapters.count >= adapterLimit { return .failure(.adapter(.tooMany)) }
        do {
            let (adapter, format) = try adapter(at: path, worker.loaded)
            let model = ServedModel(
                name: name, base: ready.base.name, created: now, contextLength: ready.base.contextLength,
                vocabularySize: ready.base.vocabularySize)
            worker.set(adapter, name: name)
            shared.change { $0.adapters.append(ServedAdapter(model: model, format: format)) }
            return .success(model)
        } catch {
            // The path and what is wrong are for the operator, not for the caller.
            Notice.line(
                "hearth: adapter not loaded: "
                    + ((error as? any Explained)?.sentence ?? "the file is damaged"))
            return .failure(.adapter(error is AdapterError ? .doesNotFit : .damaged))
        }
    }
}
