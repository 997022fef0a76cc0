import Checkpoint
import Foundation
import Generation
import Kernels
import Model
import Serving
import Text

extension EngineBackend {
    /// Loads model and adapters, on the model's thread.
    static func load(_ settings: EngineSettings, _ shared: SharedState) throws -> ModelWorker {
        let loaded = try LoadedModel(settings.path, threads: settings.threads)
        let config = loaded.decoder.config
        let context = min(settings.context, config.contextLength)
        let row =
            2 * config.layerCount
            * settings.cachePrecision.bytes(
                heads: config.keyValueHeadCount, dimension: config.headDimension)
        let capacity = min(settings.parallel * context, max(context, settings.cacheBytes / row))
        let engine = Engine(
            loaded.decoder, context: context, parallel: settings.parallel, limit: settings.parallel,
            capacity: capacity, remembered: capacity, cachePrecision: settings.cachePrecision)
        let worker = ModelWorker(loaded, engine: engine) { load in shared.change { $0.load = load } }
        let base = ServedModel(
            name: name(of: loaded.path), created: now, contextLength: context,
            vocabularySize: config.vocabularySize)
        for setting in settings.adapters {
            let (adapter, format) = try adapter(at: setting.value, loaded)
            worker.set(adapter, name: setting.key)
            let model = ServedModel(
                name: setting.key, base: base.name, created: now, contextLength: context,
                vocabularySize: config.vocabularySize)
            shared.change { $0.adapters.append(ServedAdapter(model: model, format: format)) }
        }
        let structures = loaded.structures
        shared.change {
            $0.ready = Ready(text: loaded.text, stops: loaded.stops, base: base, structures: structures)
        }
        Thread { structures.prepare() }.start()
        return worker
    }

    static var now: Int { Int(Date().timeIntervalSince1970) }

    /// What clients call a model: its file's or folder's name.
    private static func name(of path: String) -> String {
        let last = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        return last.hasSuffix(".gguf") ? String(last.dropLast(".gguf".count)) : last
    }

    /// An adapter, and the format it was trained with where it says one.
    static func adapter(at path: String, _ loaded: LoadedModel) throws -> (Adapter, ChatFormat?) {
        let files = try AdapterFiles.open(path)
        let adapter = try Adapter.load(files, loaded.decoder.config, loaded.decoder.workers)
        return (adapter, files.chatTemplate.flatMap { ChatFormat.recognise(template: $0) })
    }
}
