import Foundation
import Testing

@testable import hearth

/// The built program, called as a person or another program calls it.
@Suite struct ProgramTests {
    @Test func versionAndHelpGoToStandardOutput() throws {
        let version = try Call(["--version"])
        #expect(version.output == "hearth \(Program.version)\n")
        #expect(version.status == 0 && version.notices.isEmpty)
        let help = try Call(["--help"])
        #expect(help.output == HelpPage.overview(of: Program.verbs))
        #expect(help.status == 0 && help.notices.isEmpty)
        #expect(try Call(["help"]).output == help.output)
    }

    @Test(arguments: Program.verbs.map(\.name))
    func everyVerbHasItsPage(_ name: String) throws {
        let call = try Call(name.split(separator: " ").map(String.init) + ["--help"])
        #expect(call.status == 0 && call.notices.isEmpty)
        #expect(call.output.hasPrefix("hearth \(name) – "))
    }

    @Test(arguments: [
        ([], "hearth: A verb is missing (`hearth help` tells more)."),
        (["doctr"], "hearth: There is no verb “doctr”; did you mean “doctor”? (`hearth help` tells more)."),
        (["--help-me"], "hearth: There is no verb “--help-me” (`hearth help` tells more)."),
        (
            ["doctor", "--jsn"],
            "hearth: There is no option “--jsn”; did you mean “--json”? (`hearth doctor --help` tells more)."
        ),
        (["doctor", "x"], "hearth: “x” is one argument too many (`hearth doctor --help` tells more)."),
        (["completions"], "hearth: SHELL is missing (`hearth completions --help` tells more)."),
        (["help", "\u{1b}[2J"], "hearth: There is no verb “\\u{1b}[2J” (`hearth help` tells more)."),
    ])
    func aWrongCallEndsWithTwoAndOneSentence(_ words: [String], _ sentence: String) throws {
        let call = try Call(words)
        #expect(call.status == 2)
        #expect(call.notices == sentence + "\n")
        #expect(call.output.isEmpty)
    }

    @Test func doctorTellsTheMachineAndTheModels() throws {
        let home = try TemporaryFolder()
        try home.write("", to: "models/tiny.gguf")
        let call = try Call(["doctor", "--json"], environment: ["HEARTH_HOME": home.path])
        #expect(call.status == 0 && call.notices.isEmpty)
        let json = try JSONSerialization.jsonObject(with: Data(call.output.utf8)) as? [String: Any]
        #expect(json?["home"] as? String == home.path)
        #expect(json?["models"] as? [String] == ["tiny"])
        #expect((json?["cores"] as? Int ?? 0) > 0)
        #expect((json?["memory"] as? Int ?? 0) > 1 << 28)
        let table = try Call(["doctor"], environment: ["HEARTH_HOME": home.path + "/none"])
        #expect(table.output.contains("models         none; Scripts/fetch-model fetches the default one\n"))
    }

    @Test func aFullDiskIsAFailureAndALostReaderIsNone() throws {
        let full = try Call(["-c", "exec \"$0\" help > /dev/full", Call.hearth], of: "/bin/sh")
        #expect(full.status == 1)
        #expect(full.notices == "hearth: Standard output could not be written: No space left on device.\n")
        let lost = try Call(
            ["-c", "(sleep 0.3; exec \"$0\" help) | true; exit ${PIPESTATUS[0]}", Call.hearth],
            of: "/bin/bash")
        #expect(lost.status == 0)
        #expect(lost.notices.isEmpty)
    }

    @Test(arguments: Shell.allCases)
    func completionsNameEveryVerbAndOption(_ shell: Shell) throws {
        let text = shell.completions(for: Program.verbs + [SampleVerb(), SampleVerb(name: "data import")])
        for word in ["doctor", "sample", "import", "requests", "short long"] { #expect(text.contains(word)) }
    }

    @Test func bashAcceptsItsCompletionsAndUsesThem() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "models/tiny.gguf")
        let script = Shell.bash.completions(for: [Doctor(), SampleVerb(), SampleVerb(name: "data import")])
        func offers(_ words: String...) throws -> String {
            let list = words.map { "'\($0)'" }.joined(separator: " ")
            let call = try Call(
                [
                    "-c",
                    "\(script)\ncd \(folder.path)\nCOMP_WORDS=(hearth \(list)); COMP_CWORD=\(words.count); "
                        + "_hearth; echo \"${COMPREPLY[@]}\"",
                ], of: "/bin/bash", environment: ["HEARTH_HOME": folder.path])
            #expect(call.notices.isEmpty)
            return call.output
        }
        #expect(try offers("d") == "doctor data\n")
        #expect(try offers("data", "") == "import\n")
        #expect(try offers("data", "import", "--fo") == "--format\n")
        #expect(try offers("sample", "--format", "") == "short long\n")
        #expect(try offers("sample", "tin") == "tiny\n")
        #expect(try offers("sample", "--requests", "mod") == "models\n")
        #expect(try offers("sample", "--port", "") == "\n")
    }
}
