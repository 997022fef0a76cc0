/// How much a client may take of the server's memory and time.
public struct TransportLimits: Sendable {
    /// Bytes of request line and header lines.
    public var head = 16 << 10
    /// Bytes of the request target.
    public var target = 4 << 10
    /// Header lines.
    public var fields = 64
    /// Bytes of one body.
    public var body = 4 << 20
    /// Bytes of all bodies that are being read at one time.
    public var bodies = 256 << 20
    /// Open connections; the next one is told so and closed.
    public var connections = 1024
    /// From the connection to the end of the head.
    public var headTime = Duration.seconds(8)
    /// From the end of the head to the end of the body.
    public var bodyTime = Duration.seconds(8)
    /// How long an answer may lie ready without the client taking any of it all.
    public var stallTime = Duration.seconds(8)
    /// How often disconnects and deadlines are looked for.
    public var sweep = Duration.milliseconds(100)

    /// The defaults of the server.
    public init() {}
}
