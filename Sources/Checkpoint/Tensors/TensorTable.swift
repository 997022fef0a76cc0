/// The tensors of a model by name.
///
/// Names are compared by bytes. The order is the file's: by place in the data, and
/// file after file where there are several.
public struct TensorTable: Sendable {
    /// Tensors a table may have: the largest published models stay below, and a
    /// file of empty tensors cannot make us allocate more than its own size.
    static let limit = 100_000

    /// The tensors in order.
    public let tensors: [Tensor]
    private let places: [ExactString: Int]

    /// A table, or nothing where two tensors have one name.
    public init?(_ tensors: [Tensor]) {
        var places: [ExactString: Int] = [:]
        places.reserveCapacity(tensors.count)
        for (place, tensor) in tensors.enumerated() {
            guard places.updateValue(place, forKey: ExactString(tensor.name)) == nil else { return nil }
        }
        self.tensors = tensors
        self.places = places
    }

    /// An empty table.
    public init() {
        tensors = []
        places = [:]
    }

    /// The tensor of a name, compared by bytes.
    public subscript(_ name: String) -> Tensor? { places[ExactString(name)].map { tensors[$0] } }

    /// The names in order.
    public var names: [String] { tensors.map(\.name) }

    /// How many there are.
    public var count: Int { tensors.count }
}
