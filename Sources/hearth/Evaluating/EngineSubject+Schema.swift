import Checkpoint
import Generation
import Serving

extension EngineSubject {
    /// Throws where a task's answers are to fit a schema that cannot be enforced.
    ///
    /// Needs no model, so that it is known before one is loaded.
    static func check(_ schema: JSON?, of task: String) throws(SubjectError) {
        guard let schema else { return }
        do throws(SchemaError) {
            _ = try SchemaCompiler.grammar(of: schema)
        } catch {
            throw .schema(task: task, error)
        }
    }

    /// What keeps an answer to a schema; nothing where there is none.
    func constraint(_ schema: JSON?) throws(SchemaError) -> Constraint? {
        guard let schema else { return nil }
        return try model.structures.constraint(for: .jsonSchema(schema))
    }
}
