import Foundation
import Testing

@testable import hearth

@Suite struct HomeTests {
    @Test func theEnvironmentDecidesWhereHomeIs() {
        #expect(Home(environment: ["HEARTH_HOME": "elsewhere", "HOME": "h"]).path == "elsewhere")
        #expect(Home(environment: ["HEARTH_HOME": "", "HOME": "h"]).path == "h/.hearth")
        #expect(Home(environment: ["HOME": "h"]).models == "h/.hearth/models")
    }

    @Test func aNameIsFoundWithAndWithoutItsEnding() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "models/tiny.gguf")
        try folder.write("{}", to: "models/whole/config.json")
        try folder.write("", to: "models/notes.txt")
        let home = Home(environment: ["HEARTH_HOME": folder.path])
        #expect(home.modelNames == ["tiny", "whole"])
        #expect(try ModelPath.resolve("tiny", home: home) == folder.path + "/models/tiny.gguf")
        #expect(try ModelPath.resolve("tiny.gguf", home: home) == folder.path + "/models/tiny.gguf")
        #expect(try ModelPath.resolve("whole", home: home) == folder.path + "/models/whole")
        #expect(try ModelPath.resolve(folder.path, home: home) == folder.path)
    }

    @Test func aMissingModelIsExplained() throws {
        let folder = try TemporaryFolder()
        let home = Home(environment: ["HEARTH_HOME": folder.path])
        func sentence(_ name: String) -> String {
            do throws(ModelPathError) { return try ModelPath.resolve(name, home: home) } catch {
                return error.sentence
            }
        }
        #expect(
            sentence("tiny")
                == "There is no model “tiny”, and \(folder.path)/models has none: "
                + "`Scripts/fetch-model` fetches the default one.")
        try folder.write("", to: "models/tiny.gguf")
        #expect(
            sentence("tinny")
                == "There is no model “tinny”: write a path or one of tiny (they are in \(folder.path)/models)."
        )
        #expect(sentence("") == "The model's name is empty: write a path or one of tiny.")
        #expect(
            sentence("a/b")
                == "There is no model at a/b: write the path of a .gguf file or of a model's folder.")
    }

    @Test func theProcessorIsRead() {
        let text =
            "processor\t: 0\nmodel name\t: Some: CPU\nflags\t\t: fpu avx2 fma f16c\nmodel name : Other\n"
        #expect(Machine.field("model name", in: text) == "Some: CPU")
        #expect(Machine.field("bogomips", in: text) == nil)
    }

    @Test(arguments: [
        ("", "baseline"), ("avx2", "baseline"), ("avx2 fma f16c", "AVX2"),
        ("avx2 fma f16c avx512f avx512bw avx512dq avx512vl", "AVX-512"),
        ("avx512f avx512bw avx512dq avx512vl avx512_bf16 avx512_vnni", "AVX-512 with bf16 and VNNI"),
    ])
    func theRichestInstructionSetIsNamed(_ flags: String, _ name: String) {
        let machine = Machine(
            processor: "", features: Set(flags.split(separator: " ").map(String.init)), cores: 1, memory: nil,
            freeMemory: nil)
        #expect(machine.instructions == name)
    }

    @Test func loadedLibrariesAreNamedByTheirFiles() {
        let maps = """
            7f00-7f01 r-xp 0 fe:00 1   /usr/lib/libyaml-0.so.2.0.9
            7f02-7f03 r--p 0 fe:00 1   /usr/lib/libyaml-0.so.2.0.9
            7f04-7f05 rw-p 0 00:00 0   [heap]
            """
        #expect(Machine.loadedLibraries(in: maps) == ["libyaml-0.so.2.0.9"])
        #expect(Machine.loadedLibraries().contains { $0.hasPrefix("libc.so") })
    }
}
