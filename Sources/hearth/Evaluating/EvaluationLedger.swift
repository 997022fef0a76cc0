import Evaluation
import Foundation
import Model
import Registry
import Text

/// Notes an evaluation in the registry.
///
/// The files of the evaluation are the truth and the registry only finds them, so
/// a registry that cannot be written is told of, and the evaluation stands.
struct EvaluationLedger {
    let origin: SubjectOrigin
    let config: DecoderConfig
    let chatFormat: ChatFormat?

    /// Notes every metric of every task.
    func note(_ results: EvaluationResults, folder: String) {
        do throws(RegistryError) {
            let registry = try Registry.home()
            let now = Date().timeIntervalSince1970
            let base = try registry.register(
                model: origin.model.name, path: origin.model.path, digest: origin.model.digest,
                family: config.family.rawValue, parameters: Int64(config.parameterCount), at: now)
            var row: RowID<AdapterRow>?
            if let adapter = origin.adapter { row = try self.row(of: adapter, on: base, registry, now) }
            let report = URL(fileURLWithPath: folder).standardizedFileURL.path
            for facts in results.facts(model: base, adapter: row, report: report, created: now) {
                _ = try registry.record(facts)
            }
        } catch {
            Notice.line("the evaluation is not noted in the registry: \(error.sentence)")
        }
    }

    /// The adapter's row: the one its training made, or a new one.
    private func row(
        of adapter: SubjectOrigin.Part, on base: RowID<ModelRow>, _ registry: Registry, _ now: Double
    ) throws(RegistryError) -> RowID<AdapterRow> {
        if let known = try registry.adapter(digest: adapter.digest) { return known.id }
        return try registry.register(
            AdapterFacts(
                name: adapter.name, run: nil, model: base, path: adapter.path, digest: adapter.digest,
                step: nil, chatFormat: chatFormat?.rawValue, created: now))
    }
}
