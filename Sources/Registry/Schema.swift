/// The tables, as the steps that lead from one version of the database to the next.
enum Schema {
    /// Marks a database as Hearth's: "hrth" in SQLite's application id.
    static let applicationID: Int64 = 0x6872_7468

    /// The newest version this program knows.
    static var version: Int { migrations.count }

    /// Version n is reached by the first n; none is ever changed after a release.
    static let migrations = [
        """
        CREATE TABLE models (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
            family TEXT NOT NULL, parameters INTEGER NOT NULL, created REAL NOT NULL) STRICT;
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, model INTEGER NOT NULL REFERENCES models(id),
            recipe TEXT NOT NULL, recipe_digest TEXT NOT NULL, data_digest TEXT NOT NULL,
            output_dir TEXT NOT NULL, planned_steps INTEGER NOT NULL, state TEXT NOT NULL,
            started REAL NOT NULL, ended REAL) STRICT;
        CREATE INDEX runs_output_dir ON runs(output_dir);
        CREATE TABLE steps (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL,
            epoch REAL NOT NULL, loss REAL, learning_rate REAL, gradient_norm REAL, tokens INTEGER,
            seconds REAL, eval_loss REAL, PRIMARY KEY (run, step)) STRICT, WITHOUT ROWID;
        CREATE TABLE adapters (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, run INTEGER REFERENCES runs(id) ON DELETE SET NULL,
            model INTEGER NOT NULL REFERENCES models(id), path TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
            step INTEGER, chat_format TEXT, created REAL NOT NULL) STRICT;
        CREATE TABLE evaluations (
            id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES models(id),
            adapter INTEGER REFERENCES adapters(id), suite TEXT NOT NULL, suite_digest TEXT NOT NULL,
            metric TEXT NOT NULL, value REAL, low REAL, high REAL, items INTEGER NOT NULL,
            report TEXT NOT NULL, created REAL NOT NULL) STRICT;
        CREATE TABLE promotions (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, adapter INTEGER NOT NULL REFERENCES adapters(id),
            incumbent INTEGER REFERENCES adapters(id), evaluation INTEGER REFERENCES evaluations(id),
            promoted INTEGER NOT NULL CHECK (promoted IN (0, 1)), reason TEXT NOT NULL,
            created REAL NOT NULL) STRICT;
        """,
        """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY, request TEXT NOT NULL, time REAL NOT NULL, caller TEXT NOT NULL,
            route TEXT NOT NULL, model TEXT, status INTEGER NOT NULL, outcome TEXT NOT NULL,
            bytes INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, new_tokens INTEGER NOT NULL,
            seconds REAL NOT NULL, digest TEXT) STRICT;
        CREATE INDEX requests_time ON requests(time);
        """,
    ]

    /// Brings a database to the newest version, or says why that cannot be done.
    static func prepare(_ connection: Connection) throws(RegistryError) {
        try connection.execute(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON")
        try connection.migrate(through: migrations, applicationID: applicationID)
    }
}
