extension Agent {
    /// Fetches new samples from Prometheus and from the endpoints that are scraped.
    ///
    /// What cannot be reached is noted and tried again next time; samples are kept before they count.
    public func fetch(now: Double) throws(IncidentError) {
        if let source = config.prometheus {
            let newest = book.with { $0.series.compactMap(\.times.last).max() }
            let start = max(now - source.history, (newest ?? -.infinity) + source.step)
            if start <= now {
                do throws(CallFailure) {
                    let samples = try PrometheusClient(source, caller: caller).samples(
                        from: start, through: now)
                    try? take(samples, at: now)
                    note("prometheus", nil)
                } catch {
                    note("prometheus", "Prometheus does not answer: \(error.words)")
                }
            }
        }
        for target in config.scrapes {
            do throws(CallFailure) {
                let answer = try caller.call(
                    HTTPCall(
                        "GET", target.endpoint,
                        headers: [
                            (
                                "Accept",
                                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
                            )
                        ],
                        patience: max(1, min(target.every, 10))))
                guard answer.status == 200 else { throw .refused(status: answer.status) }
                let samples = ExpositionText(answer.body).samples.map { sample in
                    guard !target.labels.isEmpty else { return sample }
                    let labels = sample.key.labels.merging(target.labels) { own, _ in own }
                    return Sample(
                        key: SeriesKey(sample.key.metric, labels), kind: sample.kind, time: sample.time,
                        value: sample.value)
                }
                try? take(samples, at: now)
                note("scrape \(target.endpoint.authority)", nil)
            } catch {
                note(
                    "scrape \(target.endpoint.authority)",
                    "\(target.endpoint.authority) gives no metrics: \(error.words)")
            }
        }
    }

    /// Forgets samples that no baseline needs any more.
    public func tidy(now: Double) throws(IncidentError) {
        let settings = config.detection
        let history = max(settings.recent + settings.reference, config.prometheus?.history ?? 0)
        try store.forgetSamples(before: now - history - 86_400)
    }

    /// Takes whole series in without keeping them: for replays, which can make them again.
    func remember(_ series: [Series]) { book.with { $0 = SeriesBook(series) } }

    /// Takes samples in, whoever brings them.
    public func take(_ samples: [Sample], at now: Double) throws(IncidentError) {
        try store.keep(samples, at: now)
        book.with { book in
            book.add(samples, at: now)
            let history = max(
                config.detection.recent + config.detection.reference, config.prometheus?.history ?? 0)
            book.forget(before: now - history - 28_800)
        }
    }
}

extension CallFailure {
    /// A few words for a person.
    var words: String {
        switch self {
        case .unreachable: "nobody accepts connections"
        case .late: "no answer in time"
        case .hungUp: "it closes the connection"
        case .untrusted: "its certificate is not trusted"
        case .nonsense: "what comes is no answer"
        case .tooLong: "the answer is too long"
        case .refused(let status): "it answers with status \(status)"
        }
    }
}
