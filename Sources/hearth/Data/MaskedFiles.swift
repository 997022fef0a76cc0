import Checkpoint
import Corpus
import Foundation

/// The copies of datasets in which secrets and personal data are masked.
struct MaskedFiles {
    private let outputs: [DataOutput]

    /// Files of the same names in a folder, which is made.
    init(_ folder: String, for paths: [String], replaces: Bool) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw DestinationError.noFolder(folder)
        }
        var outputs: [DataOutput] = []
        var names: Set<String> = []
        for path in paths {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            let stem = file.split(separator: ".").first.map(String.init) ?? file
            var name = stem
            // Two files of one name come from two folders.
            var number = 2
            while !names.insert(name).inserted {
                name = "\(stem)-\(number)"
                number += 1
            }
            outputs.append(try DataOutput("\(folder)/\(name).jsonl", replaces: replaces))
        }
        self.outputs = outputs
    }

    /// Writes the masked records; a mark stands for the same value in all files.
    func write(_ files: [DataFile], addresses: Bool) throws {
        var masking = Masking(addresses: addresses)
        for (file, output) in zip(files, outputs) {
            var records: [JSON] = []
            for record in file.records { records.append(masking.mask(record.value)) }
            try output.write(records)
            Notice.line("\(records.count) records are in \(output.path)")
        }
        let counts = masking.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        Notice.line(counts.isEmpty ? "nothing had to be masked" : "masked: " + counts.joined(separator: ", "))
    }
}
