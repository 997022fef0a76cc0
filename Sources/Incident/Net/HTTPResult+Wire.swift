extension HTTPResult {
    /// Reads the bytes of an answer of HTTP/1.1; nothing where it is none, or not whole.
    ///
    /// Notices that go before the answer, such as 100 Continue, are passed over, however many there are.
    init?(wire bytes: [UInt8]) {
        var rest = bytes[...]
        while true {
            guard let head = AnswerHead(rest) else { return nil }
            rest = rest[head.end...]
            if head.status < 200 { continue }
            guard let body = Self.body(rest, head.framing) else { return nil }
            self.init(status: head.status, body: body)
            return
        }
    }

    private static func body(_ rest: ArraySlice<UInt8>, _ framing: AnswerHead.Framing?) -> [UInt8]? {
        switch framing {
        case nil: nil
        case .chunked: chunks(rest)
        case .length(let length): length <= rest.count ? Array(rest.prefix(length)) : nil
        case .untilClosed: Array(rest)
        }
    }

    /// The body of an answer in chunks; nothing where its last chunk has not come.
    fileprivate static func chunks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var body: [UInt8] = []
        while let end = AnswerHead.find([13, 10], in: rest) {
            let digits = String(decoding: rest[..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard digits.utf8.count <= 8,
                let size = Int(digits.filter { $0 != " " }, radix: 16), size >= 0
            else { return nil }
            if size == 0 { return body }
            rest = rest[(end + 2)...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}

/// The head of an answer: its status, where it ends, and how long the body is.
struct AnswerHead {
    /// How the end of the body is known.
    enum Framing: Equatable { case chunked, length(Int), untilClosed }

    let status: Int
    let end: Int
    /// Nothing where the head contradicts itself or says no length that can be.
    let framing: Framing?

    /// Reads a head; nothing where it is none, or not whole.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let mark = Self.find([13, 10, 13, 10], in: bytes) else { return nil }
        let lines = String(decoding: bytes[..<mark], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 100
        else { return nil }
        self.status = status
        end = mark + 4
        func field(_ name: String) -> String? {
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].lowercased() == name else { continue }
                return parts[1].filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            return nil
        }
        if status == 204 || status == 304 {
            framing = .length(0)
        } else if field("transfer-encoding") == "chunked" {
            framing = .chunked
        } else if let length = field("content-length") {
            framing = Int(length).flatMap { $0 >= 0 ? .length($0) : nil }
        } else {
            framing = .untilClosed
        }
    }

    static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= mark.count, let first = mark.first else { return nil }
        var at = bytes.startIndex
        while let next = bytes[at...].firstIndex(of: first), next + mark.count <= bytes.endIndex {
            if bytes[next..<next + mark.count].elementsEqual(mark) { return next }
            at = next + 1
        }
        return nil
    }
}

/// Whether an answer is whole, so that a server that keeps the connection open is not waited for.
struct AnswerEnd {
    private var head: AnswerHead?
    private var from = 0

    mutating func isReached(by bytes: [UInt8]) -> Bool {
        while head == nil {
            guard let next = AnswerHead(bytes[from...]) else { return false }
            if next.status < 200 { from = next.end } else { head = next }
        }
        switch head?.framing {
        case .length(let length): return bytes.count - (head?.end ?? 0) >= length
        case .chunked:
            // A chunk may hold what the last one looks like.
            return bytes.suffix(5).elementsEqual([48, 13, 10, 13, 10])
                && HTTPResult.chunks(bytes[(head?.end ?? 0)...]) != nil
        case .untilClosed, nil: return false
        }
    }
}
