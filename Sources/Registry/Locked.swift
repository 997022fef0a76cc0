import Foundation

/// A value that one thread at a time may use.
///
/// `@unchecked Sendable`: the value never leaves the lock.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// A value behind a lock of its own.
    package init(_ value: Value) { self.value = value }

    /// Lets a body use the value while nobody else does.
    package func with<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
