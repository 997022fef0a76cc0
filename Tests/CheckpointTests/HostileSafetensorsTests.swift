import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct HostileSafetensorsTests {
    @Test(arguments: hostileSafetensors)
    func isRefusedForItsOwnReason(_ file: HostileFile<SafetensorsFault>) throws {
        try withFolder { folder in
            let path = try put(file.bytes, folder + "/model.safetensors")
            #expect(throws: CheckpointError(path, .safetensors(file.fault))) {
                try SafetensorsFile.open(path)
            }
        }
    }

    @Test func thereAreManyOfThem() {
        #expect(hostileSafetensors.count >= 40)
        #expect(Set(hostileSafetensors.map(\.name)).count == hostileSafetensors.count)
    }

    @Test func aFileCutOffAnywhereIsRefused() throws {
        let whole = safetensors(
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}"#,
            data: 9)
        _ = try SafetensorsFile.parse(MappedBytes(whole))
        for length in 0..<whole.count {
            #expect(throws: SafetensorsFault.self) {
                try SafetensorsFile.parse(MappedBytes(Array(whole.prefix(length))))
            }
        }
    }

    @Test func whatTheFormatAllowsIsRead() throws {
        let file = try SafetensorsFile.parse(
            MappedBytes(
                safetensors(
                    #"{"__metadata__":{"format":"pt"},"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
                        + #""e":{"dtype":"BF16","shape":[3,0],"data_offsets":[4,4]}}   "#, data: 4)))
        #expect(file.metadata.map(\.0) == ["format"])
        #expect(file.tensors["s"]?.shape == [] && file.tensors["s"]?.elementCount == 1)
        #expect(file.tensors["e"]?.elementCount == 0)
        #expect(file.tensors["s"]?.bytes.array == [7, 7, 7, 7])
        #expect(try SafetensorsFile.parse(MappedBytes(safetensors("{}"))).tensors.count == 0)
    }

    @Test func namesAreComparedByBytes() throws {
        let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
        let file = try SafetensorsFile.parse(
            MappedBytes(
                safetensors(
                    "{\"\u{e9}\":\(entry),\"e\u{301}\":\(entry),\"K\":\(entry),\"\u{212a}\":\(entry)}")))
        #expect(file.tensors.count == 4)
        #expect(file.tensors["\u{212a}"]?.name.utf8.count == 3)
    }

    @Test(.enabled(if: Shared.file("data/corrupt") != nil, "needs ../shared"))
    func filesWithHostileMetadataStayData() throws {
        let root = try #require(Shared.file("data/corrupt"))
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".safetensors") }
        for file in try #require(files) {
            // Sound in form; the text in it is shown, never run.
            _ = try SafetensorsFile.open(root + "/" + file)
        }
    }
}
