import Registry

/// The tables of the incident store, as the steps from one version to the next.
enum Schema {
    /// Marks a database as the incident agent's: "hinc" in SQLite's application id.
    static let applicationID: Int64 = 0x6869_6E63

    /// Version n is reached by the first n; none is ever changed after a release.
    static let migrations = [
        """
        CREATE TABLE incidents (
            id INTEGER PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL, opened REAL NOT NULL,
            closed REAL, services TEXT NOT NULL) STRICT;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incidents(id), kind TEXT NOT NULL,
            source TEXT NOT NULL, key TEXT NOT NULL UNIQUE, time REAL NOT NULL, seen REAL NOT NULL,
            author TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL) STRICT;
        CREATE INDEX events_time ON events(time);
        CREATE INDEX events_incident ON events(incident, time);
        CREATE TABLE series (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, metric TEXT NOT NULL, labels TEXT NOT NULL,
            kind TEXT NOT NULL) STRICT;
        CREATE TABLE samples (
            series INTEGER NOT NULL REFERENCES series(id), time REAL NOT NULL, value REAL NOT NULL,
            PRIMARY KEY (series, time)) STRICT, WITHOUT ROWID;
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents(id),
            key TEXT NOT NULL UNIQUE, onset REAL NOT NULL, detected REAL NOT NULL, score REAL NOT NULL,
            fate TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL) STRICT;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incidents(id), key TEXT NOT NULL UNIQUE,
            target TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
            created REAL NOT NULL, due REAL NOT NULL, sent REAL) STRICT;
        CREATE INDEX outbox_state ON outbox(state, due);
        CREATE TABLE drafts (
            id INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents(id),
            key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, origin TEXT NOT NULL, prompt TEXT NOT NULL,
            text TEXT NOT NULL, edited TEXT, verdict TEXT NOT NULL, created REAL NOT NULL,
            decided REAL) STRICT;
        CREATE TABLE notes (
            incident INTEGER NOT NULL REFERENCES incidents(id), name TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (incident, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE postmortems (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, day TEXT,
            organisation TEXT NOT NULL, text TEXT NOT NULL, incident INTEGER REFERENCES incidents(id)) STRICT;
        CREATE TABLE actions (
            id INTEGER PRIMARY KEY, postmortem INTEGER NOT NULL REFERENCES postmortems(id) ON DELETE CASCADE,
            text TEXT NOT NULL, owner TEXT, due TEXT, done INTEGER NOT NULL CHECK (done IN (0, 1))) STRICT;
        CREATE VIRTUAL TABLE postmortem_words USING fts5(
            title, text, content='postmortems', content_rowid='id', tokenize='porter unicode61');
        CREATE TRIGGER postmortems_put AFTER INSERT ON postmortems BEGIN
            INSERT INTO postmortem_words(rowid, title, text) VALUES (new.id, new.title, new.text); END;
        CREATE TRIGGER postmortems_gone AFTER DELETE ON postmortems BEGIN
            INSERT INTO postmortem_words(postmortem_words, rowid, title, text)
            VALUES ('delete', old.id, old.title, old.text); END;
        """
    ]

    /// Brings a database to the newest version, or says why that cannot be done.
    static func prepare(_ connection: Connection) throws(RegistryError) {
        try connection.execute(
            "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; "
                // What was acknowledged must outlive a power cut too, so the log is flushed on every commit.
                + "PRAGMA synchronous = FULL")
        try connection.migrate(through: migrations, applicationID: applicationID)
    }
}
