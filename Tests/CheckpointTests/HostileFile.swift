import Testing

@testable import Checkpoint

/// A broken file and the one fault that must be found in it.
struct HostileFile<Fault: Equatable & Sendable>: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let fault: Fault

    init(_ name: String, _ bytes: [UInt8], _ fault: Fault) {
        self.name = name
        self.bytes = bytes
        self.fault = fault
    }

    var testDescription: String { name }
}

/// Little-endian bytes of a number.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
