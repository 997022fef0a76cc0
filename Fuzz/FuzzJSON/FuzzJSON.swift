import Checkpoint
import Fuzzing

@main
struct FuzzJSON {
    static func main() {
        runFuzzer { bytes, count in
            test(input(bytes, count))
            return 0
        }
    }
}

/// Any bytes are refused as JSON, or read, written and read back as the same
/// value; and skipping accepts what reading accepts.
private func test(_ input: MappedBytes) {
    let value = try? JSON.parse(input)
    precondition((value != nil) == isSkipped(input))
    if let value { precondition((try? JSON.parse(value.serialised())) == value) }
}

private func isSkipped(_ input: MappedBytes) -> Bool {
    do throws(JSONError) {
        var reader = try JSONReader(input)
        try reader.skip()
        try reader.finish()
        return true
    } catch {
        return false
    }
}
