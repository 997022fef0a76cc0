/// How a run stands.
public enum RunState: String, Sendable, CaseIterable {
    /// It is going on, or was killed and can be resumed.
    case running
    /// It reached its last step.
    case finished
    /// It was stopped by a person and can be resumed.
    case stopped
    /// It ended with an error.
    case failed
}

/// What is known of a run when it begins. All times are seconds since 1970.
public struct RunStart: Sendable, Equatable {
    /// A name for people.
    public var name: String
    /// The base model.
    public var model: RowID<ModelRow>
    /// The whole recipe as YAML.
    public var recipe: String
    /// SHA-256 of what in the recipe decides the result.
    public var recipeDigest: String
    /// SHA-256 of the training examples.
    public var dataDigest: String
    /// The run directory.
    public var outputDirectory: String
    /// How many optimiser steps are planned.
    public var plannedSteps: Int
    /// When it began.
    public var started: Double

    /// The facts of a beginning run.
    public init(
        name: String, model: RowID<ModelRow>, recipe: String, recipeDigest: String, dataDigest: String,
        outputDirectory: String, plannedSteps: Int, started: Double
    ) {
        (self.name, self.model, self.recipe, self.recipeDigest) = (name, model, recipe, recipeDigest)
        (self.dataDigest, self.outputDirectory) = (dataDigest, outputDirectory)
        (self.plannedSteps, self.started) = (plannedSteps, started)
    }
}

/// A training run.
public struct RunRow: Sendable, Equatable, RegistryRow {
    /// Its number.
    public let id: RowID<RunRow>
    /// What was known when it began.
    public let start: RunStart
    /// How it stands.
    public let state: RunState
    /// When it ended, if it has.
    public let ended: Double?
    /// The last step recorded; 0 before the first.
    public let lastStep: Int
    /// The loss of that step.
    public let lastLoss: Double?

    static let table = "runs"
    static let columns = """
        id, name, model, recipe, recipe_digest, data_digest, output_dir, planned_steps, state, started, ended, \
        (SELECT max(step) FROM steps WHERE run = runs.id), \
        (SELECT loss FROM steps WHERE run = runs.id AND loss IS NOT NULL ORDER BY step DESC LIMIT 1)
        """

    init?(_ row: [SQLValue]) {
        guard let id = row[0].integer, let name = row[1].text, let model = row[2].integer,
            let recipe = row[3].text, let recipeDigest = row[4].text, let dataDigest = row[5].text,
            let output = row[6].text, let planned = row[7].integer,
            let state = row[8].text.flatMap(RunState.init(rawValue:)), let started = row[9].real
        else { return nil }
        self.id = RowID(id)
        start = RunStart(
            name: name, model: RowID(model), recipe: recipe, recipeDigest: recipeDigest,
            dataDigest: dataDigest, outputDirectory: output, plannedSteps: Int(planned), started: started)
        (self.state, ended) = (state, row[10].real)
        (lastStep, lastLoss) = (row[11].integer.map { Int($0) } ?? 0, row[12].real)
    }
}

extension Registry {
    /// Puts a beginning run in.
    public func begin(_ run: RunStart) throws(RegistryError) -> RowID<RunRow> {
        RowID(
            try insert(
                "runs",
                [
                    ("name", .text(run.name)), ("model", .integer(run.model.number)),
                    ("recipe", .text(run.recipe)), ("recipe_digest", .text(run.recipeDigest)),
                    ("data_digest", .text(run.dataDigest)), ("output_dir", .text(run.outputDirectory)),
                    ("planned_steps", .integer(Int64(run.plannedSteps))),
                    ("state", .text(RunState.running.rawValue)), ("started", .real(run.started)),
                ]))
    }

    /// Lets a run go on after a step: it is running again, and what was recorded later is forgotten.
    ///
    /// Why: a killed run records steps that its last whole checkpoint does not have.
    public func resume(_ id: RowID<RunRow>, after step: Int) throws(RegistryError) {
        _ = try run(id)
        try transaction { connection throws(RegistryError) in
            try connection.change(
                "DELETE FROM steps WHERE run = ? AND step > ?", [.integer(id.number), .integer(Int64(step))])
            try connection.change(
                "UPDATE runs SET state = ?, ended = NULL WHERE id = ?",
                [.text(RunState.running.rawValue), .integer(id.number)])
        }
    }

    /// Notes that a run ended.
    public func end(_ id: RowID<RunRow>, _ state: RunState, at time: Double) throws(RegistryError) {
        _ = try run(id)
        try change(
            "UPDATE runs SET state = ?, ended = ? WHERE id = ?",
            [.text(state.rawValue), .real(time), .integer(id.number)])
    }

    /// All runs, the newest first.
    public func runs() throws(RegistryError) -> [RunRow] { try rows("ORDER BY id DESC") }

    /// One run.
    public func run(_ id: RowID<RunRow>) throws(RegistryError) -> RunRow { try row(id) }

    /// The newest run that writes to a folder, if there is one.
    public func latestRun(outputDirectory: String) throws(RegistryError) -> RunRow? {
        try first("WHERE output_dir = ? ORDER BY id DESC", [.text(outputDirectory)])
    }
}
