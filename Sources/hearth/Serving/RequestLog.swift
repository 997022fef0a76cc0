import Dispatch
import Foundation
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
/// A file that only grows, readable by its owner alone.
final class AuditBook: Sendable {
    private let queue = DispatchQueue(label: "hearth.audit")
    private let file: FileHandle

    init(path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ServeError.unwritable(path) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ record: RequestRecord) {
        queue.async { [file] in
            var line = record.line
            if let digest = record.digest {
                line.removeLast()
                line += Array(",\"digest\":\"\(digest)\"}".utf8)
            }
            try? file.write(contentsOf: Data(line + [10]))
        }
    }
}
