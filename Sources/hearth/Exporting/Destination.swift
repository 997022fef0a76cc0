import Checkpoint
import Foundation

/// Where an export goes, looked at before any work begins.
///
/// What is written has another name until it is whole, so an export that is
/// interrupted leaves nothing under the name it was asked for.
struct Destination {
    let path: String
    private let replaces: Bool

    /// A path that nothing is at, or that may be replaced, and that is none of the
    /// sources nor has to do with them.
    init(_ path: String, isFolder: Bool, replaces: Bool, sources: [String]) throws(DestinationError) {
        let place = Self.real(path)
        for source in sources.map(Self.real) where place.isInside(source) || source.isInside(place) {
            throw .isSource(path)
        }
        let parent = URL(fileURLWithPath: place).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: parent, isDirectory: &isDirectory), isDirectory.boolValue
        else { throw .noFolder(parent) }
        if FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory) {
            guard replaces else { throw .exists(path) }
            guard isDirectory.boolValue == isFolder else {
                throw isFolder ? .fileInPlaceOfFolder(path) : .folderInPlaceOfFile(path)
            }
        }
        self.path = place
        self.replaces = replaces
    }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// Writes a file, whole or not at all.
    func writeFile(_ write: (String) throws(CheckpointError) -> Void) throws(CheckpointError) {
        try write(path)
    }

    /// Writes a folder, whole or not at all.
    func writeFolder(_ fill: (inout PlainFolder) throws(CheckpointError) -> Void) throws(CheckpointError) {
        let aside = hidden("new")
        do throws(CheckpointError) {
            var folder = try PlainFolder(aside)
            try fill(&folder)
            try move(aside)
        } catch {
            try? FileManager.default.removeItem(atPath: aside)
            throw error
        }
    }

    /// Gives a finished folder its name; one that is there goes aside first.
    private func move(_ aside: String) throws(CheckpointError) {
        let old = hidden("old")
        let exists = replaces && FileManager.default.fileExists(atPath: path)
        if exists { try rename(path, to: old) }
        do throws(CheckpointError) {
            try rename(aside, to: path)
        } catch {
            if exists { try? rename(old, to: path) }
            throw error
        }
        try? FileManager.default.removeItem(atPath: old)
    }

    private func rename(_ from: String, to: String) throws(CheckpointError) {
        guard Glibc.rename(from, to) == 0 else {
            throw CheckpointError(path, .writing(.system(.rename, errno)))
        }
    }

    /// A name beside the path that no other export uses.
    private func hidden(_ word: String) -> String {
        let url = URL(fileURLWithPath: path)
        let name = ".\(url.lastPathComponent).\(word)-\(getpid()).tmp"
        return url.deletingLastPathComponent().appendingPathComponent(name).path
    }
}

/// Why an export cannot go where it should.
enum DestinationError: Error, Equatable {
    case exists(String)
    case isSource(String)
    case noFolder(String)
    case fileInPlaceOfFolder(String)
    case folderInPlaceOfFile(String)
}

extension String {
    /// Whether a path is another or lies within it.
    fileprivate func isInside(_ other: String) -> Bool {
        self == other || hasPrefix(other.hasSuffix("/") ? other : other + "/")
    }
}
