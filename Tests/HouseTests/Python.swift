import Foundation

/// The Python that some scripts are written in; not every machine has one.
enum Python {
    static let isThere = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .contains(where: FileManager.default.isExecutableFile(atPath:))
}
