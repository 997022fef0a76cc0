/// Why a model cannot be put to a task.
enum SubjectError: Error, Equatable {
    /// Answers of the task must fit a JSON schema, which the engine cannot see to.
    case schema(task: String)
    /// The task is a conversation, and nobody knows how the model writes one.
    case chat(task: String)
}
