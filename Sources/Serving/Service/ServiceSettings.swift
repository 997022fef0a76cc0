import Foundation

/// How the service is set up, apart from where it listens.
public struct ServiceSettings: Sendable {
    /// The program's version, for `/version`.
    public var version: String
    /// Who may call.
    public var access = AccessPolicy()
    /// Called once for every request that is over.
    public var log: @Sendable (RequestRecord) -> Void = { _ in }
    /// Called like `log`, with the digest of the body; nothing switches it off.
    public var audit: (@Sendable (RequestRecord) -> Void)?
    /// Seconds since 1970.
    public var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    /// 64 bits for ids, and for seeds where a request gives none.
    public var random: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }

    /// Settings with the defaults for everything else.
    public init(version: String) { self.version = version }
}
