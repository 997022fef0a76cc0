/// What is wrong with a file, and which file it is.
///
/// It carries facts; the sentence for people is made where errors are shown.
public struct CheckpointError: Error, Sendable, Equatable {
    /// The file or folder at fault, as it was named to us.
    public let path: String
    /// What is wrong with it.
    public let problem: Problem

    /// A problem with the file at a path.
    public init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The kinds of trouble, each with the facts of its own format.
    public enum Problem: Sendable, Equatable {
        /// The file system said no.
        case file(FileFault)
        /// The text is not the JSON it should be.
        case json(JSONError)
        /// The file breaks a rule of safetensors.
        case safetensors(SafetensorsFault)
        /// The list of shards does not fit the shards.
        case index(IndexFault)
        /// The file breaks a rule of GGUF.
        case gguf(GGUFFault)
        /// The folder or file is not a model we can open.
        case model(ModelFault)
        /// The adapter is not one we can use.
        case adapter(AdapterFault)
        /// The saved checkpoint is not what it was when it was saved.
        case store(StoreFault)
        /// It could not be written.
        case writing(WriteFault)
    }
}

/// What the file system said.
public enum FileFault: Sendable, Equatable {
    /// It could not be opened; the system's error number.
    case cannotOpen(Int32)
    /// It could be opened but not read; the system's error number.
    case cannotRead(Int32)
    /// It is a folder, a device, a pipe or a socket.
    case notAFile
    /// Its name has a NUL byte in it.
    case nameHasNUL
    /// It is larger than this kind of file may be.
    case tooLarge(bytes: Int, limit: Int)
    /// Its text is not UTF-8.
    case notUTF8
}
