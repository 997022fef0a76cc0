import Foundation

/// The most memory this process has held so far.
enum PeakMemory {
    /// In MiB, as Linux tells it; nothing where it does not.
    static var mebibytes: Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
                Double($0)
            })
        else { return nil }
        return kibibytes / 1024
    }
}
