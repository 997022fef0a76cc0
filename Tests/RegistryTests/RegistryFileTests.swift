import Foundation
import Testing

@testable import Registry

@Suite struct RegistryFileTests {
    let folder = TemporaryFolder()

    func problem(_ path: String? = nil, patience: Double = 10) -> RegistryError.Problem? {
        do {
            _ = try Registry(path: path ?? folder.file, patience: patience).runs()
            return nil
        } catch { return error.problem }
    }

    @Test func aFileThatIsNoDatabaseStaysAsItIs() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/deep", withIntermediateDirectories: true)
        let bytes = Data("this is a letter to a friend, and it is longer than a page header".utf8)
        try bytes.write(to: URL(fileURLWithPath: folder.file))
        #expect(problem() == .corrupt)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file)) == bytes)
    }

    @Test func damagedPagesAreAnError() throws {
        do {
            let registry = try Registry(path: folder.file)
            for step in 1...50 { _ = try registry.someRun("folder \(step)") }
            try registry.change("PRAGMA wal_checkpoint(TRUNCATE)", [])
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file))
        // The header page stays, so that the damage is found in use and not at once.
        for at in 4096..<bytes.count { bytes[at] = 0xA5 }
        try bytes.write(to: URL(fileURLWithPath: folder.file))
        #expect(problem() == .corrupt)
    }

    @Test func everyTruncationOpensOrThrows() throws {
        do { _ = try Registry(path: folder.file).someRun() }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file))
        let cut = folder.path + "/cut.sqlite"
        var refused = 0
        for count in stride(from: 1, to: bytes.count, by: 997) {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: cut + suffix) }
            try bytes.prefix(count).write(to: URL(fileURLWithPath: cut))
            // Pages that a reader never needs may be missing without harm.
            let problem = problem(cut)
            #expect(problem == .corrupt || problem == nil, "\(count) bytes")
            if problem == .corrupt { refused += 1 }
        }
        #expect(refused > 10)
    }

    @Test func aNewerRegistryIsLeftAlone() throws {
        do { try Registry(path: folder.file).change("PRAGMA user_version = 99", []) }
        #expect(problem() == .newer(version: 99, known: Schema.version))
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/deep", withIntermediateDirectories: true)
        try Connection(path: folder.file).execute("CREATE TABLE theirs (x)")
        #expect(problem() == .notARegistry)
        try Connection(path: folder.file).execute("PRAGMA user_version = 1")
        #expect(problem() == .notARegistry)
        #expect(
            try Connection(path: folder.file).rows("SELECT name FROM sqlite_master") == [[.text("theirs")]])
    }

    @Test func placesThatCannotBeWrittenAreErrors() throws {
        #expect(problem("/proc/nowhere/registry.sqlite") == .cannotOpen)
        _ = try Registry(path: folder.file)
        #expect(problem(folder.path + "/deep") == .cannotOpen)
        #expect(problem(folder.file + "/below-a-file") == .cannotOpen)
    }

    @Test func aLockThatStaysIsAnError() throws {
        let registry = try Registry(path: folder.file)
        let model = try registry.someModel()
        let second = try Registry(path: folder.file, patience: 0.05)
        try registry.transaction { _ throws(RegistryError) in
            #expect(throws: RegistryError(.busy, path: folder.file)) { try second.someRun(model: model) }
            // Readers do not wait for a writer.
            #expect(try second.runs().isEmpty)
        }
        _ = try second.someRun(model: model)
    }

    @Test func manyConnectionsOpenAndWriteAtOnce() async throws {
        let file = folder.file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let registry = try Registry(path: file)
                    let run = try registry.someRun("folder \(writer)")
                    for step in 1...20 { try registry.record(StepRow(step: step, epoch: 0), of: run) }
                }
            }
            try await group.waitForAll()
        }
        let registry = try Registry(path: file)
        #expect(try registry.models().count == 1)
        #expect(try registry.runs().map(\.lastStep) == Array(repeating: 20, count: 8))
    }

    @Test func theHomeIsTakenFromTheEnvironment() throws {
        let registry = try Registry.home(environment: ["HEARTH_HOME": folder.path])
        #expect(registry.path == folder.path + "/registry.sqlite")
        #expect(FileManager.default.fileExists(atPath: registry.path))
    }
}
