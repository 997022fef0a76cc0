import Dispatch
import Foundation
import Registry
import Serving

/// One line of JSON for each request, written by a queue so that no reply waits for it.
final class RequestLog: Sendable {
    private let queue = DispatchQueue(label: "hearth.log")

    func write(_ record: RequestRecord) {
        queue.async { try? FileHandle.standardError.write(contentsOf: Data(record.line + [10])) }
    }
}

/// The record of who asked what, when: sizes and digests, never text.
///
/// Rows of the registry, written by a queue: no reply waits for the disk, and what
/// comes while it writes goes into the next transaction together.
final class AuditBook: @unchecked Sendable {
    private let queue = DispatchQueue(label: "hearth.audit")
    private let lock = NSLock()
    private let registry: Registry
    private var open: [RequestFacts] = []
    private var hasFailed = false

    init() throws { registry = try Registry.home() }

    func write(_ record: RequestRecord) {
        lock.lock()
        open.append(RequestFacts(record))
        let isFirst = open.count == 1
        lock.unlock()
        if isFirst { queue.async { self.flush() } }
    }

    /// Waits until everything is written.
    func close() { queue.sync { flush() } }

    private func flush() {
        lock.lock()
        let facts = open
        open = []
        lock.unlock()
        if facts.isEmpty { return }
        do {
            try registry.record(facts)
        } catch {
            // Said once: a full disk would fill the log as well.
            if !hasFailed { Notice.line("hearth: the audit cannot be written: \(error.sentence)") }
            hasFailed = true
        }
    }
}

extension RequestFacts {
    fileprivate init(_ record: RequestRecord) {
        self.init(
            request: record.id, time: record.time, caller: record.caller, route: record.route,
            model: record.model, status: record.status, outcome: record.outcome.rawValue,
            bytes: record.bytes, promptTokens: record.promptTokens, newTokens: record.newTokens,
            seconds: record.duration, digest: record.digest)
    }
}
