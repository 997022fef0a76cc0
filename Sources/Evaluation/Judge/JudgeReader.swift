import Recipes

/// Reads the `judge` of a task.
struct JudgeReader {
    let keys: SuiteKeys
    /// Makes a path of the suite file absolute.
    let absolute: (String) -> String

    func judge() throws(SuiteError) -> JudgeSpec? {
        guard let node = keys.value("judge") else { return nil }
        let inner = try SuiteKeys(
            node, task: keys.task,
            known: ["endpoint", "api_key_file", "model", "rubric", "scale", "against", "labelled"])
        let address = try inner.text("endpoint") ?? "http://127.0.0.1:8080/v1/chat/completions"
        guard let endpoint = JudgeSpec.Endpoint(address) else {
            throw inner.fail(.badEndpoint(address), "endpoint")
        }
        return JudgeSpec(
            endpoint: endpoint, model: try inner.text("model") ?? "default",
            rubric: try inner.required(inner.template("rubric"), "rubric"),
            scale: try inner.whole("scale", 1...100) ?? 5, against: try inner.template("against"),
            labelled: try inner.text("labelled").map(absolute),
            keyFile: try inner.text("api_key_file").map(absolute))
    }
}
