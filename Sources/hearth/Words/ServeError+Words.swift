/// Why `hearth serve` was called wrongly.
enum ServeError: Error, Equatable {
    /// An adapter's name that a client could not write.
    case adapterName(String)
    /// Another name for the model that no request could hold.
    case alias(String)
    /// One name for two things.
    case nameTwice(String)
    /// A certificate without a key, or the other way round.
    case halfIdentity
    case unreadable(String)
}

extension ServeError: Explained {
    var sentence: String {
        switch self {
        case .adapterName(let name):
            "\"\(name)\" cannot be an adapter's name; write 1 to 64 letters, digits, _, - or ."
        case .alias(let name):
            "\"\(name)\" cannot be a model's name; write 1 to 128 printable ASCII characters without blanks"
        case .nameTwice(let name): "\"\(name)\" is given to two things; give each its own name"
        case .halfIdentity: "--cert and --key belong together; give both, or neither"
        case .unreadable(let path): "\(path) cannot be read; give the path of a PEM file"
        }
    }
}
