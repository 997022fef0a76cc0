/// What is wrong with a saved checkpoint.
public enum StoreFault: Error, Sendable, Equatable {
    /// The folder has no `MANIFEST.json`: it was never finished, or is not ours.
    case manifestMissing
    /// `MANIFEST.json` is not as it was written; a bit may have changed.
    case manifestDamaged
    /// `MANIFEST.json` was written by a later version of Hearth.
    case versionUnknown(Int)
    /// `MANIFEST.json` belongs to another checkpoint.
    case numberDiffers(expected: Int, found: Int)
    /// Another sound checkpoint has this number already.
    case alreadyThere(number: Int)
    /// A file of the checkpoint is not there.
    case fileMissing(String)
    /// A file has another size than when it was saved.
    case sizeDiffers(file: String, expected: Int, found: Int)
    /// A file has other bytes than when it was saved.
    case digestDiffers(file: String)
}
