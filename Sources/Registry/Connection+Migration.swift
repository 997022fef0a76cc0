extension Connection {
    /// Brings a database to the newest version, or says why that cannot be done.
    ///
    /// Version n is reached by the first n of `migrations`; `applicationID` marks whose database
    /// it is. Several processes may do this at once: whoever comes second finds it done.
    package func migrate(through migrations: [String], applicationID: Int64) throws(RegistryError) {
        if try number("user_version") != migrations.count {
            try transaction { () throws(RegistryError) in
                let found = try number("user_version")
                guard found <= migrations.count else {
                    throw RegistryError(.newer(version: found, known: migrations.count), path: path)
                }
                if found == 0 {
                    guard try rows("SELECT count(*) FROM sqlite_master") == [[.integer(0)]] else {
                        throw RegistryError(.notARegistry, path: path)
                    }
                    try execute("PRAGMA application_id = \(applicationID)")
                }
                // Another program's numbers may look like ours: nothing is done to its tables.
                guard try number("application_id") == Int(applicationID) else {
                    throw RegistryError(.notARegistry, path: path)
                }
                for migration in migrations[max(0, found)...] { try execute(migration) }
                try execute("PRAGMA user_version = \(migrations.count)")
            }
        }
        guard try number("application_id") == Int(applicationID) else {
            throw RegistryError(.notARegistry, path: path)
        }
    }

    private func number(_ pragma: String) throws(RegistryError) -> Int {
        try rows("PRAGMA \(pragma)").first?.first?.integer.map { Int($0) } ?? 0
    }
}
