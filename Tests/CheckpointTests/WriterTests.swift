import Foundation
import Testing

@testable import Checkpoint

@Suite struct WriterTests {
    var sources: [TensorSource] {
        [
            TensorSource(name: "bytes", type: .u8, shape: [3], bytes: [1, 2, 3]),
            TensorSource(name: "b", shape: [2, 2], floats: [1, 2, 3, 4]),
            TensorSource(name: "half", type: .bf16, shape: [1, 2], bytes: [0x80, 0x3f, 0, 0x40]),
            TensorSource(name: "a", shape: [], floats: [5]),
            TensorSource(name: "nothing", shape: [0, 4], floats: []),
        ]
    }

    @Test func safetensorsReadBackAsWritten() throws {
        try withFolder { folder in
            let path = folder + "/x.safetensors"
            try SafetensorsWriter.write(sources, metadata: [("format", "pt"), ("ä\"", "\n")], to: path)
            let file = try SafetensorsFile.open(path)
            #expect(file.tensors.names == ["a", "b", "nothing", "half", "bytes"])
            #expect(file.metadata.map(\.0) == ["format", "ä\""] && file.metadata.map(\.1) == ["pt", "\n"])
            #expect(file.tensors["b"]?.shape == [2, 2] && file.tensors["a"]?.shape == [])
            #expect(file.tensors["bytes"]?.bytes.array == [1, 2, 3])
            #expect(file.tensors["b"]?.bytes.integer(at: 12) == Float(4).bitPattern)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.safetensors"])
            let start = try MappedFile(path: path).bytes.integer(at: 0, as: UInt64.self)
            #expect(start % 8 == 0, "the data is aligned")
        }
    }

    @Test func theOrderOfTheTensorsDoesNotMatter() throws {
        try withFolder { folder in
            try SafetensorsWriter.write(sources, to: folder + "/1")
            try SafetensorsWriter.write(sources.reversed(), to: folder + "/2")
            #expect(try readAll(folder + "/1") == readAll(folder + "/2"))
        }
    }

    @Test func ggufReadsBackAsWritten() throws {
        try withFolder { folder in
            let path = folder + "/x.gguf"
            let tensors = [
                TensorSource(name: "q", type: .q8_0, shape: [2, 32], bytes: (0..<68).map { UInt8($0) }),
                TensorSource(name: "f", shape: [3, 2], floats: [1, 2, 3, 4, 5, 6]),
            ]
            let metadata: [(String, GGUFEntry)] = [
                ("general.architecture", .string("llama")), ("n", .u32(7)), ("i", .i32(-7)),
                ("l", .u64(.max)),
                ("f", .f32(0.5)), ("t", .bool(true)), ("s", .strings([[97], [], [0xc3, 0xbc]])),
                ("x", .i32s([-1, 2])), ("y", .f32s([1.5])),
            ]
            try GGUFWriter.write(tensors, metadata: metadata, to: path)
            let file = try GGUFFile.open(path)
            #expect(file.version == 3 && file.metadata.keys == metadata.map(\.0))
            #expect(
                file.metadata.int("n") == 7 && file.metadata.int("i") == -7 && file.metadata.bool("t") == true
            )
            #expect(file.metadata.strings("s").map(Array.init) == [[97], [], [0xc3, 0xbc]])
            #expect(file.metadata.ints("x") == [-1, 2] && file.metadata.doubles("y") == [1.5])
            #expect(
                file.tensors["q"]?.shape == [2, 32]
                    && file.tensors["q"]?.bytes.array == (0..<68).map { UInt8($0) })
            #expect(file.tensors["f"]?.shape == [3, 2])

            // Copying every key and tensor gives the same file.
            let copies = file.metadata.keys.compactMap { key in
                file.metadata.encoded(key).map { (key, GGUFEntry.encoded($0)) }
            }
            try GGUFWriter.write(
                file.tensors.tensors.map { TensorSource($0) }, metadata: copies, to: folder + "/copy")
            #expect(try readAll(path) == readAll(folder + "/copy"))
        }
    }

    @Test func aModelCanBeSavedOverTheFileItIsReadFrom() throws {
        try withFolder { folder in
            let path = folder + "/m.safetensors"
            let floats = (0..<100_000).map { Float($0) }
            try SafetensorsWriter.write([TensorSource(name: "w", shape: [100_000], floats: floats)], to: path)
            let open = try #require(try SafetensorsFile.open(path).tensors["w"])
            try SafetensorsWriter.write([TensorSource(open, name: "v")], to: path)
            #expect(try open.bytes.array == SafetensorsFile.open(path).tensors["v"]?.bytes.array)
        }
    }

    @Test func whatTheFormatCannotHoldIsRefused() throws {
        try withFolder { folder in
            let path = folder + "/x"
            let block = TensorSource(
                name: "q", type: .q4_0, shape: [32], bytes: [UInt8](repeating: 0, count: 18))
            #expect(throws: CheckpointError(path, .writing(.typeNotInFormat(tensor: "q", .q4_0)))) {
                try SafetensorsWriter.write([block], to: path)
            }
            #expect(throws: CheckpointError(path, .writing(.tensorTwice("q")))) {
                try GGUFWriter.write([block, block], metadata: [], to: path)
            }
            let odd = TensorSource(
                name: "q", type: .q4_0, shape: [2, 16], bytes: [UInt8](repeating: 0, count: 18))
            #expect(
                throws: CheckpointError(path, .writing(.rowNotWholeBlocks(tensor: "q", row: 16, block: 32)))
            ) {
                try GGUFWriter.write([odd], metadata: [], to: path)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
            #expect(throws: CheckpointError(folder + "/no/x", .writing(.system(.create, ENOENT)))) {
                try SafetensorsWriter.write([], to: folder + "/no/x")
            }
        }
    }

    @Test(arguments: FailingDisk.Failure.allCases)
    func aFailedWriteLeavesTheOldFile(_ failure: FailingDisk.Failure) throws {
        try withFolder { folder in
            let path = folder + "/f"
            var failing = 0
            while true {
                try put([1], path)
                let disk = FailingDisk(failing: failing, failure: failure)
                let new = [UInt8](repeating: 2, count: 400_000)
                let outcome = Result {
                    try AtomicFile.write(path, disk: disk) { (sink) throws(CheckpointError) in
                        try sink.append(new)
                    }
                }
                let found = try readAll(path)
                #expect(found == [1] || found == new)
                if case .success = outcome { #expect(found == new) }
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["f"])
                guard disk.hasFailed else { break }
                failing += 1
            }
            #expect(failing > 5)
        }
    }
}
