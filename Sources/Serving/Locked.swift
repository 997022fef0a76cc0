import Foundation

/// A value that several threads share, one at a time.
///
/// Why NSLock: ThreadSanitizer sees it on Linux, and it does not see
/// `Synchronization.Mutex`.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
