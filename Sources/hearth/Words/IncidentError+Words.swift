import Incident
import Recipes
import Registry

extension IncidentError: Explained {
    var sentence: String {
        switch self {
        case .store(let error): "\(error.path): \(error.problem.storeWords)."
        case .unreadable(let path): "\(path) cannot be read; write the path of a file that is there."
        case .yaml(let error):
            "\(Self.words(error.place)): \(error.problem.configurationWords)."
        case .unknownKey(let key, let known, let place):
            "\(Self.words(place)): \(quoted(key)) is no key here; write one of \(known.joined(separator: ", "))."
        case .wrongValue(let key, let wanted, let found, let place):
            "\(Self.words(place)): \(key.isEmpty ? "here belongs" : "\(key) takes") \(wanted), not \(quoted(found))."
        case .missingKey(let key, let place): "\(Self.words(place)): \(key) is missing; write \(key): …"
        case .noIncident(let id): "There is no incident \(id); hearth incident list shows what there is."
        case .badLine(let path, let line, let wanted): "\(path), line \(line): write \(wanted)."
        case .noFile(let path): "\(path) holds nothing; write a file with at least one line."
        }
    }

    var status: ExitStatus {
        if case .store = self { .workFailed } else { .wrongInput }
    }

    private static func words(_ place: YAMLPlace) -> String {
        let name =
            switch place.source {
            case .file(let path): path
            case .argument(let text): text
            }
        return place.line > 0 ? "\(name), line \(place.line)" : name
    }
}

extension RegistryError.Problem {
    fileprivate var storeWords: String {
        switch self {
        case .cannotOpen:
            "the incident store cannot be opened; write --store PATH in a folder that may be written"
        case .corrupt: "the incident store is damaged; move the file away, and a new one is made"
        case .notARegistry: "this database belongs to another program; write --store with another path"
        case .newer(let version, let known):
            "a newer Hearth wrote this store (version \(version), this program knows \(known)); use that one"
        case .busy: "another process keeps the store locked; try again when it is done"
        case .cannotWrite: "the store cannot be written; check the disk's free space"
        case .readOnly: "the store may not be written; check who may write the file and its folder"
        case .refused: "a row of the store refers to one that is not there"
        case .noSuch(let table, let id): "there is no row \(id) in \(table)"
        case .failed(let code): "SQLite failed with code \(code)"
        }
    }
}

extension YAMLError.Problem {
    fileprivate var configurationWords: String {
        switch self {
        case .tooLong(_, let limit): "the configuration is longer than \(limit) bytes"
        case .notUTF8: "the text is not UTF-8 without a byte order mark; save it as plain UTF-8"
        case .empty: "there is nothing in it; write at least listen: 127.0.0.1:9099"
        case .secondDocument: "a second document begins here; a configuration is one document"
        case .syntax(let words): "this is not YAML (\(words)); check indentation and brackets"
        case .anchor: "anchors and aliases (& and *) are not read; write the value out"
        case .tag(let tag): "tags such as \(quoted(tag)) are not read; write the plain value"
        case .tooDeep(let limit): "lists and mappings are nested deeper than \(limit); write it flatter"
        case .tooMany(let limit): "there are more than \(limit) values"
        case .keyIsNotText: "a key has to be text, not a list or a mapping"
        case .duplicateKey(let key, let line): "\(quoted(key)) is already on line \(line); keep one of them"
        }
    }
}
