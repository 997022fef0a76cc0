/// The services in which the generated incidents happen, and what is measured of them.
enum Town {
    /// How a metric behaves when nothing happens.
    struct Metric: Sendable {
        let name: String
        let base: Double
        /// The standard deviation over the base.
        let noise: Double
        /// How much of a deviation is left a minute later.
        let memory: Double
        /// How much the time of day adds, over the base.
        let daily: Double
        var top: Double = .infinity
        /// How many samples of a thousand are wild.
        var wild = 0.0
    }

    static let services: [AgentConfig.Service] = [
        service("edge", "platform", ["checkout", "search", "catalog", "auth"]),
        service("checkout", "shop", ["payments", "orders", "inventory"]),
        service("payments", "money", ["postgres", "queue"]),
        service("orders", "shop", ["postgres", "queue", "inventory"]),
        service("inventory", "warehouse", ["postgres", "redis"]),
        service("search", "discovery", ["redis"]), service("catalog", "discovery", ["redis", "postgres"]),
        service("auth", "identity", ["postgres", "redis"]), service("mailer", "growth", ["queue"]),
        service("reports", "data", ["warehouse"]), service("postgres", "storage", []),
        service("redis", "storage", []), service("queue", "storage", []), service("warehouse", "data", []),
    ]

    private static func service(_ name: String, _ owner: String, _ needs: [String]) -> AgentConfig.Service {
        var service = AgentConfig.Service(name: name)
        service.owner = owner
        service.needs = needs
        return service
    }

    static func owner(of name: String) -> String { services.first { $0.name == name }?.owner ?? "platform" }

    /// The services that call this one.
    static func callers(of name: String) -> [String] {
        services.filter { $0.needs.contains(name) }.map(\.name)
    }

    static let web = [
        Metric(name: "http_requests_per_second", base: 240, noise: 0.04, memory: 0.6, daily: 0.35, wild: 0.5),
        Metric(name: "http_error_ratio", base: 0.002, noise: 0.35, memory: 0.2, daily: 0, top: 1, wild: 1.5),
        Metric(
            name: "http_request_duration_p99_seconds", base: 0.22, noise: 0.08, memory: 0.5, daily: 0.1,
            wild: 1.5),
        Metric(name: "process_cpu_ratio", base: 0.35, noise: 0.07, memory: 0.7, daily: 0.25, top: 1, wild: 1),
        Metric(name: "process_resident_memory_bytes", base: 6.2e8, noise: 0.01, memory: 0.97, daily: 0.02),
        Metric(name: "db_connection_pool_in_use", base: 14, noise: 0.14, memory: 0.4, daily: 0.2, wild: 0.5),
    ]

    static let store: [String: [Metric]] = [
        "postgres": [
            Metric(name: "pg_active_connections", base: 90, noise: 0.07, memory: 0.6, daily: 0.2),
            Metric(name: "pg_replication_lag_seconds", base: 0.4, noise: 0.3, memory: 0.5, daily: 0, wild: 3),
            Metric(name: "pg_locks_waiting", base: 1.5, noise: 0.5, memory: 0.3, daily: 0, wild: 1),
            Metric(name: "node_disk_used_ratio", base: 0.61, noise: 0.001, memory: 0.99, daily: 0, top: 1),
            Metric(
                name: "node_disk_io_utilisation", base: 0.28, noise: 0.12, memory: 0.5, daily: 0.2, top: 1,
                wild: 2),
        ],
        "redis": [
            Metric(name: "redis_cache_hit_ratio", base: 0.94, noise: 0.006, memory: 0.5, daily: 0.01, top: 1),
            Metric(name: "redis_memory_used_bytes", base: 3.1e9, noise: 0.008, memory: 0.97, daily: 0.01),
            Metric(
                name: "redis_evicted_keys_per_second", base: 3, noise: 0.5, memory: 0.3, daily: 0, wild: 1),
        ],
        "queue": [
            Metric(name: "queue_consumer_lag", base: 120, noise: 0.25, memory: 0.7, daily: 0.1, wild: 1),
            Metric(name: "queue_messages_in_per_second", base: 340, noise: 0.05, memory: 0.5, daily: 0.3),
            Metric(name: "queue_oldest_message_age_seconds", base: 2, noise: 0.3, memory: 0.6, daily: 0),
        ],
        "warehouse": [
            Metric(name: "batch_job_duration_seconds", base: 310, noise: 0.05, memory: 0.8, daily: 0),
            Metric(name: "node_cpu_ratio", base: 0.3, noise: 0.1, memory: 0.6, daily: 0, top: 1, wild: 2),
        ],
    ]

    static func metrics(of service: String) -> [Metric] { store[service] ?? web }
}
