import Foundation
import Registry
import Testing

@testable import Incident

@Suite struct MetricsTests {
    @Test func prometheusTextIsRead() {
        let text = ExpositionText(
            Array(
                """
                # HELP http_requests_total Requests.
                # TYPE http_requests_total counter
                http_requests_total{code="200",path="/a\\"b\\\\c\\n"} 1027 1395066363000
                plain 1.5e3
                bad{code= 3
                nothing NaN
                up +Inf

                """.utf8))
        #expect(text.samples.count == 4)
        #expect(text.badLines == 1)
        #expect(text.samples[0].kind == .counter)
        #expect(text.samples[0].key.labels == ["code": "200", "path": "/a\"b\\c\n"])
        #expect(text.samples[0].time == 1_395_066_363)
        #expect(text.samples[1].value == 1500)
        #expect(text.samples[2].value.isNaN)
    }

    @Test func openMetricsIsReadWithItsSecondsAndExemplars() {
        let text = ExpositionText(
            Array(
                """
                # TYPE lag histogram
                lag_bucket{le="0.1"} 8 # {trace_id="x"} 0.067
                lag_count 9 1395066363.5
                {"büro.temp", raum="1"} 21.5
                {__name__="plain"} 1
                # EOF

                """.utf8))
        #expect(text.badLines == 0)
        #expect(text.samples.map(\.kind) == [.counter, .counter, .gauge, .gauge])
        #expect(text.samples[1].time == 1_395_066_363.5)
        #expect(text.samples[2].key == SeriesKey("büro.temp", ["raum": "1"]))
    }

    @Test(arguments: [0, 1, 7, 20, 100]) func anyBytesAreReadWithoutHarm(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        let letters = Array("ab{}=\",# \n\\0.1e+NaN_".utf8)
        let bytes = (0..<2000).map { _ in dice.pick(letters) }
        let text = ExpositionText(bytes)
        #expect(text.samples.allSatisfy { !$0.key.metric.isEmpty })
    }

    @Test func aCounterBecomesItsGrowthAndBeginsAnewAfterARestart() {
        var series = Series(SeriesKey("c"), .counter)
        for (time, value) in [(0.0, 100.0), (10, 150), (20, 170), (30, 5), (40, 25)] {
            series.append(time, value)
        }
        #expect(series.times == [10, 20, 30, 40])
        #expect(series.values == [5, 2, 0.5, 2])
        series.append(35, 3)
        #expect(series.times.count == 4)
    }

    @Test func samplesAreKeptOnceAndComeBack() throws {
        let store = try IncidentStore.inMemory()
        let key = SeriesKey("m", ["b": "2", "a": "1"])
        #expect(key.text == #"m{a="1",b="2"}"#)
        let samples = [1.0, 2, 3].map { Sample(key: key, kind: .gauge, time: $0, value: $0 * 10) }
        try store.keep(samples, at: 0)
        try store.keep(samples + [Sample(key: key, kind: .gauge, time: nil, value: 40)], at: 4)
        let series = try store.series(since: 2)
        #expect(series.map(\.key) == [key])
        #expect(series.first?.values == [20, 30, 40])
    }

    @Test func queriesGoToTheServerAndItsAnswerIsRead() throws {
        let source = AgentConfig.PrometheusSource(
            endpoint: try #require(Endpoint("http://p:9090/x")), queries: ["rate(a[1m])"])
        let caller = CannedCaller([
            HTTPResult(
                status: 200,
                body: Array(
                    #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"a","job":"j"},"values":[[10,"1"],[25,"NaN"],[40,"2.5"]]}]}}"#
                        .utf8))
        ])
        let samples = try PrometheusClient(source, caller: caller).samples(from: 10, through: 40)
        #expect(samples.map(\.time) == [10, 25, 40])
        #expect(samples.last?.key == SeriesKey("a", ["job": "j"]))
        #expect(
            caller.calls.first?.endpoint.path
                == "/x/api/v1/query_range?query=rate%28a%5B1m%5D%29&start=10.0&end=40.0&step=15.0")
    }
}

/// Answers calls from a list, and remembers them.
final class CannedCaller: HTTPCaller {
    private let state: Locked<(answers: [HTTPResult?], calls: [HTTPCall])>

    init(_ answers: [HTTPResult?]) { state = Locked((answers, [])) }

    var calls: [HTTPCall] { state.with { $0.calls } }

    func call(_ call: HTTPCall) throws(CallFailure) -> HTTPResult {
        let answer = state.with { state -> HTTPResult? in
            state.calls.append(call)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw .unreachable }
        return answer
    }
}
