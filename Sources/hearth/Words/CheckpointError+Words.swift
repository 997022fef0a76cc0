import Checkpoint
import Foundation

extension CheckpointError: Explained {
    /// What cannot be written was asked for rightly: a full disk is nobody's wrong call.
    var status: ExitStatus {
        if case .writing = problem { .workFailed } else { .wrongInput }
    }

    var sentence: String {
        switch problem {
        case .file(let fault): "\(path) \(fault.words)."
        case .json(let error): "\(path) is not the JSON it should be. \(error.sentence)"
        case .safetensors(let fault): "\(path) is not a sound safetensors file: \(fault.words)."
        case .index(let fault): "\(path) does not fit its shards: \(fault.words)."
        case .gguf(let fault): "\(path) is not a GGUF file Hearth can read: \(fault.words)."
        case .model(let fault): "\(path) \(fault.words)."
        case .adapter(let fault): "\(path) is not an adapter Hearth can use: \(fault.words)."
        case .store(let fault): "\(path) is not a sound checkpoint: \(fault.words)."
        case .writing(let fault): "\(path) could not be written: \(fault.words)."
        }
    }
}

extension FileFault {
    /// What follows the file's name in the sentence.
    var words: String {
        switch self {
        case .cannotOpen(let number): "cannot be opened: \(String(cString: strerror(number)))"
        case .cannotRead(let number): "cannot be read: \(String(cString: strerror(number)))"
        case .notAFile: "is not a regular file; name a file, not a folder or a device"
        case .nameHasNUL: "is no file name: it has a NUL byte in it"
        case .tooLarge(let bytes, let limit): "has \(bytes) bytes; at most \(limit) are read"
        case .notUTF8: "is not UTF-8 text; save it as UTF-8"
        }
    }
}

extension ModelFault {
    /// What follows the path in the sentence.
    var words: String {
        switch self {
        case .notThere: "is not there; name a folder with a model or a .gguf file"
        case .notAModel: "is no model; name a folder with config.json and weights, or a .gguf file"
        case .safetensorsAlone:
            "holds only weights; name the folder it is in, with config.json and the tokenizer beside it"
        case .configMissing: "has no config.json; name the folder of a model, or a .gguf file"
        case .isAdapter: "is an adapter, not a model; name the base model, and this folder with --adapter"
        case .notObject(_, let found):
            "holds a JSON value of kind \(found.rawValue) where an object is needed"
        case .weightsMissing: "has no weights: put model.safetensors or model.safetensors.index.json into it"
        case .weightsPickled(let file):
            "has its weights only as \(file), a pickled Python object, which Hearth never opens; "
                + "convert it to safetensors"
        case .chatTemplateWrongKind(let found):
            "has a chat_template of kind \(found.rawValue); write a string, or a list of names and templates"
        }
    }
}

extension IndexFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .notObject(let kind): "it is a JSON value of kind \(kind.rawValue), and must be an object"
        case .mapMissing: "it has no weight_map"
        case .mapNotObject(let kind): "weight_map is of kind \(kind.rawValue), and must be an object"
        case .mapEmpty: "weight_map is empty"
        case .tooManyTensors(let limit): "it lists more than \(limit) tensors"
        case .tooManyShards(let limit): "it lists more than \(limit) shards"
        case .shardNotString(let tensor, let kind):
            "the shard of tensor \(quoted(tensor)) is of kind \(kind.rawValue), and must be a string"
        case .shardNotBeside(let tensor, let shard):
            "tensor \(quoted(tensor)) is said to be in \(quoted(shard)); a shard is a file beside the list, "
                + "named without a folder"
        case .shardMissing(let shard): "the shard \(quoted(shard)) is not there"
        case .tensorAbsent(let tensor, let shard): "tensor \(quoted(tensor)) is not in \(quoted(shard))"
        case .tensorTwice(let tensor, let first, let second):
            "tensor \(quoted(tensor)) is in \(quoted(first)) and in \(quoted(second))"
        case .tensorUnlisted(let tensor, let shard):
            "tensor \(quoted(tensor)) of \(quoted(shard)) is not in the list"
        }
    }
}
