import Foundation
import TestSupport
import Testing

/// The written datasets are what their sources build.
@Suite struct DatasetTests {
    @Test(.enabled(if: Python.isThere, "needs python3"))
    func incidentsAreWhatTheirSourcesBuild() throws {
        let call = try Call(["--check"], of: Shared.repository + "/Datasets/incidents/build")
        #expect(call.status == 0, "\(call.notices)")
    }
}
