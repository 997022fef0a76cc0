/// The members of a JSON object, in the order of the text.
public struct JSONObject: Sendable {
    /// Keys and values in order; no key twice when it was read.
    public var members: [(key: String, value: JSON)]

    /// An object with these members.
    public init(_ members: [(key: String, value: JSON)] = []) { self.members = members }

    /// The value of a key, compared by bytes.
    ///
    /// Setting replaces in place, appends a new key, or with `nil` removes it. A
    /// lookup walks the members: objects with many members are read with
    /// `JSONReader` instead.
    public subscript(_ key: String) -> JSON? {
        get { members.first { $0.key.hasSameBytes(as: key) }?.value }
        set {
            let index = members.firstIndex { $0.key.hasSameBytes(as: key) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The number of members.
    public var count: Int { members.count }
}

extension JSONObject: Equatable {
    /// The same keys with the same values, in any order.
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.count == b.count && a.members.allSatisfy { b[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Members written in place, in that order.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.map { (key: $0.0, value: $0.1) })
    }
}
