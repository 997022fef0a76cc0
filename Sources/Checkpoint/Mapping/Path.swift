import Foundation

extension String {
    /// The folder a path stands in.
    var folder: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last part of a path.
    var fileName: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return String(self[utf8.index(after: slash)...])
    }

    /// Whether it is the name of a file in a folder and cannot lead out of it.
    var isPlainFileName: Bool {
        let bytes = utf8
        return !bytes.isEmpty && bytes.count <= 255 && !bytes.contains(UInt8(ascii: "/"))
            && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f } && self != "." && self != ".."
    }
}

extension CheckpointError.Problem {
    /// Whether the file is simply not there.
    var isAbsence: Bool { self == .file(.cannotOpen(ENOENT)) }
}
