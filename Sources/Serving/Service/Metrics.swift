import Foundation

/// The server's counters, in Prometheus' text format.
///
/// Contract: may be used from any thread. Names are vLLM's with our prefix, so
/// that its dashboards need one replacement.
final class Metrics: Sendable {
    private struct State {
        var firstToken = Histogram.firstToken
        var betweenTokens = Histogram.betweenTokens
        var whole = Histogram.whole
        var queue = Histogram.whole
        var promptTokens = Histogram.tokens
        var newTokens = Histogram.tokens
        var prompt = 0
        var new = 0
        var ended: [String: Int] = [:]
        var replies: [String: Int] = [:]
        var refusals = 0
    }

    private let state = Locked(State())

    func queued(_ time: Duration) { state.withLock { $0.queue.observe(time.seconds) } }

    func firstToken(after time: Duration) { state.withLock { $0.firstToken.observe(time.seconds) } }

    func nextToken(after time: Duration) { state.withLock { $0.betweenTokens.observe(time.seconds) } }

    func answered(_ usage: Usage, in time: Duration) {
        state.withLock { state in
            state.whole.observe(time.seconds)
            state.promptTokens.observe(Double(usage.prompt))
            state.newTokens.observe(Double(usage.completion))
            state.prompt += usage.prompt
            state.new += usage.completion
        }
    }

    func ended(_ ending: String) { state.withLock { $0.ended[ending, default: 0] += 1 } }

    func replied(_ route: String, _ status: Int) {
        state.withLock { $0.replies["handler=\"\(route)\",status=\"\(status)\"", default: 0] += 1 }
    }

    func refused() { state.withLock { $0.refusals += 1 } }

    /// The page `/metrics` shows.
    func page(model: String, statistics: BackendStatistics, connections: Int) -> String {
        let state = state.withLock { $0 }
        var page = MetricsPage(label: "model_name=\"\(MetricsPage.escaped(model))\"")
        page.value("num_requests_running", "gauge", "Requests being answered.", statistics.running)
        page.value("num_requests_waiting", "gauge", "Requests in the queue.", statistics.waiting)
        page.value(
            "kv_cache_usage_perc", "gauge", "Part of the cache in use, 0 to 1.", statistics.cacheUsage)
        page.value(
            "prefix_cache_queries_total", "counter", "Prompt tokens looked up in the prefix cache.",
            statistics.prefixQueries)
        page.value(
            "prefix_cache_hits_total", "counter", "Prompt tokens found in the prefix cache.",
            statistics.prefixHits)
        page.value("prompt_tokens_total", "counter", "Prompt tokens read.", state.prompt)
        page.value("generation_tokens_total", "counter", "Tokens generated.", state.new)
        page.histogram("time_to_first_token_seconds", "From request to first token.", state.firstToken)
        page.histogram("inter_token_latency_seconds", "From one token to the next.", state.betweenTokens)
        page.histogram("e2e_request_latency_seconds", "From request to last token.", state.whole)
        page.histogram("request_queue_time_seconds", "Time in the queue.", state.queue)
        page.histogram("request_prompt_tokens", "Prompt tokens of a request.", state.promptTokens)
        page.histogram("request_generation_tokens", "New tokens of a request.", state.newTokens)
        page.counters(
            "request_success_total", "Answers by why they ended.", state.ended.mapLabels("finished_reason"))
        page.counters("http_requests_total", "Replies by path and status.", state.replies)
        page.value("http_refused_total", "counter", "Requests turned away at the door.", state.refusals)
        page.value("http_connections", "gauge", "Open connections.", connections)
        return page.text
    }
}

extension [String: Int] {
    fileprivate func mapLabels(_ name: String) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: map { ("\(name)=\"\($0)\"", $1) })
    }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Text in Prometheus' format as it grows.
struct MetricsPage {
    let label: String
    private(set) var text = ""

    init(label: String) { self.label = label }

    mutating func value(_ name: String, _ type: String, _ help: String, _ value: some CustomStringConvertible)
    {
        head(name, type, help)
        text += "hearth_\(name){\(label)} \(value)\n"
    }

    mutating func counters(_ name: String, _ help: String, _ values: [String: Int]) {
        head(name, "counter", help)
        for (labels, value) in values.sorted(by: { $0.key < $1.key }) {
            text += "hearth_\(name){\(label),\(labels)} \(value)\n"
        }
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        head(name, "histogram", help)
        var total = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            total += count
            text += "hearth_\(name)_bucket{\(label),le=\"\(bound)\"} \(total)\n"
        }
        text += "hearth_\(name)_bucket{\(label),le=\"+Inf\"} \(histogram.total)\n"
        text += "hearth_\(name)_sum{\(label)} \(histogram.sum)\n"
        text += "hearth_\(name)_count{\(label)} \(histogram.total)\n"
    }

    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP hearth_\(name) \(help)\n# TYPE hearth_\(name) \(type)\n"
    }
}
