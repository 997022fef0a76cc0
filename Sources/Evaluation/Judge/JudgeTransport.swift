/// How a judge's endpoint is reached: one request, one answer.
///
/// Injected, so that this floor opens no connection of its own: the program
/// hands in its plain HTTP client, a test a function.
public protocol JudgeTransport: Sendable {
    /// Posts JSON, with a bearer's key where there is one, and returns the status and body of the answer.
    func post(
        host: String, port: Int, path: String, key: String?, body: [UInt8]
    ) async throws -> (status: Int, body: [UInt8])
}
