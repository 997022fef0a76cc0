import Foundation

/// What the machine is, read from what the kernel tells.
struct Machine: Sendable {
    let processor: String
    /// The features the processor reports, such as `avx2`.
    let features: Set<String>
    /// The cores this process may use, which may be fewer than there are.
    let cores: Int
    let memory: Int?
    let freeMemory: Int?

    static func current() -> Machine {
        let processor = text("/proc/cpuinfo"), memory = text("/proc/meminfo")
        return Machine(
            processor: field("model name", in: processor) ?? "unknown",
            features: Set((field("flags", in: processor) ?? "").split(separator: " ").map(String.init)),
            cores: ProcessInfo.processInfo.activeProcessorCount,
            memory: kibibytes("MemTotal", in: memory), freeMemory: kibibytes("MemAvailable", in: memory))
    }

    /// The richest instruction set that Hearth has kernels for and this processor can run.
    var instructions: String {
        let avx512: Set = ["avx512f", "avx512bw", "avx512dq", "avx512vl"]
        if features.isSuperset(of: avx512.union(["avx512_bf16", "avx512_vnni"])) {
            return "AVX-512 with bf16 and VNNI"
        }
        if features.isSuperset(of: avx512) { return "AVX-512" }
        if features.isSuperset(of: ["avx2", "fma", "f16c"]) { return "AVX2" }
        return "baseline"
    }

    /// The first value of `name : value` in the text of a file under `/proc`.
    static func field(_ name: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    /// The file names of the shared libraries this process has loaded.
    static func loadedLibraries(in maps: String = text("/proc/self/maps")) -> Set<String> {
        let paths = maps.split(separator: "\n").filter { $0.contains("/") }.compactMap {
            $0.split(separator: "/").last
        }
        return Set(paths.map(String.init).filter { $0.contains(".so") })
    }

    /// A file under `/proc`, read to its end: it tells no size, and gives a page at a time.
    static func text(_ path: String) -> String {
        let bytes = try? FileHandle(forReadingAtPath: path)?.readToEnd()
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func kibibytes(_ name: String, in text: String) -> Int? {
        field(name, in: text)?.split(separator: " ").first.flatMap { Int($0) }
            .flatMap { $0 < Int.max >> 10 ? $0 << 10 : nil }
    }
}
