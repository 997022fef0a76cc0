import Foundation

/// A folder of numbered checkpoints, each whole or not at all.
///
/// A checkpoint is written into a folder of another name. Each file is synced; the
/// manifest with sizes and digests comes last; then the folder is synced, renamed
/// and its parent synced. Whatever is cut short, by a kill, a full disk or a power
/// cut, leaves the earlier checkpoints as they were, and a folder that is not
/// whole fails its manifest. One program at a time may write into the folder.
public struct AtomicDirectory: Sendable {
    private let path: String
    private let prefix: String
    private let disk: any Disk

    /// The checkpoints of a folder; their names are the prefix and the number.
    public init(_ path: String, prefix: String = "checkpoint-") {
        self.init(path, prefix: prefix, disk: SystemDisk())
    }

    init(_ path: String, prefix: String = "checkpoint-", disk: any Disk) {
        self.path = path
        self.prefix = prefix
        self.disk = disk
    }

    /// Saves a checkpoint.
    ///
    /// One of the same number that is sound is never replaced: where it is the same
    /// it stays, otherwise saving fails (`removeNewer` makes room before a run is
    /// taken up again from an earlier one). One that is damaged gives way.
    ///
    /// - Parameter facts: what the saver wants to find again: seed, step, threads.
    /// - Parameter fill: adds the files.
    @discardableResult
    public func save(
        _ number: Int, facts: JSONObject = [:],
        _ fill: (inout CheckpointDraft) throws(CheckpointError) -> Void
    ) throws(CheckpointError) -> SavedCheckpoint {
        precondition(number >= 0, "checkpoints are counted from 0")
        let place = folder(number)
        let aside = path + "/." + prefix + "\(number)." + AtomicFile.uniqueSuffix()
        var draft = CheckpointDraft(folder: aside, disk: disk)
        do throws(CheckpointError) {
            try at(aside) { () throws(DiskError) in try disk.createFolder(aside) }
            try fill(&draft)
            let manifest = Manifest(number: number, facts: facts, files: draft.files)
            try draft.add(Manifest.fileName, bytes: manifest.serialised)
            try at(place) { () throws(DiskError) in
                try disk.sync(folder: aside)
            }
            try move(aside, to: place, manifest)
            return SavedCheckpoint(path: place, manifest: manifest)
        } catch {
            try? disk.remove(aside)
            throw error
        }
    }

    /// The numbers of the checkpoints that are there, sound or not, in order.
    public var numbers: [Int] {
        names.compactMap { name in
            guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)) else { return nil }
            return number >= 0 && name == prefix + "\(number)" ? number : nil
        }.sorted()
    }

    /// Opens a checkpoint and checks every byte of it against its manifest.
    public func open(_ number: Int) throws(CheckpointError) -> SavedCheckpoint {
        let checkpoint = try SavedCheckpoint(path: folder(number))
        guard checkpoint.number == number else {
            throw CheckpointError(
                folder(number), .store(.numberDiffers(expected: number, found: checkpoint.number)))
        }
        return checkpoint
    }

    /// The newest checkpoint that is sound, or nothing where there is none.
    ///
    /// - Parameter damaged: told of each newer one that is not, newest first.
    public func newest(damaged: (CheckpointError) -> Void = { _ in }) -> SavedCheckpoint? {
        for number in numbers.reversed() {
            do throws(CheckpointError) {
                return try open(number)
            } catch {
                damaged(error)
            }
        }
        return nil
    }

    /// Removes all checkpoints but the newest ones, and what crashes left behind.
    ///
    /// A checkpoint loses its name before its files, so one that is half removed is
    /// never taken for one that is there.
    ///
    /// - Parameter protected: numbers that stay in any case, such as the best one.
    public func prune(keeping count: Int, protecting protected: Set<Int> = []) throws(CheckpointError) {
        for number in numbers.dropLast(max(count, 0)) where !protected.contains(number) {
            try hide(folder(number))
        }
        try at(path) { () throws(DiskError) in
            try disk.sync(folder: path)
            for name in names where name.hasPrefix("." + prefix) && name.hasSuffix(".tmp") {
                try disk.remove(path + "/" + name)
            }
        }
    }

    /// Removes the checkpoints with a larger number, sound or not.
    public func removeNewer(than number: Int) throws(CheckpointError) {
        for newer in numbers where newer > number { try hide(folder(newer)) }
        try prune(keeping: numbers.count)
    }

    private func folder(_ number: Int) -> String { path + "/" + prefix + "\(number)" }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// Gives a finished folder its name, for good.
    private func move(_ aside: String, to place: String, _ manifest: Manifest) throws(CheckpointError) {
        if FileManager.default.fileExists(atPath: place) {
            if let there = try? SavedCheckpoint.manifest(place) {
                guard there == manifest else {
                    throw CheckpointError(place, .store(.alreadyThere(number: manifest.number)))
                }
                return try at(aside) { () throws(DiskError) in try disk.remove(aside) }
            }
            try hide(place)
        }
        try at(place) { () throws(DiskError) in
            try disk.rename(aside, to: place)
            try disk.sync(folder: path)
        }
    }

    /// Takes a checkpoint's name away; `prune` removes the rest.
    private func hide(_ place: String) throws(CheckpointError) {
        let hidden = path + "/." + place.fileName + "." + AtomicFile.uniqueSuffix()
        try at(place) { () throws(DiskError) in try disk.rename(place, to: hidden) }
    }

    private func at(_ path: String, _ body: () throws(DiskError) -> Void) throws(CheckpointError) {
        do throws(DiskError) {
            try body()
        } catch {
            throw CheckpointError(path, error)
        }
    }
}

/// A checkpoint that is being written.
public struct CheckpointDraft: FileReceiver {
    let folder: String
    let disk: any Disk
    private(set) var files: [Manifest.File] = []

    init(folder: String, disk: any Disk) {
        self.folder = folder
        self.disk = disk
    }

    /// Writes a file of a plain name; each name once.
    public mutating func add(
        _ name: String, _ body: (inout ByteSink) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        precondition(name.isPlainFileName && !files.contains { $0.name == name }, "not a new plain file name")
        let content = try AtomicFile.create(folder + "/" + name, disk: disk, body)
        files.append(Manifest.File(name: name, bytes: content.bytes, sha256: content.sha256))
    }
}
