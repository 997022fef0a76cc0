/// A tensor to be written, whose bytes are made when their turn comes.
///
/// Why: a merged model is as large as the model; made tensor by tensor it is never
/// held twice.
public struct TensorSource {
    /// Its name in the file.
    public let name: String
    /// How its numbers are stored.
    public let type: ElementType
    /// Its extents, outermost first.
    public let shape: [Int]
    private let body: (inout ByteSink) throws(CheckpointError) -> Void

    /// A tensor whose bytes a closure appends: exactly as many as type and shape
    /// ask for, in as many pieces as it likes. Any other number traps.
    public init(
        name: String, type: ElementType, shape: [Int],
        _ body: @escaping (inout ByteSink) throws(CheckpointError) -> Void
    ) {
        self.name = name
        self.type = type
        self.shape = shape
        self.body = body
    }

    /// A tensor of f32 numbers.
    public init(name: String, shape: [Int], floats: [Float]) {
        self.init(name: name, type: .f32, shape: shape) { (sink) throws(CheckpointError) in
            try sink.append(numbers: floats)
        }
    }

    /// A tensor of bytes that are there already.
    public init(name: String, type: ElementType, shape: [Int], bytes: [UInt8]) {
        self.init(name: name, type: type, shape: shape) { (sink) throws(CheckpointError) in
            try sink.append(bytes)
        }
    }

    /// A tensor as another file holds it, under its own or a new name.
    public init(_ tensor: Tensor, name: String? = nil) {
        self.init(name: name ?? tensor.name, type: tensor.type, shape: tensor.shape) {
            (sink) throws(CheckpointError) in try sink.append(tensor.bytes)
        }
    }

    /// The same tensor under another name.
    public func renamed(_ name: String) -> TensorSource {
        TensorSource(name: name, type: type, shape: shape, body)
    }

    /// The bytes it takes; traps where type and shape do not go together.
    var byteCount: Int {
        guard let bytes = countElements(shape).flatMap({ type.byteCount($0) }) else {
            preconditionFailure("the shape of \(name) does not fill whole blocks")
        }
        return bytes
    }

    func write(into sink: inout ByteSink) throws(CheckpointError) {
        let start = sink.count
        try body(&sink)
        precondition(sink.count - start == byteCount, "\(name) was not written in full")
    }

    /// The name that several sources share, if one is.
    static func firstTwice(_ sources: [TensorSource]) -> String? {
        var seen: Set<ExactString> = []
        return sources.first { !seen.insert(ExactString($0.name)).inserted }?.name
    }
}
