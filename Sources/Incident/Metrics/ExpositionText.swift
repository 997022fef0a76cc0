/// Reads what a `/metrics` endpoint says: Prometheus text 0.0.4 and OpenMetrics 1.0.
///
/// Contract: total over any bytes. A line that is wrong is counted and left out,
/// as a server that watches others has no use for refusing a whole page over one
/// line; more samples than the limit are left out too. Histograms and summaries
/// come as the series they are written as.
public struct ExpositionText: Sendable {
    /// The samples in order.
    public private(set) var samples: [Sample] = []
    /// Lines that could not be read.
    public private(set) var badLines = 0

    private var kinds: [String: String] = [:]
    private let isOpenMetrics: Bool

    /// Reads a page.
    public init(_ bytes: [UInt8], limit: Int = 200_000) {
        // OpenMetrics ends with its mark, and its times are seconds instead of milliseconds.
        isOpenMetrics =
            bytes.suffix(6).elementsEqual("# EOF\n".utf8)
            || bytes.suffix(5).elementsEqual("# EOF".utf8)
        for line in bytes.split(separator: 10) {
            if samples.count >= limit { break }
            var cursor = Cursor(line)
            cursor.skipBlanks()
            guard let first = cursor.peek else { continue }
            if first == UInt8(ascii: "#") {
                comment(&cursor)
            } else if let sample = sample(&cursor) {
                samples.append(sample)
            } else {
                badLines += 1
            }
        }
    }

    private mutating func comment(_ cursor: inout Cursor) {
        cursor.advance()
        guard cursor.word() == "TYPE", let name = cursor.word(), let kind = cursor.word() else { return }
        kinds[name] = kind
    }

    private func sample(_ cursor: inout Cursor) -> Sample? {
        guard var name = cursor.name() else { return nil }
        var labels: [String: String] = [:]
        cursor.skipBlanks()
        if cursor.peek == UInt8(ascii: "{") {
            cursor.advance()
            while true {
                cursor.skipBlanks()
                guard let next = cursor.peek else { return nil }
                if next == UInt8(ascii: "}") {
                    cursor.advance()
                    break
                }
                let isQuoted = next == UInt8(ascii: "\"")
                guard let label = cursor.name() else { return nil }
                cursor.skipBlanks()
                // Newer pages quote a metric's name, and write it where the labels are.
                if name.isEmpty, isQuoted, cursor.peek != UInt8(ascii: "=") {
                    name = label
                    if cursor.peek == UInt8(ascii: ",") { cursor.advance() }
                    continue
                }
                guard cursor.take(UInt8(ascii: "=")) else { return nil }
                cursor.skipBlanks()
                guard let value = cursor.quoted() else { return nil }
                labels[label] = value
                cursor.skipBlanks()
                if cursor.peek == UInt8(ascii: ",") { cursor.advance() }
            }
        }
        if name.isEmpty { name = labels["__name__"] ?? "" }
        guard !name.isEmpty, let value = cursor.number() else { return nil }
        cursor.skipBlanks()
        var time: Double?
        // An exemplar follows a `#` and says nothing about the series.
        if let next = cursor.peek, next != UInt8(ascii: "#"), next != 13 {
            guard let stamp = cursor.number(), stamp.isFinite else { return nil }
            time = isOpenMetrics ? stamp : stamp / 1000
        }
        return Sample(key: SeriesKey(name, labels), kind: kind(of: name), time: time, value: value)
    }

    private func kind(of name: String) -> SeriesKind {
        switch kinds[name] {
        case "counter": return .counter
        case "gauge", "untyped", "unknown", "info", "stateset": return .gauge
        default: break
        }
        for (ending, families) in [
            ("_total", ["counter"]), ("_bucket", ["histogram"]), ("_count", ["histogram", "summary"]),
            ("_sum", ["histogram", "summary"]),
        ] where name.hasSuffix(ending) {
            if let family = kinds[String(name.dropLast(ending.count))], families.contains(family) {
                return .counter
            }
        }
        return kinds[name] == nil && name.hasSuffix("_total") ? .counter : .gauge
    }
}

/// A place in a line.
private struct Cursor {
    private let line: ArraySlice<UInt8>
    private var at: Int

    init(_ line: ArraySlice<UInt8>) {
        self.line = line
        at = line.startIndex
    }

    var peek: UInt8? { at < line.endIndex ? line[at] : nil }

    mutating func advance() { at += 1 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    mutating func skipBlanks() {
        while let byte = peek, byte == 32 || byte == 9 { at += 1 }
    }

    mutating func word() -> String? {
        skipBlanks()
        let start = at
        while let byte = peek, byte > 32 { at += 1 }
        return at > start ? String(decoding: line[start..<at], as: UTF8.self) : nil
    }

    /// A metric's or label's name; empty before a brace, as newer pages quote the name inside.
    mutating func name() -> String? {
        if peek == UInt8(ascii: "{") { return "" }
        if peek == UInt8(ascii: "\"") { return quoted() }
        let start = at
        while let byte = peek {
            switch byte {
            case 0x30...0x39 where at > start: break
            case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x3A: break
            default: return at > start ? String(decoding: line[start..<at], as: UTF8.self) : nil
            }
            at += 1
        }
        return at > start ? String(decoding: line[start..<at], as: UTF8.self) : nil
    }

    mutating func quoted() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var bytes: [UInt8] = []
        while let byte = peek {
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let escaped = peek else { return nil }
            at += 1
            bytes.append(escaped == UInt8(ascii: "n") ? 10 : escaped)
        }
        return nil
    }

    mutating func number() -> Double? {
        guard let text = word() else { return nil }
        switch text.lowercased() {
        case "nan": return .nan
        case "+inf", "inf": return .infinity
        case "-inf": return -.infinity
        default:
            return text.utf8.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "p") })
                ? nil : Double(text)
        }
    }
}
