import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct HostileGGUFTests {
    @Test(arguments: hostileGGUF)
    func isRefusedForItsOwnReason(_ file: HostileFile<GGUFFault>) throws {
        try withFolder { folder in
            let path = try put(file.bytes, folder + "/model.gguf")
            #expect(throws: CheckpointError(path, .gguf(file.fault))) { try GGUFFile.open(path) }
        }
    }

    @Test func thereAreManyOfThem() {
        #expect(hostileGGUF.count >= 30)
        #expect(Set(hostileGGUF.map(\.name)).count == hostileGGUF.count)
    }

    static var sound: GGUFBuilder {
        var file = GGUFBuilder()
        file.key("general.architecture", type: 8, GGUFBuilder.text(Array("llama".utf8)))
        file.key("general.alignment", type: 4, little(UInt32(64)))
        file.array("tokens", of: 8, count: 3, ["a", "", "ü"].flatMap { GGUFBuilder.text(Array($0.utf8)) })
        file.array("scores", of: 6, count: 2, little(Float(1.5).bitPattern) + little(Float(-2).bitPattern))
        file.array("types", of: 5, count: 2, little(Int32(-1)) + little(Int32(6)))
        file.key("flag", type: 7, [1])
        file.key("scale", type: 6, little(Float(0.25).bitPattern))
        file.key("small", type: 1, little(Int8(-3)))
        file.key("large", type: 10, little(UInt64.max))
        file.tensor("w", [4, 2], type: 0)
        file.tensor("s", [], type: 0, at: 64)
        file.tensor("q", [32, 3], type: 8, at: 128)
        file.data = (0..<(128 + 102)).map { UInt8($0) }
        file.alignment = 64
        return file
    }

    @Test func whatTheFormatAllowsIsRead() throws {
        for version: UInt32 in [2, 3] {
            var builder = Self.sound
            builder.version = version
            let file = try GGUFFile.parse(MappedBytes(builder.bytes))
            #expect(file.version == Int(version) && file.alignment == 64)
            #expect(file.metadata.string("general.architecture") == "llama")
            #expect(
                file.metadata.strings("tokens")?.map { String(decoding: $0, as: UTF8.self) } == [
                    "a", "", "ü",
                ])
            #expect(file.metadata.doubles("scores") == [1.5, -2] && file.metadata.ints("scores") == nil)
            #expect(file.metadata.ints("types") == [-1, 6])
            #expect(file.metadata.bool("flag") == true && file.metadata.double("scale") == 0.25)
            #expect(file.metadata.int("small") == -3 && file.metadata.int("large") == nil)
            #expect(file.metadata["absent"] == nil && file.metadata.string("flag") == nil)
            #expect(file.tensors["w"]?.shape == [2, 4] && file.tensors["s"]?.elementCount == 1)
            #expect(file.tensors["q"]?.type == .q8_0 && file.tensors["q"]?.elementCount == 96)
            #expect(file.tensors["q"]?.bytes.array == (128..<230).map { UInt8($0) })
        }
    }

    @Test func aFileCutOffAnywhereIsRefused() throws {
        let whole = Self.sound.bytes
        for length in 0..<whole.count {
            #expect(throws: GGUFFault.self) { try GGUFFile.parse(MappedBytes(Array(whole.prefix(length)))) }
        }
    }

    @Test func aChangedBitIsAnErrorOrAnotherFileButNeverACrash() throws {
        let whole = Self.sound.bytes
        for bit in 0..<whole.count * 8 {
            var broken = whole
            broken[bit / 8] ^= 1 << (bit % 8)
            if let file = try? GGUFFile.parse(MappedBytes(broken)) {
                for key in file.metadata.keys {
                    let strings = file.metadata.strings(key)
                    // The array must be used: Swift 6.3's optimiser destroys a dead one unmade.
                    #expect(strings.map { Array($0).count } == strings?.count)
                }
            }
        }
    }
}
