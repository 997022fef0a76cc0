import CFuzzer
import Checkpoint
import Foundation

/// Feeds a test with bytes made up by libFuzzer, as the command line says.
///
/// The test traps when it finds something wrong.
///
/// Why not libFuzzer's own `main`: SwiftPM renames the entry point of a program.
public func runFuzzer(_ test: @escaping @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments, test))
}

/// The bytes of one input.
public func input(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> MappedBytes {
    MappedBytes(Array(UnsafeBufferPointer(start: bytes, count: count)))
}
