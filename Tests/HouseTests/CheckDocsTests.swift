import Foundation
import TestSupport
import Testing

/// The script that runs what the documents show notices what is wrong in one.
@Suite(.enabled(if: Python.isThere, "needs python3")) struct CheckDocsTests {
    private func check(_ document: String) throws -> Call {
        let folder = try TemporaryFolder()
        try folder.write(document, to: "page.md")
        return try Call(
            [folder.path + "/page.md"], of: Shared.repository + "/Scripts/check-docs",
            environment: ["HEARTH": Call.hearth])
    }

    @Test func whatWorksIsRun() throws {
        let call = try check("```sh\n# a comment\ntest -d \\\n  Recipes\nhearth help train > out.txt\n```\n")
        #expect(call.status == 0, "\(call.notices)")
        #expect(call.output.hasSuffix("2 commands, 0 left out, 0 wrong\n"))
        #expect(!FileManager.default.fileExists(atPath: Shared.repository + "/out.txt"))
    }

    @Test func whatFailsIsNamedWithItsLine() throws {
        let call = try check("One\n\n```sh\nhearth generate --message\n```\n")
        #expect(call.status == 1)
        #expect(call.notices.contains("page.md:3: hearth generate --message: status 2"))
    }

    @Test func whatIsLeftOutIsCounted() throws {
        let call = try check("<!-- check-docs: not run, it takes a day -->\n```sh\nfalse\n```\n")
        #expect(call.status == 0)
        #expect(call.output.contains("(it takes a day)"))
        #expect(call.output.hasSuffix("0 commands, 1 left out, 0 wrong\n"))
    }

    @Test(arguments: [
        ("```\nhearth generate M --sideways\n```\n", "--sideways is not on the help page of generate"),
        ("```\nhearth fly\n```\n", "there is no verb 'fly'"),
        ("[there](nowhere.md)\n", "the link nowhere.md leads nowhere"),
    ])
    func whatIsNotThereIsFound(_ document: String, _ sentence: String) throws {
        let call = try check(document)
        #expect(call.status == 1)
        #expect(call.notices.contains(sentence))
    }
}
