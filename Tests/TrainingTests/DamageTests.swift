import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Training

/// A bit of a checkpoint that is not what it was is seen, whichever it is.
///
/// `HEARTH_FULL=1` flips every bit of a small checkpoint and many of a large one.
@Suite struct DamageTests {
    private static let isFull = ProcessInfo.processInfo.environment["HEARTH_FULL"] != nil

    @Test func everyBitOfASmallCheckpointCounts() throws {
        let smallest = ["lora_r=1", "lora_target_modules=q_proj", "layers_to_transform=[0]"]
        let damage = try Damage(["save_steps=1", "max_steps=2", "batch_size=1"] + smallest)
        let flips = try damage.flip { bits in
            Self.isFull ? Array(0..<bits) : Array(stride(from: bits % 89, to: bits, by: 499))
        }
        print("small checkpoint:", damage.bytes, "bytes,", flips, "flips")
        #expect(damage.bytes < 32_768 && flips >= (Self.isFull ? damage.bytes * 8 : 50))
    }

    @Test func bitsAllOverALargeCheckpointCount() throws {
        let damage = try Damage(
            ["save_steps=1", "max_steps=2", "lora_r=256", "optimizer=adamw_8bit", "lora_dropout=0.1"])
        let count = Self.isFull ? 1000 : 5
        var state: UInt64 = 3407
        let flips = try damage.flip { bits in
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 20) % bits
            }
        }
        print("large checkpoint:", damage.bytes, "bytes,", flips, "flips")
        #expect(damage.bytes > 500_000 && flips >= 6 * count)
    }
}

/// A run with two checkpoints, the newer of which is damaged bit by bit.
private struct Damage {
    let tiny: TinyRun
    let bytes: Int
    private let newest: String
    private let files: [String]

    init(_ settings: [String]) throws {
        tiny = try TinyRun()
        _ = try tiny.train(settings)
        newest = tiny.path("out/checkpoint-2")
        files = try tiny.files("out/checkpoint-2")
        let folder = newest
        bytes = try files.reduce(0) {
            try $0 + Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($1)")).count
        }
    }

    /// Flips the chosen bits of each file, one at a time; gives how many.
    func flip(_ chosen: (Int) -> [Int]) throws -> Int {
        let checkpoints = AtomicDirectory(tiny.path("out"))
        #expect(checkpoints.newest()?.number == 2)
        var flips = 0
        for name in files {
            let sound = try Data(contentsOf: URL(fileURLWithPath: "\(newest)/\(name)"))
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(newest)/\(name)"))
            func write(_ byte: UInt8, at place: Int) throws {
                try file.seek(toOffset: UInt64(place))
                try file.write(contentsOf: Data([byte]))
            }
            var unseen: [Int] = []
            for bit in chosen(sound.count * 8) {
                try write(sound[bit / 8] ^ (1 << (bit % 8)), at: bit / 8)
                if checkpoints.newest()?.number != 1 { unseen.append(bit) }
                try write(sound[bit / 8], at: bit / 8)
                flips += 1
            }
            try file.close()
            #expect(unseen.isEmpty, "\(name)")
        }
        #expect(checkpoints.newest()?.number == 2)
        return flips
    }
}
