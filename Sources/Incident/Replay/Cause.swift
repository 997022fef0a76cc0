/// What goes wrong in a generated incident, and where that shows.
enum Cause: String, Sendable, CaseIterable {
    case deploy, leak, pool, disk, locks, cache, backlog, network, certificate, surge, neighbour, flag

    /// Where one cause shows.
    struct Effect: Sendable {
        let service: String
        let metric: String
        /// What it adds, over the base; negative takes away.
        let size: Double
        /// Minutes after the cause.
        let delay: Double
        /// Minutes until it is all there.
        let rise: Double
    }

    /// The places where it can begin.
    var places: [String] {
        switch self {
        case .deploy, .flag: ["checkout", "payments", "search", "catalog", "auth", "orders"]
        case .leak: ["payments", "search", "catalog", "orders"]
        case .pool: ["payments", "orders", "auth"]
        case .disk, .locks: ["postgres"]
        case .cache: ["redis"]
        case .backlog: ["queue"]
        case .network: ["inventory", "catalog", "auth"]
        case .certificate: ["auth", "payments"]
        case .surge: ["edge"]
        case .neighbour: ["search", "inventory"]
        }
    }

    private static let errors = "http_error_ratio", slow = "http_request_duration_p99_seconds"
    private static let traffic = "http_requests_per_second", poolUse = "db_connection_pool_in_use"

    /// Everything it does, beginning at a place.
    func effects(at place: String, _ dice: inout Dice) -> [Effect] {
        func effect(
            _ service: String, _ metric: String, _ size: ClosedRange<Double>, _ delay: Double, _ rise: Double
        ) -> Effect {
            Effect(
                service: service, metric: metric, size: dice.number(size),
                delay: delay * dice.number(0.7...1.3),
                rise: rise * dice.number(0.7...1.3))
        }
        let callers = Town.callers(of: place)
        var effects: [Effect] = []
        switch self {
        case .deploy, .flag:
            effects = [
                effect(place, Self.errors, 12...60, 0, 2), effect(place, Self.slow, 0.8...4, 0, 3),
                effect(place, "process_cpu_ratio", 0.5...1.2, 1, 3),
            ]
        case .leak:
            effects = [
                effect(place, "process_resident_memory_bytes", 0.5...1.4, 0, 35),
                effect(place, Self.slow, 0.8...2.5, 14, 12), effect(place, Self.errors, 8...30, 22, 6),
            ]
        case .pool:
            effects = [
                effect(place, Self.poolUse, 1.8...3.5, 0, 5), effect(place, Self.slow, 1.5...5, 3, 4),
                effect(place, Self.errors, 10...50, 5, 3),
                effect("postgres", "pg_active_connections", 0.5...1.2, 1, 5),
            ]
        case .disk:
            effects = [
                effect(place, "node_disk_used_ratio", 0.25...0.38, 0, 40),
                effect(place, "node_disk_io_utilisation", 0.8...2, 18, 6),
                effect(place, "pg_replication_lag_seconds", 8...40, 22, 8),
                effect("payments", Self.errors, 10...40, 30, 3),
                effect("orders", Self.errors, 10...40, 31, 3),
            ]
        case .locks:
            effects = [
                effect(place, "pg_locks_waiting", 10...40, 0, 3),
                effect(place, "pg_active_connections", 0.6...1.4, 2, 5),
                effect("orders", Self.slow, 2...8, 2, 4), effect("payments", Self.slow, 1.5...6, 3, 4),
                effect("orders", Self.poolUse, 1...2.5, 3, 4),
            ]
        case .cache:
            effects = [
                effect(place, "redis_cache_hit_ratio", -0.6 ... -0.25, 0, 4),
                effect(place, "redis_evicted_keys_per_second", 20...80, 0, 3),
                effect("catalog", Self.slow, 1...4, 2, 4), effect("search", Self.slow, 1...3, 2, 5),
                effect("postgres", "pg_active_connections", 0.4...0.9, 3, 5),
            ]
        case .backlog:
            effects = [
                effect(place, "queue_consumer_lag", 15...80, 0, 25),
                effect(place, "queue_oldest_message_age_seconds", 20...150, 2, 25),
                effect("mailer", "process_cpu_ratio", 0.6...1.3, 1, 4),
                effect("orders", Self.slow, 0.8...2, 12, 6),
            ]
        case .network:
            effects = [
                effect(place, Self.slow, 3...10, 0, 2), effect(place, Self.errors, 15...50, 1, 2),
                effect(place, Self.traffic, -0.6 ... -0.25, 2, 4),
            ]
        case .certificate:
            effects = [
                effect(place, Self.errors, 80...300, 0, 1), effect(place, Self.traffic, -0.7 ... -0.3, 2, 3),
                effect(place, "process_cpu_ratio", -0.5 ... -0.25, 2, 4),
            ]
        case .surge:
            effects = [
                effect("edge", Self.traffic, 0.9...2.2, 0, 6), effect("search", Self.traffic, 0.8...2, 1, 6),
                effect("search", "process_cpu_ratio", 0.8...1.6, 2, 6),
                effect("search", Self.slow, 1...4, 4, 6),
                effect("redis", "redis_evicted_keys_per_second", 8...30, 5, 6),
            ]
        case .neighbour:
            effects = [
                effect(place, "process_cpu_ratio", 0.7...1.7, 0, 4), effect(place, Self.slow, 0.9...3, 1, 5),
            ]
        }
        // What calls the place feels it a little later.
        for caller in callers.prefix(2)
        where [.deploy, .flag, .pool, .network, .certificate, .leak, .neighbour].contains(self) {
            effects.append(effect(caller, Self.slow, 0.6...2.5, 3, 4))
            if dice.chance(0.6) { effects.append(effect(caller, Self.errors, 6...25, 4, 3)) }
        }
        return effects
    }
}
