import CYAML

/// Reads one YAML document into a tree: the only file that talks to libyaml's parser.
///
/// Anchors, aliases, tags, further documents, duplicate keys and anything beyond
/// the limits are errors. Why: a recipe is data a person wrote; none of these is
/// needed for it, and each is a known way to make a reader misbehave.
final class YAMLReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let limits: YAMLLimits
    private let source: YAMLPlace.Source
    private var nodes = 0

    private init(_ text: [UInt8], source: YAMLPlace.Source, limits: YAMLLimits) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml is out of memory")
        // libyaml keeps the pointer, so the bytes live as long as the reader.
        bytes = .allocate(capacity: text.count)
        _ = bytes.initialize(from: text)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        self.source = source
        self.limits = limits
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The tree of the only document in a text.
    static func read(
        _ text: [UInt8], from source: YAMLPlace.Source, limits: YAMLLimits
    ) throws(YAMLError) -> YAMLNode {
        guard text.count <= limits.bytes else {
            throw YAMLError(.tooLong(bytes: text.count, limit: limits.bytes), at: YAMLPlace(source))
        }
        guard String(validating: text, as: UTF8.self) != nil, !text.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw YAMLError(.notUTF8, at: YAMLPlace(source))
        }
        guard !text.isEmpty else { throw YAMLError(.empty, at: YAMLPlace(source)) }
        return try YAMLReader(text, source: source, limits: limits).document()
    }

    /// One event of libyaml, copied out of its memory.
    private struct Event {
        enum Kind { case scalar(String, quoted: Bool), sequence, mapping, end, alias, document, nothing }
        var kind: Kind
        var anchored = false
        var tag: String?
        var place: YAMLPlace
    }

    private func document() throws(YAMLError) -> YAMLNode {
        _ = try next()
        let start = try next()
        guard case .document = start.kind else { throw YAMLError(.empty, at: start.place) }
        let root = try node(try next(), depth: 0)
        _ = try next()
        let rest = try next()
        if case .document = rest.kind { throw YAMLError(.secondDocument, at: rest.place) }
        return root
    }

    private func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        if case .alias = event.kind { throw YAMLError(.anchor, at: event.place) }
        if event.anchored { throw YAMLError(.anchor, at: event.place) }
        if let tag = event.tag { throw YAMLError(.tag(tag), at: event.place) }
        nodes += 1
        guard nodes <= limits.nodes else { throw YAMLError(.tooMany(limit: limits.nodes), at: event.place) }
        if case .scalar(let text, let quoted) = event.kind {
            return YAMLNode(.scalar(text, quoted: quoted), at: event.place)
        }
        guard depth < limits.depth else { throw YAMLError(.tooDeep(limit: limits.depth), at: event.place) }
        if case .sequence = event.kind {
            return YAMLNode(.sequence(try elements(depth)), at: event.place)
        }
        return YAMLNode(.mapping(try entries(depth)), at: event.place)
    }

    private func elements(_ depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if case .end = event.kind { return elements }
            elements.append(try node(event, depth: depth + 1))
        }
    }

    private func entries(_ depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [[UInt8]: Int] = [:]
        while true {
            let event = try next()
            if case .end = event.kind { return entries }
            guard case .scalar(let key, _) = try node(event, depth: depth + 1).content else {
                throw YAMLError(.keyIsNotText, at: event.place)
            }
            // Swift strings compare by canonical equivalence; keys compare by bytes.
            if let first = lines.updateValue(event.place.line, forKey: Array(key.utf8)) {
                throw YAMLError(.duplicateKey(key, firstLine: first), at: event.place)
            }
            let value = try node(try next(), depth: depth + 1)
            entries.append(YAMLEntry(key: key, at: event.place, value: value))
        }
    }

    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let words = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
            throw YAMLError(.syntax(words), at: place(parser.pointee.problem_mark))
        }
        defer { yaml_event_delete(&event) }
        let place = place(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return Event(
                kind: .scalar(text, quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE),
                anchored: scalar.anchor != nil, tag: string(scalar.tag), place: place)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return Event(
                kind: .sequence, anchored: start.anchor != nil, tag: string(start.tag), place: place)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return Event(kind: .mapping, anchored: start.anchor != nil, tag: string(start.tag), place: place)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .end, place: place)
        case YAML_ALIAS_EVENT: return Event(kind: .alias, place: place)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .document, place: place)
        default: return Event(kind: .nothing, place: place)
        }
    }

    private func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(source, line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }
}

extension YAMLNode {
    /// The tree of a YAML text that holds exactly one document.
    ///
    /// Untrusted input: everything that is not plain, bounded YAML throws.
    public static func parse(
        _ text: [UInt8], from source: YAMLPlace.Source, limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode {
        try YAMLReader.read(text, from: source, limits: limits)
    }
}
