import CSentencePiece

/// libsentencepiece, held to one task: the ids of a text.
///
/// Sendable because the library's encoder is const and keeps no state between
/// calls; the handle is never changed after `init`.
final class SentencePieceLibrary: @unchecked Sendable {
    private let model: OpaquePointer

    /// Hands over a model that was checked and written by us.
    init(_ model: [UInt8]) throws(TextError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let opened = csp_open(model, model.count, &message) else {
            defer { csp_release(message) }
            throw .library(message.map { String(cString: $0) } ?? "out of memory")
        }
        self.model = opened
    }

    deinit { csp_close(model) }

    /// The number of pieces the library counted.
    var count: Int { Int(csp_vocabulary_size(model)) }

    /// The ids of some UTF-8.
    ///
    /// The library fails only where it has no memory, and then it traps: text
    /// cannot make it fail.
    func encode(_ text: ArraySlice<UInt8>) -> [Int32] {
        var ids: UnsafeMutablePointer<Int32>?
        let count = text.withUnsafeBufferPointer { csp_encode(model, $0.baseAddress, $0.count, &ids) }
        defer { csp_release(ids) }
        precondition(count >= 0, "libsentencepiece failed to encode")
        return Array(UnsafeBufferPointer(start: ids, count: Int(count)))
    }
}
