import Checkpoint
import Fuzzing

@main
struct FuzzSafetensors {
    static func main() {
        runFuzzer { bytes, count in
            test(input(bytes, count))
            return 0
        }
    }
}

/// A safetensors file of any bytes is refused or read in full.
private func test(_ input: MappedBytes) {
    guard let file = try? SafetensorsFile.parse(input) else { return }
    for tensor in file.tensors.tensors {
        precondition(file.tensors[tensor.name]?.shape == tensor.shape)
        if tensor.bytes.count > 0 { _ = tensor.bytes[tensor.bytes.count - 1] }
    }
}
