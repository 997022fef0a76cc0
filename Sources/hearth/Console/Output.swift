import Foundation

/// Standard output: what another program reads.
enum Output {
    /// Writes all of the text now, so that a reader sees each piece as it is made.
    static func write(_ text: String) throws(OutputError) {
        var rest = Array(text.utf8)
        while !rest.isEmpty {
            let written = Glibc.write(STDOUT_FILENO, rest, rest.count)
            if written >= 0 {
                rest.removeFirst(written)
            } else if errno != EINTR {
                throw errno == EPIPE ? .closed : .failed(errno)
            }
        }
    }

    static func line(_ text: String) throws(OutputError) { try write(text + "\n") }
}

/// Standard error: what a person reads. A notice that cannot be written is let go.
enum Notice {
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    static func line(_ text: String) { write(text + "\n") }
}

/// Why standard output could not be written.
enum OutputError: Error, Equatable {
    /// The reader has gone: `hearth … | head`. It has what it wanted.
    case closed
    case failed(Int32)
}
