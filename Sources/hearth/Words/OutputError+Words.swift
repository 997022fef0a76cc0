import Foundation

extension OutputError: Explained {
    var sentence: String {
        switch self {
        case .closed: "Standard output was closed by its reader."
        case .failed(let code): "Standard output could not be written: \(String(cString: strerror(code)))."
        }
    }

    var status: ExitStatus {
        switch self {
        case .closed: .done
        case .failed: .workFailed
        }
    }
}
