extension SubjectError: Explained {
    var sentence: String {
        switch self {
        case .schema(let task):
            "The task \(task) wants answers that fit a JSON schema, which the engine cannot see to yet; "
                + "take schema out of the task, or the task out of the suite."
        case .chat(let task):
            "The task \(task) is a conversation, and the model does not say how it writes one; "
                + "write --chat-format NAME, or take chat out of the task."
        }
    }
}
