import Foundation
import TestSupport
import Testing

/// The written datasets are what their sources build.
@Suite struct DatasetTests {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .contains(where: FileManager.default.isExecutableFile(atPath:))

    @Test(.enabled(if: python, "needs python3"))
    func incidentsAreWhatTheirSourcesBuild() throws {
        let call = try Call(["--check"], of: Shared.repository + "/Datasets/incidents/build")
        #expect(call.status == 0, "\(call.notices)")
    }
}
