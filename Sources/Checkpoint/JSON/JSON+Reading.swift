extension JSON {
    /// Reads a JSON text into a tree.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .init()) throws(JSONError) -> JSON {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try parse(buffer, limits: limits) }
        }.get()
    }

    /// Reads a JSON text, lent for the call, into a tree.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .init()
    ) throws(JSONError) -> JSON {
        try parse(MappedBytes(owner: nil, buffer: bytes), limits: limits)
    }

    /// Reads a JSON text, usually a mapped file, into a tree.
    public static func parse(_ bytes: MappedBytes, limits: JSONLimits = .init()) throws(JSONError) -> JSON {
        var reader = try JSONReader(bytes, limits: limits)
        let value = try reader.value()
        try reader.finish()
        return value
    }
}

extension JSONReader {
    /// Reads the next value whatever it is, as a tree.
    public mutating func value() throws(JSONError) -> JSON {
        switch try peek() {
        case .null:
            try null()
            return .null
        case .bool: return .bool(try bool())
        case .number: return try number()
        case .string: return .string(try string())
        case .array:
            var elements: [JSON] = []
            try beginArray()
            while try nextElement() { elements.append(try value()) }
            return .array(elements)
        case .object:
            var object = JSONObject()
            try beginObject()
            while let key = try nextKey() { object.members.append((key, try value())) }
            return .object(object)
        }
    }
}
