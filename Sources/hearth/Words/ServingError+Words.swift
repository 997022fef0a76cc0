import Foundation
import Serving

extension ServingError: Explained {
    var sentence: String {
        switch self {
        case .cannotListen(.port(let host, let port), let error):
            "Cannot listen on \(host) port \(port): \(Self.reason(error)). "
                + "Write a numeric address of this machine with --host and a free port with --port."
        case .cannotListen(.socket(let path), let error):
            "Cannot listen on the socket \(path): \(Self.reason(error)). "
                + "Write a path in an existing folder where no other server listens."
        case .noTLS:
            "The libmicrohttpd of this machine has no TLS; install one that has, or put a proxy in front."
        case .badCertificate:
            "The certificate and the key do not work together; both must be PEM files, and belong to each other."
        case .transport:
            "The system gave the server no socket or thread; raise the limit of open files (ulimit -n)."
        case .unreadableKeys(let path):
            "The file of keys \(path) cannot be read; write a file with one key a line."
        case .badKey(let path, let line):
            "Line \(line) of the file of keys \(path) is not `KEY` or `NAME KEY` with a key of 16 to 256 "
                + "visible ASCII characters."
        case .exposedKeys(let path):
            "Everyone on this machine can read the file of keys \(path); run chmod 600 on it."
        case .openToAll:
            "Without keys the server listens only to this machine; give --api-key-file, or --host 127.0.0.1."
        }
    }

    private static func reason(_ error: Int32) -> String {
        switch error {
        case EADDRINUSE: "it is taken"
        case EACCES: "this user may not"
        case EINVAL: "it is not a numeric address"
        case EADDRNOTAVAIL: "this machine does not have it"
        case ENAMETOOLONG: "the path is too long for a socket"
        case EEXIST: "something else is there"
        case ENOENT: "the folder does not exist"
        default: "error \(error)"
        }
    }
}
