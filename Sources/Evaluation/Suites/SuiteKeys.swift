import Checkpoint
import Recipes

/// One mapping of a suite file, asked key by key.
///
/// Every question names the key and says what it wants, so that every wrong
/// answer becomes an error with a place; keys nobody asked for are errors too.
struct SuiteKeys {
    let node: YAMLNode
    let entries: [YAMLEntry]
    let task: String?

    init(_ node: YAMLNode, task: String? = nil, known: [String]) throws(SuiteError) {
        guard let entries = node.mapping else {
            throw SuiteError(.notAMapping(node.shape), at: node.place, task: task)
        }
        if let stranger = entries.first(where: { entry in !known.contains { same($0, entry.key) } }) {
            throw SuiteError(.unknownKey(stranger.key, known: known), at: stranger.place, task: task)
        }
        self.node = node
        self.entries = entries
        self.task = task
    }

    func has(_ key: String) -> Bool { node[key] != nil }

    func fail(_ problem: SuiteError.Problem, _ key: String? = nil) -> SuiteError {
        let entry = key.flatMap { key in entries.first { same($0.key, key) } }
        return SuiteError(problem, at: entry?.place ?? node.place, task: task)
    }

    func wrong(_ key: String, wants wanted: String, _ found: YAMLNode) -> SuiteError {
        SuiteError(
            .wrongShape(key: key, wanted: wanted, found: found.shape), at: found.place, task: task)
    }

    // MARK: Values that may be missing

    /// The node under a key; a plain null is as good as nothing.
    func value(_ key: String) -> YAMLNode? {
        guard let node = node[key], !node.isNull else { return nil }
        return node
    }

    func text(_ key: String) throws(SuiteError) -> String? {
        guard let node = value(key) else { return nil }
        guard let text = node.text else { throw wrong(key, wants: "text", node) }
        return text
    }

    func flag(_ key: String) throws(SuiteError) -> Bool? {
        guard let node = value(key) else { return nil }
        guard let flag = node.flag else { throw wrong(key, wants: "true or false", node) }
        return flag
    }

    func whole(_ key: String, _ range: ClosedRange<Int>) throws(SuiteError) -> Int? {
        guard let node = value(key) else { return nil }
        guard let whole = node.whole else { throw wrong(key, wants: "a whole number", node) }
        guard range.contains(whole) else {
            throw SuiteError(
                .outOfRange(
                    key: key, lowest: range.lowerBound, highest: range.upperBound, found: node.shape),
                at: node.place, task: task)
        }
        return whole
    }

    func number(_ key: String, _ range: ClosedRange<Int>) throws(SuiteError) -> Double? {
        guard let node = value(key) else { return nil }
        guard let number = node.number else { throw wrong(key, wants: "a number", node) }
        guard number >= Double(range.lowerBound), number <= Double(range.upperBound) else {
            throw SuiteError(
                .outOfRange(
                    key: key, lowest: range.lowerBound, highest: range.upperBound, found: node.shape),
                at: node.place, task: task)
        }
        return number
    }

    /// A list of texts; one text stands for a list of one.
    func texts(_ key: String) throws(SuiteError) -> [String]? {
        guard let node = value(key) else { return nil }
        if let text = node.text { return [text] }
        guard let nodes = node.sequence else { throw wrong(key, wants: "a list of texts", node) }
        var texts: [String] = []
        for element in nodes {
            guard let text = element.text else { throw wrong(key, wants: "a list of texts", element) }
            texts.append(text)
        }
        return texts
    }

    func template(_ key: String) throws(SuiteError) -> Template? {
        guard let node = value(key) else { return nil }
        guard let text = node.text else { throw wrong(key, wants: "a template", node) }
        return try template(text, key: key, at: node.place)
    }

    func template(_ text: String, key: String, at place: YAMLPlace) throws(SuiteError) -> Template {
        do throws(Template.Problem) {
            return try Template(text)
        } catch {
            switch error {
            case .unclosed: throw SuiteError(.unclosedTemplate(key: key), at: place, task: task)
            case .statement: throw SuiteError(.templateStatement(key: key), at: place, task: task)
            case .notAField(let text):
                throw SuiteError(.templateExpression(key: key, text: text), at: place, task: task)
            }
        }
    }

    /// The path of a key that takes one field, with braces or without.
    func field(_ key: String) throws(SuiteError) -> [String]? {
        guard let node = value(key) else { return nil }
        guard let text = node.text else { throw wrong(key, wants: "a field", node) }
        let written = text.hasPrefix("{{") ? text : "{{\(text)}}"
        guard let path = try template(written, key: key, at: node.place).field else {
            throw wrong(key, wants: "one field", node)
        }
        return path
    }

    // MARK: Values that must be there

    func required<Value>(_ value: Value?, _ key: String) throws(SuiteError) -> Value {
        guard let value else { throw fail(.missing(key)) }
        return value
    }
}

/// Names compare by bytes: two spellings of ü are two keys.
private func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
