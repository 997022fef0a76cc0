import Foundation

@testable import Checkpoint

/// The disk, except that the n-th call fails.
final class FailingDisk: Disk, @unchecked Sendable {
    enum Failure: CaseIterable {
        /// Input/output error.
        case broken
        /// No space left; half of a write still arrives.
        case full
    }

    private let disk = SystemDisk()
    private let failing: Int
    private let failure: Failure
    private let lock = NSLock()
    private var calls = 0

    init(failing: Int, failure: Failure) {
        self.failing = failing
        self.failure = failure
    }

    /// Whether the call that was to fail was ever made.
    var hasFailed: Bool { lock.withLock { calls > failing } }

    private func step(_ call: WriteFault.Call) throws(DiskError) {
        let number = lock.withLock {
            calls += 1
            return calls - 1
        }
        if number == failing { throw DiskError(call: call, number: failure == .broken ? EIO : ENOSPC) }
    }

    func createFile(_ path: String) throws(DiskError) -> Int32 {
        try step(.create)
        return try disk.createFile(path)
    }

    func write(_ bytes: MappedBytes, to file: Int32) throws(DiskError) -> Int {
        do throws(DiskError) {
            try step(.write)
        } catch {
            if failure == .full { _ = try disk.write(bytes[0..<bytes.count / 2 + 1], to: file) }
            throw error
        }
        // Short writes are nothing special, so they happen here all the time.
        return try disk.write(bytes[0..<(bytes.count + 1) / 2], to: file)
    }

    func sync(file: Int32) throws(DiskError) {
        try step(.sync)
        try disk.sync(file: file)
    }

    func close(file: Int32) throws(DiskError) {
        try disk.close(file: file)
        try step(.close)
    }

    func createFolder(_ path: String) throws(DiskError) {
        try step(.create)
        try disk.createFolder(path)
    }

    func sync(folder: String) throws(DiskError) {
        try step(.sync)
        try disk.sync(folder: folder)
    }

    func rename(_ from: String, to: String) throws(DiskError) {
        try step(.rename)
        try disk.rename(from, to: to)
    }

    func remove(_ path: String) throws(DiskError) {
        try step(.remove)
        try disk.remove(path)
    }
}

/// A disk that only notes what is asked of it, to be played back up to a power cut.
final class RecordingDisk: Disk, @unchecked Sendable {
    enum Operation {
        case createFile(String, Int32)
        case write([UInt8], Int32)
        case syncFile(Int32)
        case createFolder(String)
        case syncFolder(String)
        case rename(String, String)
        case remove(String)
    }

    private let lock = NSLock()
    private var recorded: [Operation] = []

    var operations: [Operation] { lock.withLock { recorded } }

    private func note(_ operation: Operation) { lock.withLock { recorded.append(operation) } }

    func createFile(_ path: String) throws(DiskError) -> Int32 {
        let file = Int32(operations.count)
        note(.createFile(path, file))
        return file
    }

    func write(_ bytes: MappedBytes, to file: Int32) throws(DiskError) -> Int {
        note(.write(bytes.array, file))
        return bytes.count
    }

    func sync(file: Int32) throws(DiskError) { note(.syncFile(file)) }
    func close(file: Int32) throws(DiskError) {}
    func createFolder(_ path: String) throws(DiskError) { note(.createFolder(path)) }
    func sync(folder: String) throws(DiskError) { note(.syncFolder(folder)) }
    func rename(_ from: String, to: String) throws(DiskError) { note(.rename(from, to)) }
    func remove(_ path: String) throws(DiskError) { note(.remove(path)) }
}

/// What lies on a disk after the power was cut.
///
/// A file's bytes are sure once the file was synced; an entry of a folder is sure
/// once the folder was. Of what is not sure, a choice decides what arrived: so
/// renames may arrive before the bytes they name, and bytes without their names.
struct PowerCut {
    private final class Node {
        var bytes: [UInt8] = []
        var syncedBytes = 0
        var entries: [String: Node] = [:]
        var isFolder: Bool
        init(isFolder: Bool) { self.isFolder = isFolder }
    }

    /// Writes what is left into an empty folder `root`, in which all paths lie.
    static func replay(
        _ operations: [RecordingDisk.Operation], root: String, arrives: () -> Bool
    ) throws {
        let base = Node(isFolder: true)
        /// By folder: changes not yet synced, in order.
        var pending: [ObjectIdentifier: [(Node, (Node) -> Void)]] = [:]
        let live = Node(isFolder: true)
        var files: [Int32: Node] = [:]
        /// Live folders and their counterparts on the disk.
        var durable: [ObjectIdentifier: Node] = [ObjectIdentifier(live): base]

        func parts(_ path: String) -> [String] {
            path.dropFirst(root.count).split(separator: "/").map(String.init)
        }
        func folder(_ parts: some Sequence<String>) -> Node { parts.reduce(live) { $0.entries[$1] ?? $0 } }
        func change(_ folder: Node, _ apply: @escaping (Node) -> Void) {
            apply(folder)
            guard let onDisk = durable[ObjectIdentifier(folder)] else { return }
            pending[ObjectIdentifier(folder), default: []].append((onDisk, { apply($0) }))
        }
        func flush(_ folder: Node, all: Bool) {
            for (onDisk, apply) in pending[ObjectIdentifier(folder)] ?? [] {
                // A journal keeps the order: what follows a lost change is lost too.
                guard all || arrives() else { break }
                apply(onDisk)
            }
            pending[ObjectIdentifier(folder)] = []
        }
        var folders: [Node] = [live]
        for operation in operations {
            switch operation {
            case .createFile(let path, let id):
                let names = parts(path)
                let node = Node(isFolder: false)
                files[id] = node
                change(folder(names.dropLast())) { $0.entries[names[names.count - 1]] = node }
            case .write(let bytes, let id): files[id]?.bytes += bytes
            case .syncFile(let id): files[id].map { $0.syncedBytes = $0.bytes.count }
            case .createFolder(let path):
                let names = parts(path)
                let node = Node(isFolder: true)
                let onDisk = Node(isFolder: true)
                durable[ObjectIdentifier(node)] = onDisk
                folders.append(node)
                let parent = folder(names.dropLast())
                parent.entries[names[names.count - 1]] = node
                if let parentOnDisk = durable[ObjectIdentifier(parent)] {
                    pending[ObjectIdentifier(parent), default: []].append(
                        (parentOnDisk, { $0.entries[names[names.count - 1]] = onDisk }))
                }
            case .syncFolder(let path): flush(folder(parts(path)), all: true)
            case .rename(let from, let to):
                let (old, new) = (parts(from), parts(to))
                let parent = folder(old.dropLast())
                change(parent) {
                    $0.entries[new[new.count - 1]] = $0.entries.removeValue(forKey: old[old.count - 1])
                }
            case .remove(let path):
                let names = parts(path)
                change(folder(names.dropLast())) { $0.entries[names[names.count - 1]] = nil }
            }
        }
        for folder in folders { flush(folder, all: false) }
        try write(base, root, arrives)
    }

    private static func write(_ node: Node, _ path: String, _ arrives: () -> Bool) throws {
        guard node.isFolder else {
            let bytes = arrives() ? node.bytes : Array(node.bytes.prefix(node.syncedBytes))
            try put(bytes, path)
            return
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, child) in node.entries { try write(child, path + "/" + name, arrives) }
    }
}
