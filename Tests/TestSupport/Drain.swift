import Foundation
import Glibc

extension FileHandle {
    /// Everything until the other side closes, read on where a signal interrupts.
    ///
    /// Foundation's own call ends the process there.
    public func drained() -> Data {
        var all = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
            if count > 0 {
                all.append(contentsOf: buffer[..<count])
            } else if count == 0 || errno != EINTR {
                return all
            }
        }
    }
}
