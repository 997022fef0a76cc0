import Checkpoint
import Fuzzing

@main
struct FuzzGGUF {
    static func main() {
        runFuzzer { bytes, count in
            test(input(bytes, count))
            return 0
        }
    }
}

/// A GGUF file of any bytes is refused or read in full.
private func test(_ input: MappedBytes) {
    guard let file = try? GGUFFile.parse(input) else { return }
    for key in file.metadata.keys {
        switch file.metadata[key] {
        case .strings(let strings):
            var place = 0
            for string in strings {
                precondition(strings.view(place).count == string.count)
                place += 1
            }
            precondition(place == strings.count)
        case .numbers(let numbers):
            for place in 0..<numbers.count { _ = (numbers[place], numbers.integer(place)) }
        default: break
        }
    }
    for tensor in file.tensors.tensors where tensor.bytes.count > 0 {
        _ = tensor.bytes[tensor.bytes.count - 1]
    }
}
