import Foundation

/// Where the MODEL of a call is.
enum ModelPath {
    /// A path that exists, else a name under the home's models, with or without `.gguf`.
    ///
    /// The path comes first, so that what stands in front of the user wins over
    /// what was fetched long ago.
    static func resolve(_ name: String, home: Home = Home()) throws(ModelPathError) -> String {
        let isName = !name.contains("/")
        let places = [name] + (isName ? ["\(home.models)/\(name)", "\(home.models)/\(name).gguf"] : [])
        if !name.isEmpty, let found = places.first(where: FileManager.default.fileExists(atPath:)) {
            return found
        }
        throw ModelPathError(name: name, isName: isName, models: home.models, known: home.modelNames)
    }
}

/// No model is where the call says.
struct ModelPathError: Error, Equatable {
    let name: String
    /// Whether it could have been a name rather than a path.
    let isName: Bool
    let models: String
    let known: [String]
}
