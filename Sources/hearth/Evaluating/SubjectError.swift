/// Why a model cannot be put to a task.
enum SubjectError: Error, Equatable {
    /// Answers of the task must fit a JSON schema that cannot be enforced.
    case schema(task: String, SchemaError)
    /// The task is a conversation, and nobody knows how the model writes one.
    case chat(task: String)
}
