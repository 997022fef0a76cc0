import Foundation
import Testing

@testable import Checkpoint

@Suite struct AtomicDirectoryTests {
    static let facts: JSONObject = ["seed": .integer(42), "loss": .number(0.1)]

    /// Saves a checkpoint whose files say its number.
    func save(_ number: Int, in folder: AtomicDirectory, bytes: Int = 1000) throws {
        try folder.save(number, facts: Self.facts) { (draft) throws(CheckpointError) in
            try draft.add("weights.bin", bytes: [UInt8](repeating: UInt8(number), count: bytes))
            try draft.add("empty", bytes: [])
            try SafetensorsWriter.write(
                [TensorSource(name: "w", shape: [2], floats: [Float(number), 1])], to: &draft,
                name: "adapter.safetensors")
        }
    }

    /// Whether a checkpoint's files say its number.
    func isWhole(_ checkpoint: SavedCheckpoint) throws -> Bool {
        let weights = try MappedFile(path: checkpoint.path(of: "weights.bin")).bytes.array
        let tensor = try SafetensorsFile.open(checkpoint.path(of: "adapter.safetensors")).tensors["w"]
        return weights.allSatisfy { Int($0) == checkpoint.number }
            && tensor?.bytes.integer(at: 0) == Float(checkpoint.number).bitPattern
            && checkpoint.facts == Self.facts
    }

    @Test func theNewestIsFoundAndOldOnesGo() throws {
        try withFolder { path in
            let folder = AtomicDirectory(path)
            #expect(folder.newest() == nil)
            for number in [2, 10, 9] { try save(number, in: folder) }
            #expect(folder.numbers == [2, 9, 10])
            let newest = try #require(folder.newest())
            #expect(newest.number == 10 && newest.files == ["weights.bin", "empty", "adapter.safetensors"])
            #expect(try isWhole(newest))
            try folder.prune(keeping: 1, protecting: [2])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
                    "checkpoint-10", "checkpoint-2",
                ])
            try folder.removeNewer(than: 2)
            #expect(folder.numbers == [2])
        }
    }

    @Test func aSoundCheckpointIsNotReplacedButADamagedOneIs() throws {
        try withFolder { path in
            let folder = AtomicDirectory(path)
            try save(1, in: folder)
            try save(1, in: folder)
            #expect(throws: CheckpointError(path + "/checkpoint-1", .store(.alreadyThere(number: 1)))) {
                try save(1, in: folder, bytes: 999)
            }
            try put([1, 2, 3], path + "/checkpoint-1/weights.bin")
            try save(1, in: folder, bytes: 999)
            #expect(try isWhole(folder.open(1)))
            try folder.prune(keeping: 5)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["checkpoint-1"])
        }
    }

    @Test(arguments: FailingDisk.Failure.allCases)
    func whateverCallFailsTheOldOrTheNewIsThere(_ failure: FailingDisk.Failure) throws {
        var failing = 0
        while true {
            let disk = FailingDisk(failing: failing, failure: failure)
            try withFolder { path in
                try save(1, in: AtomicDirectory(path))
                let outcome = Result { try save(2, in: AtomicDirectory(path, disk: disk), bytes: 300_000) }
                let newest = try #require(AtomicDirectory(path).newest { Issue.record("damaged: \($0)") })
                #expect(try isWhole(newest))
                if case .success = outcome { #expect(newest.number == 2) }
                if case .failure(let error) = outcome, newest.number == 1 {
                    // Nothing is left lying about.
                    #expect(error is CheckpointError)
                    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["checkpoint-1"])
                }
                try save(3, in: AtomicDirectory(path))
                #expect(AtomicDirectory(path).newest()?.number == 3)
            }
            guard disk.hasFailed else { break }
            failing += 1
        }
        #expect(failing > 30)
    }

    /// Cuts the power after every operation, with many choices of what arrived.
    @Test func whateverAPowerCutForgetsTheOldOrTheNewIsThere() throws {
        try withFolder { path in
            let root = path + "/disk"
            let recorder = RecordingDisk()
            let folder = AtomicDirectory(root, disk: recorder)
            try save(1, in: folder)
            let afterFirst = recorder.operations.count
            try save(2, in: folder)
            let operations = recorder.operations
            var state: UInt64 = 1
            func coin() -> Bool {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state >> 63 == 1
            }
            for cut in 0...operations.count {
                for choice in 0..<12 {
                    try? FileManager.default.removeItem(atPath: root)
                    let arrives: () -> Bool = choice == 0 ? { false } : choice == 1 ? { true } : coin
                    try PowerCut.replay(Array(operations[..<cut]), root: root, arrives: arrives)
                    let newest = AtomicDirectory(root).newest { _ in }
                    if cut >= afterFirst {
                        #expect((newest?.number ?? 0) >= 1, "cut \(cut) choice \(choice)")
                    }
                    if cut == operations.count { #expect(newest?.number == 2) }
                    if let newest { #expect(try isWhole(newest)) }
                }
            }
        }
    }

    @Test func everyChangedBitIsNoticed() throws {
        try withFolder { path in
            let folder = AtomicDirectory(path)
            try save(1, in: folder, bytes: 64)
            try save(2, in: folder, bytes: 64)
            var state: UInt64 = 7
            for file in ["weights.bin", "adapter.safetensors", "MANIFEST.json"] {
                let place = path + "/checkpoint-2/" + file
                let sound = try readAll(place)
                for bit in 0..<sound.count * 8 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    // Every bit of the manifest, some of the others.
                    guard file == "MANIFEST.json" || state >> 61 == 0 else { continue }
                    var broken = sound
                    broken[bit / 8] ^= 1 << (bit % 8)
                    try put(broken, place)
                    var damaged = 0
                    let newest = folder.newest { _ in damaged += 1 }
                    #expect(newest?.number == 1 && damaged == 1, "bit \(bit) of \(file)")
                }
                try put(sound, place)
            }
            #expect(folder.newest()?.number == 2)
        }
    }

    @Test func whatIsMissingIsNamed() throws {
        try withFolder { path in
            let folder = AtomicDirectory(path)
            try save(3, in: folder)
            let place = path + "/checkpoint-3"
            func fault() -> CheckpointError.Problem? {
                do throws(CheckpointError) {
                    _ = try folder.open(3)
                    return nil
                } catch { return error.problem }
            }
            try FileManager.default.moveItem(atPath: place + "/empty", toPath: place + "/moved")
            #expect(fault() == .store(.fileMissing("empty")))
            try FileManager.default.moveItem(atPath: place + "/moved", toPath: place + "/empty")
            try put([], place + "/weights.bin")
            #expect(fault() == .store(.sizeDiffers(file: "weights.bin", expected: 1000, found: 0)))
            try put([UInt8](repeating: 4, count: 1000), place + "/weights.bin")
            #expect(fault() == .store(.digestDiffers(file: "weights.bin")))
            try FileManager.default.removeItem(atPath: place + "/MANIFEST.json")
            #expect(fault() == .store(.manifestMissing))
            try FileManager.default.removeItem(atPath: place)
            try save(4, in: folder)
            try FileManager.default.moveItem(atPath: path + "/checkpoint-4", toPath: place)
            #expect(fault() == .store(.numberDiffers(expected: 3, found: 4)))
        }
    }
}
