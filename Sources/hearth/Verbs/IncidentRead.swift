import Checkpoint
import Foundation
import Incident

struct IncidentRead: Verb {
    let name = "incident read"
    let summary = "measure how well sections and action items are found in postmortems"
    let file = Parameter<String>.argument("FILE", .path, "Postmortems, JSONL with title and text a line.")
    let config = IncidentPlace.config
    let limit = Parameter<Int?>.option(
        "limit", "N", Reading<Int>.integer(in: 1...1_000_000), "Read only so many, evenly spread.")

    var declaration: Declaration {
        Declaration(
            parameters: [file, limit, config],
            details: [
                "The documents are read without their headings, which are the truth. With --config, the model in it "
                    + "reads; without, word lists do. Interrupted, it tells the figures of what was read."
            ],
            examples: ["hearth incident read postmortems.jsonl"])
    }

    func run(_ arguments: Arguments) throws {
        let records = try PostmortemRecord.file(arguments[file])
        let count = min(records.count, arguments[limit] ?? records.count)
        var trial = ReadingTrial(model: try IncidentPlace.read(arguments[config]).model)
        let stop = StopSignals {}
        for number in 0..<count where !stop.isStopped {
            trial.read(records[number * records.count / count])
            Notice.write("\r\(number + 1)/\(count)")
        }
        Notice.write("\n")
        try Output.write(String(decoding: trial.json.serialised(), as: UTF8.self) + "\n")
    }
}
