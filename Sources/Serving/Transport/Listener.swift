import CMicroHTTPD
import Foundation

/// The listening socket.
///
/// Contract: closed, and its file removed, by `close`.
final class Listener: Sendable {
    let descriptor: Int32
    private let lock: Int32
    private let path: String?

    init(_ address: ListenAddress, backlog: Int32 = 512) throws(ServingError) {
        var lock: Int32 = -1
        switch address {
        case .port(let host, let port):
            path = nil
            descriptor = hearth_listen_ip(host == "localhost" ? "127.0.0.1" : host, port, backlog)
        case .socket(let path):
            self.path = path
            descriptor = hearth_listen_unix(path, path + ".lock", backlog, &lock)
        }
        self.lock = lock
        if descriptor < 0 { throw .cannotListen(address, error: -descriptor) }
    }

    /// The port the system gave, or 0 for a socket in the file system.
    var port: Int { Int(max(0, hearth_local_port(descriptor))) }

    func close() {
        Glibc.close(descriptor)
        guard let path else { return }
        unlink(path)
        unlink(path + ".lock")
        if lock >= 0 { Glibc.close(lock) }
    }
}
