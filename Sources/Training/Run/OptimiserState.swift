import Checkpoint
import Kernels
import Model

/// The optimiser's moments in a checkpoint, by the names of what they belong to.
extension AdamW {
    /// Every tensor to save, in f32 or bytes exactly as they are.
    var tensors: [TensorSource] {
        slots.flatMap { slot in
            slot.moments.saved.map { saved in
                switch saved.matrix {
                case .floats(let matrix): TensorSource(matrix).renamed("\(slot.name).\(saved.name)")
                case .bytes(let block):
                    TensorSource(
                        name: "\(slot.name).\(saved.name)", type: .u8, shape: [block.count]
                    ) { (sink) throws(CheckpointError) in try sink.append(block.bytes) }
                }
            }
        }
    }

    /// Puts saved moments back; throws the name of the first that is not there as it should be.
    func take(_ tensors: TensorTable, _ workers: Workers) throws(MissingMoments) {
        for slot in slots {
            for saved in slot.moments.saved {
                let name = "\(slot.name).\(saved.name)"
                switch saved.matrix {
                case .floats(let matrix):
                    guard let tensor = tensors[name], tensor.shape == [matrix.rows, matrix.columns],
                        let values = Matrix(tensor, workers)
                    else { throw MissingMoments(name: name) }
                    matrix.copy(from: values)
                case .bytes(let block):
                    guard let tensor = tensors[name], tensor.type == .u8, tensor.shape == [block.count] else {
                        throw MissingMoments(name: name)
                    }
                    block.take(tensor.bytes.array)
                }
            }
        }
    }
}

/// A tensor of moments that a checkpoint lacks, or has in another shape.
struct MissingMoments: Error {
    let name: String
}
