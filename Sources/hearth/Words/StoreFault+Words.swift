import Checkpoint
import Foundation

extension StoreFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .manifestMissing: "it has no MANIFEST.json, so it was never finished; use an earlier one"
        case .manifestDamaged: "its MANIFEST.json is not as it was written; use an earlier one"
        case .versionUnknown(let version):
            "its MANIFEST.json is of version \(version); it takes a newer Hearth to read it"
        case .numberDiffers(let expected, let found):
            "its MANIFEST.json is that of checkpoint \(found), not of \(expected)"
        case .alreadyThere(let number):
            "there is another checkpoint \(number) already; remove it, or write into an empty folder"
        case .fileMissing(let file): "\(quoted(file)) is missing; use an earlier one"
        case .sizeDiffers(let file, let expected, let found):
            "\(quoted(file)) had \(expected) bytes when it was saved, and has \(found); use an earlier one"
        case .digestDiffers(let file):
            "\(quoted(file)) has other bytes than when it was saved; use an earlier one"
        }
    }
}

extension WriteFault {
    /// What follows the colon in the sentence.
    var words: String {
        switch self {
        case .system(let call, let number):
            "the system's answer on \(call.words) was: \(String(cString: strerror(number)))"
        case .tensorTwice(let tensor): "there are two tensors \(quoted(tensor))"
        case .typeNotInFormat(let tensor, let type):
            "tensor \(quoted(tensor)) is of type \(type.rawValue), which the format cannot hold"
        case .rowNotWholeBlocks(let tensor, let row, let block):
            "a row of tensor \(quoted(tensor)) has \(row) elements, which do not fill blocks of \(block)"
        }
    }
}

extension WriteFault.Call {
    fileprivate var words: String {
        switch self {
        case .create: "making it"
        case .write: "writing to it"
        case .sync: "waiting for the disk"
        case .close: "closing it"
        case .rename: "giving it its name"
        case .remove: "removing what was there"
        }
    }
}
