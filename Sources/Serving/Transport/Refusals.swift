/// The replies the transport gives by itself, in OpenAI's error shape.
enum Refusals {
    static func reply(_ refusal: HeadRefusal) -> HTTPReply {
        HTTPReply(status: refusal.status, type: "application/json", bytes: body(refusal))
    }

    /// The same as raw bytes, for a connection that no one has parsed.
    static func raw(_ refusal: HeadRefusal) -> [UInt8] {
        let body = body(refusal)
        let head = """
            HTTP/1.1 \(refusal.status) \(reason(refusal.status))\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \r

            """
        return Array(head.utf8) + body
    }

    private static func body(_ refusal: HeadRefusal) -> [UInt8] {
        let kind = refusal.status == 503 ? "server_error" : "invalid_request_error"
        return Array(
            #"{"error":{"message":"\#(refusal.sentence)","type":"\#(kind)","param":null,"code":null}}"#.utf8)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        default: "Bad Request"
        }
    }
}
