extension SubjectError: Explained {
    var sentence: String {
        switch self {
        case .schema(let task, let error): "In the task \(task) \(error.sentence)."
        case .chat(let task):
            "The task \(task) is a conversation, and the model does not say how it writes one; "
                + "write --chat-format NAME, or take chat out of the task."
        }
    }
}
