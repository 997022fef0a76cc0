import Evaluation
import Incident

/// The way to a judge: one request, one answer, through the client the incident agent calls with too.
///
/// It calls only the host it is given, follows nobody elsewhere, and knows no proxy.
struct JudgeClient: JudgeTransport {
    /// The longest answer that is read.
    static let limit = 1 << 20
    /// Seconds to wait for the whole answer; a judge on a slow machine thinks for long.
    var patience = 300.0

    func post(
        host: String, port: Int, path: String, key: String?, body: [UInt8]
    ) async throws -> (status: Int, body: [UInt8]) {
        let name = host.contains(":") ? "[\(host)]" : host
        guard let endpoint = Endpoint("http://\(name):\(port)\(path)") else {
            throw JudgeError(.unreachable, host: host, port: port)
        }
        var headers = [(name: "Content-Type", value: "application/json")]
        if let key { headers.append(("Authorization", "Bearer \(key)")) }
        do throws(CallFailure) {
            let answer = try HTTPClient(limit: Self.limit).call(
                HTTPCall("POST", endpoint, headers: headers, body: body, patience: patience))
            return (answer.status, answer.body)
        } catch {
            throw JudgeError(error == .unreachable ? .unreachable : .noAnswer, host: host, port: port)
        }
    }
}
