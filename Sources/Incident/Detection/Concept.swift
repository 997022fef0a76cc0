/// What a metric or a sentence is about: the few things people watch.
///
/// A closed list, because it decides what the channel already knows: a sentence
/// about slow checkouts and a series named `http_request_duration_seconds` have no
/// word in common.
public enum Concept: String, Sendable, CaseIterable {
    case latency, errors, traffic, memory, processor, disk, network, queue, connections, restarts, cache
    case saturation, replication, certificate, availability, logins, jobs, threads

    /// Words of people.
    var words: Set<String> {
        switch self {
        case .latency:
            [
                "latency", "latencies", "slow", "slower", "slowness", "duration", "response", "timeout",
                "timeouts",
                "p99", "p95", "p50", "lagging", "sluggish", "timing", "langsam", "langsamer", "latenz",
                "antwortzeit", "antwortzeiten", "dauer", "zeitüberschreitung",
            ]
        case .errors:
            [
                "error", "errors", "erroring", "5xx", "500", "500s", "502", "502s", "503", "503s", "504",
                "504s",
                "failing", "failures", "failure", "exceptions", "failed", "4xx", "429", "429s", "fehler",
                "fehlerquote", "fehlerrate", "fehlgeschlagen",
            ]
        case .traffic:
            [
                "traffic", "requests", "rps", "qps", "throughput", "load", "volume", "orders", "request",
                "anfragen", "verkehr",
            ]
        case .memory:
            [
                "memory", "oom", "heap", "rss", "ram", "swap", "leak", "leaking", "gc", "speicher",
                "arbeitsspeicher", "hauptspeicher",
            ]
        case .processor: ["cpu", "processor", "throttled", "throttling", "steal", "load1", "prozessor"]
        case .disk:
            [
                "disk", "disks", "filesystem", "volume", "iops", "iowait", "inodes", "storage", "full",
                "platte", "festplatte", "voll", "speicherplatz",
            ]
        case .network:
            [
                "network", "packet", "packets", "retransmits", "bandwidth", "dns", "tcp", "drops", "netz",
                "netzwerk", "pakete",
            ]
        case .queue:
            [
                "queue", "queues", "backlog", "lag", "pending", "consumer", "kafka", "depth", "queued",
                "warteschlange", "rückstau", "rückstand",
            ]
        case .connections:
            [
                "connection", "connections", "pool", "pools", "sockets", "conns", "exhausted", "verbindungen",
                "verbindung", "verbindungspool", "clients",
            ]
        case .restarts:
            [
                "restart", "restarts", "restarting", "crashloop", "crashlooping", "crash", "crashes",
                "crashing", "evicted",
            ]
        case .cache:
            [
                "cache", "caches", "hit", "hits", "miss", "misses", "redis", "memcached", "eviction",
                "evictions",
            ]
        case .saturation: ["saturation", "saturated", "utilization", "utilisation", "capacity", "overloaded"]
        case .replication: ["replication", "replica", "replicas", "replicate", "standby"]
        case .certificate:
            ["certificate", "certificates", "cert", "tls", "expiry", "expired", "zertifikat", "abgelaufen"]
        case .availability:
            [
                "up", "down", "unavailable", "unreachable", "outage", "availability", "targets", "ready",
                "ausgefallen", "ausfall", "unerreichbar",
            ]
        case .logins:
            ["login", "logins", "auth", "authentication", "sessions", "signin", "anmeldung", "anmeldungen"]
        case .jobs: ["job", "jobs", "cron", "batch", "worker", "workers", "tasks"]
        case .threads:
            [
                "threads", "thread", "goroutines", "locks", "lock", "deadlock", "deadlocks", "blocked",
                "sperre", "sperren",
            ]
        }
    }

    /// Parts of metric names.
    var parts: [String] {
        switch self {
        case .latency:
            ["duration", "latency", "response_time", "wait_seconds", "seconds_sum", "p99", "p95", "rtt"]
        case .errors: ["error", "fail", "5xx", "exception", "reject", "abort", "http_status"]
        case .traffic:
            ["requests", "request_rate", "rps", "qps", "ops_total", "throughput", "orders", "messages_in"]
        case .memory: ["memory", "heap", "rss", "gc_", "swap", "oom"]
        case .processor: ["cpu", "load1", "load5", "throttl"]
        case .disk: ["disk", "filesystem", "inode", "iops", "iowait", "storage", "wal_"]
        case .network: ["network", "packet", "retrans", "bandwidth", "dns", "tcp"]
        case .queue: ["queue", "backlog", "lag", "pending", "depth"]
        case .connections: ["connection", "conns", "pool", "socket", "clients"]
        case .restarts: ["restart", "crash", "pod_evict", "oom_kill"]
        case .cache: ["cache", "hit_ratio", "miss", "eviction"]
        case .saturation: ["saturation", "utilization", "utilisation", "in_use_ratio"]
        case .replication: ["replica", "replication", "standby"]
        case .certificate: ["cert", "expiry", "not_after", "tls"]
        case .availability: ["up", "available", "ready", "healthy", "probe_success"]
        case .logins: ["login", "auth", "session"]
        case .jobs: ["job_", "cron", "batch", "worker", "tasks"]
        case .threads: ["thread", "goroutine", "lock", "deadlock"]
        }
    }

    /// What a metric is about; the first that fits is the main thing.
    public static func of(metric: String) -> [Concept] {
        let name = metric.lowercased()
        let words = Set(name.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        return allCases.filter { concept in
            concept.parts.contains { part in
                // A short part must be a whole word: `up` is not in `upstream`.
                part.utf8.count <= 3 ? words.contains(part) : name.contains(part)
            }
        }
    }

    /// What a sentence is about.
    static func of(words: Set<String>) -> Set<Concept> {
        Set(allCases.filter { !$0.words.isDisjoint(with: words) })
    }

    /// Whether more of it is worse, less of it is worse, or either may be.
    var worse: Excursion.Direction? {
        switch self {
        case .latency, .errors, .memory, .processor, .queue, .restarts, .saturation, .threads, .disk: .up
        case .availability, .cache, .traffic: .down
        default: nil
        }
    }
}
