import Testing

/// Every rule of the house catches what it is for, and nothing else.
@Suite struct RulesTests {
    private func file(_ text: String, at path: String = "Sources/Text/Sample.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    private func whats(_ offences: [Offence]) -> [String] { offences.map(\.what) }

    @Test func theManifestIsReadFromItsText() {
        let manifest = Manifest(
            """
            func floor(_ name: String, _ below: [Target.Dependency]) -> Target { .target(name: name) }
            let package = Package(targets: [
                system("CYAML", "libyaml-dev", pkgConfig: "yaml-0.1"),
                // floor("Ghost", []),
                floor("Text", ["Checkpoint",
                    "CSentencePiece"]),
                .executableTarget(name: "hearth", dependencies: ["Text"], path: "x", swiftSettings: swift),
            ])
            """)
        #expect(
            manifest.dependencies == [
                "CYAML": [], "Text": ["Checkpoint", "CSentencePiece"], "hearth": ["Text"],
            ])
    }

    @Test func anArrowUpwardsIsFound() {
        let manifest = Manifest(
            "let package = [floor(\"Model\", [\"Kernels\", \"Serving\"]), floor(\"Loft\", [])]")
        #expect(whats(Rules.arrows(of: manifest)) == ["Loft is on no floor", "Model stands on Serving"])
    }

    @Test func anArrowDownwardsThatThePlanLacksIsFound() {
        let manifest = Manifest("let package = [floor(\"Generation\", [\"Model\", \"Text\"])]")
        #expect(whats(Rules.arrows(of: manifest)) == ["Generation stands on Text"])
    }

    @Test(arguments: [
        "import Serving", "@testable import Serving", "@preconcurrency public import Serving",
        "import struct Serving.Server", "internal import Serving",
    ])
    func aForbiddenImportIsFound(_ line: String) {
        let manifest = Manifest("let package = [floor(\"Text\", [\"Checkpoint\"])]")
        #expect(whats(Rules.imports(of: file(line), manifest)) == ["Text imports Serving"])
    }

    @Test(arguments: [
        "import Checkpoint", "import Foundation", "// import Serving", "let a = \"import Serving\"",
    ])
    func anAllowedImportIsNot(_ line: String) {
        let manifest = Manifest("let package = [floor(\"Text\", [\"Checkpoint\"])]")
        #expect(Rules.imports(of: file(line), manifest) == [])
    }

    @Test func aNetworkModuleIsFound() {
        let offences = Rules.imports(of: file("import FoundationNetworking"), Manifest(""))
        #expect(whats(offences) == ["Text imports FoundationNetworking"])
    }

    @Test func aLongFileIsFound() {
        #expect(Rules.length(of: file(String(repeating: "x\n", count: 400))) == [])
        #expect(whats(Rules.length(of: file(String(repeating: "x\n", count: 401)))) == ["401 lines"])
    }

    @Test(arguments: [
        "let x = try" + "! load()", "let x = y as" + "! Int", "fatalError" + "(\"no\")", "    print" + "(x)",
        "func f(_ p: Unsafe" + "RawPointer)", "bytes.with" + "UnsafeBytes { $0 }",
        "var handle: Opaque" + "Pointer?",
        "let s = \"a\"; print" + "(s)",
    ])
    func aForbiddenWordIsFound(_ line: String) {
        #expect(Rules.words(of: file("\n" + line)).map(\.place) == ["Sources/Text/Sample.swift:2"])
    }

    @Test(arguments: [
        "// print" + "(x)", "let s = \"print" + "(x)\"", "footprint" + "(x)", "let x = try? load()",
        "x.print" + "(y)",
    ])
    func anAllowedWordIsNot(_ line: String) {
        #expect(Rules.words(of: file(line)) == [])
    }

    @Test func whereAWordStandsDecides() {
        let pointer = "func f(_ p: Unsafe" + "RawPointer)", printing = "print" + "(x)"
        #expect(Rules.words(of: file(pointer, at: "Sources/Kernels/Matrix.swift")) == [])
        #expect(Rules.words(of: file(printing, at: "Sources/hearth/Verbs/Chat.swift")) == [])
        #expect(Rules.words(of: file(printing, at: "Sources/Kernels/Matrix.swift")).count == 1)
    }

    @Test func aMarkIsFoundInACommentToo() {
        #expect(Rules.marks(of: file("x // TO" + "DO later")).count == 1)
        #expect(Rules.marks(of: file("let toDo" + "List = HA" + "CKNEY")) == [])
    }

    @Test(arguments: ["struct JSONHelper {", "final class ModelManager: Sendable {", "enum TextUtils {"])
    func anEmptyNameIsFound(_ line: String) {
        #expect(Rules.names(of: file(line)).count == 1)
    }

    @Test func anEmptyFileNameIsFound() {
        #expect(Rules.names(of: file("", at: "Sources/Text/StringUtils+Case.swift")).count == 1)
        #expect(Rules.names(of: file("struct Sample {}")) == [])
    }

    @Test(arguments: [
        "/wo" + "rk/x", "open(\"/ro" + "ot/.y\")", "see `/o" + "pt/z/bin`", "/tm" + "p/x", "(/ho" + "me/me/",
    ])
    func aPathOfOneMachineIsFound(_ line: String) {
        #expect(Rules.paths(of: file(line)).count == 1)
    }

    @Test(arguments: [
        "models/work/x", "../opt/x", "$HOME/tmp/x", "~/opt/x", "/usr/bin/env", "work/ and opt/",
    ])
    func anOrdinaryPathIsNot(_ line: String) {
        #expect(Rules.paths(of: file(line)) == [])
    }
}
