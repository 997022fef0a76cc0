import Foundation

/// A file of scalars that the stock TensorBoard reads.
///
/// It is a row of records, each a length, a message and their checksums. Where a run
/// goes on, a new file begins with a word that makes TensorBoard forget what the
/// earlier one says of later steps.
struct EventFile {
    private let file: GrowingFile

    /// A file in a folder for the steps after one.
    init(_ folder: String, after step: Int) throws {
        // TensorBoard looks for this word in the name, and reads files in the order of names.
        let number = String(step)
        let name =
            "events.out.tfevents." + String(repeating: "0", count: max(0, 10 - number.count)) + number
            + ".hearth"
        var version = Self.event(step: nil)
        version.add(3, "brain.Event:2")
        var session = ProtobufMessage()
        session.add(1, UInt64(1))
        var start = Self.event(step: step)
        start.add(7, session)
        file = try GrowingFile(
            folder + "/" + name, beginning: Self.record(version) + (step > 0 ? Self.record(start) : []))
    }

    /// Notes some numbers of a step.
    func add(_ values: [(tag: String, value: Double)], step: Int) throws {
        var summary = ProtobufMessage()
        for (tag, value) in values {
            var entry = ProtobufMessage()
            entry.add(1, tag)
            entry.add(2, Float(value))
            summary.add(1, entry)
        }
        var event = Self.event(step: step)
        event.add(5, summary)
        try file.append(Self.record(event))
    }

    private static func event(step: Int?) -> ProtobufMessage {
        var event = ProtobufMessage()
        event.add(1, Date().timeIntervalSince1970)
        if let step { event.add(2, UInt64(step)) }
        return event
    }

    private static func record(_ message: ProtobufMessage) -> [UInt8] {
        let length = little(UInt64(message.bytes.count), count: 8)
        return length + little(UInt64(CRC32C.masked(length)), count: 4) + message.bytes
            + little(UInt64(CRC32C.masked(message.bytes)), count: 4)
    }

    private static func little(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}
