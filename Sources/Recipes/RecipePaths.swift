import Foundation

/// What paths in a recipe are relative to.
///
/// In the file, everything that is read is relative to the file's own folder, so
/// that a recipe means the same wherever it is started from. In an argument it is
/// relative to the current folder, as on any command line.
public struct RecipePaths: Sendable {
    /// The folder of the recipe file.
    public let recipeFolder: String
    /// The folder the program was started in.
    public let currentFolder: String

    /// Two folders, either of which may be relative or empty.
    public init(recipeFolder: String, currentFolder: String) {
        self.recipeFolder = recipeFolder
        self.currentFolder = currentFolder
    }

    /// A path that can be opened from the current folder.
    func resolve(_ path: String, from source: YAMLPlace.Source) -> String {
        if path.hasPrefix("/") { return path }
        if path.hasPrefix("~/") { return NSHomeDirectory() + path.dropFirst() }
        let folder = if case .file = source { recipeFolder } else { currentFolder }
        return Self.tidy(folder.isEmpty ? path : folder + "/" + path)
    }

    /// A model is a name unless it looks like a path: `/x`, `./x`, `../x`, `~/x` or `x.gguf`.
    ///
    /// Names contain slashes too (`google/gemma-3-270m`), so a slash alone decides nothing.
    func resolveModel(_ model: String, from source: YAMLPlace.Source) -> String {
        let isPath =
            model.hasPrefix("~/") || model.hasPrefix("./") || model.hasPrefix("../")
            || model.hasSuffix(".gguf")
        guard isPath else { return model }
        let path = resolve(model, from: source)
        // Without a slash it would read as a name again.
        return path.contains("/") || model.hasSuffix(".gguf") ? path : "./" + path
    }

    /// The path without `.` and without `x/..`, decided on the text alone.
    static func tidy(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The folder part of a path; nothing for a bare name.
    ///
    /// Foundation's `deletingLastPathComponent` traps on a name of one letter.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file's name without its extension.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? "recipe"
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}
