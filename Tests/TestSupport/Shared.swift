import Foundation

/// Places outside the repository that make more tests run when they are there.
public enum Shared {
    /// The folder of real data beside the project, or nothing.
    public static let root: String? = folder(
        ProcessInfo.processInfo.environment["HEARTH_SHARED"] ?? repository + "/../shared")

    /// The folder of downloaded models, or nothing.
    public static let models: String? = folder(
        (ProcessInfo.processInfo.environment["HEARTH_HOME"]
            ?? NSHomeDirectory() + "/.hearth") + "/models")

    /// The repository's own folder.
    public static let repository: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// A file below the shared folder, or nothing where it is not there.
    public static func file(_ path: String) -> String? {
        guard let root, FileManager.default.fileExists(atPath: root + "/" + path) else { return nil }
        return root + "/" + path
    }

    /// A golden file kept in the repository.
    public static func golden(_ path: String) -> String { repository + "/Tests/Golden/" + path }

    private static func folder(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        else { return nil }
        return path
    }
}
