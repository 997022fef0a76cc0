import Registry

extension RegistryError: Explained {
    var sentence: String { "\(path): \(problem.words)." }
}

extension RegistryError.Problem {
    fileprivate var words: String {
        switch self {
        case .cannotOpen: "the registry cannot be opened; set HEARTH_HOME to a folder that may be written"
        case .corrupt: "the registry is damaged; move the file away, and a new one is made"
        case .notARegistry:
            "this database belongs to another program; set HEARTH_HOME to a folder of Hearth's own"
        case .newer(let version, let known):
            "a newer Hearth wrote this registry (version \(version), this program knows \(known)); use that one"
        case .busy: "another process keeps the registry locked; try again when it is done"
        case .cannotWrite: "the registry cannot be written; check the disk's free space"
        case .readOnly: "the registry may not be written; check who may write the file and its folder"
        case .refused: "a row refers to one that is not in the registry"
        case .noSuch(let table, let id):
            "there is no row \(id) in \(table); hearth runs list shows what there is"
        case .failed(let code): "SQLite failed with code \(code)"
        }
    }
}
