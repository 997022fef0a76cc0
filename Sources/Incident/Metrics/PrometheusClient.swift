import Checkpoint

/// Asks a Prometheus server for ranges of samples through its HTTP API.
public struct PrometheusClient: Sendable {
    let source: AgentConfig.PrometheusSource
    let caller: any HTTPCaller

    /// A client of one server.
    public init(_ source: AgentConfig.PrometheusSource, caller: any HTTPCaller) {
        self.source = source
        self.caller = caller
    }

    /// All samples of all queries between two moments, a step apart.
    ///
    /// Prometheus refuses more than 11,000 points a series, so a long span is asked for in pieces.
    public func samples(from start: Double, through end: Double) throws(CallFailure) -> [Sample] {
        guard end >= start, source.step > 0 else { return [] }
        var samples: [Sample] = []
        for query in source.queries {
            var from = start
            while from <= end {
                let through = min(end, from + source.step * 10_000)
                samples += try range(query, from: from, through: through)
                from = through + source.step
            }
        }
        return samples
    }

    private func range(_ query: String, from: Double, through: Double) throws(CallFailure) -> [Sample] {
        let path =
            "/api/v1/query_range?query=\(Endpoint.escaped(query))&start=\(from)&end=\(through)&step=\(source.step)"
        let answer = try caller.call(
            HTTPCall("GET", source.endpoint.appending(path), patience: 30))
        guard answer.status == 200 else { throw .refused(status: answer.status) }
        guard let json = try? JSON.parse(answer.body, limits: JSONLimits(depth: 16, bytes: 64 << 20)),
            json["status"]?.string == "success", let result = json["data"]?["result"]?.array
        else { throw .nonsense }
        var samples: [Sample] = []
        for series in result {
            var labels: [String: String] = [:]
            for (name, value) in series["metric"]?.object?.members ?? [] { labels[name] = value.string }
            let name = labels.removeValue(forKey: "__name__") ?? query
            let key = SeriesKey(name, labels)
            // A bare counter is a count; what an expression made of it is a level.
            let kind: SeriesKind = name.hasSuffix("_total") && !query.contains("(") ? .counter : .gauge
            for point in series["values"]?.array ?? [] {
                guard let pair = point.array, pair.count == 2, let time = pair[0].double,
                    let value = pair[1].string.flatMap({ Self.number($0) })
                else { continue }
                samples.append(Sample(key: key, kind: kind, time: time, value: value))
            }
        }
        return samples
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text)
        }
    }
}
