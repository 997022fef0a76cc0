extension SubjectError: Explained {
    var sentence: String {
        switch self {
        case .schema(let task):
            "The task \(task) wants answers that fit a JSON schema, which the engine cannot see to yet; "
                + "take schema out of the task, or the task out of the suite."
        }
    }
}
