import Foundation

extension DecoderConfig.Rotation {
    /// The rule of Llama 3 behind the divisors that a GGUF keeps of it.
    ///
    /// A converter throws the four numbers away and keeps what they did to each
    /// frequency. The numbers can be found again up to a common factor that changes
    /// nothing (of both limits and the original length); what is found is held
    /// against every divisor, so a wrong guess is nothing.
    func llama3Rule(_ divisors: [Float], dimension: Int) -> Scaling? {
        let plain = Self(base: base, scaling: .none).frequencies(dimension: dimension)
        guard let largest = divisors.max(), divisors.count == plain.count, largest > 1 else { return nil }
        let factor = Double(largest)
        // Between the limits the share of the unscaled frequency is a line over 1 / wavelength.
        let points = zip(plain, divisors).filter { $1 > 1 && $1 < largest }.map { frequency, divisor in
            (x: Double(frequency) / (2 * .pi), y: (1 / Double(divisor) - 1 / factor) / (1 - 1 / factor))
        }
        let waves = zip(plain, divisors).map { (length: 2 * .pi / Double($0), divisor: $1) }
        let kept = waves.filter { $0.divisor == 1 }.map(\.length).max() ?? 1
        let scaled = waves.filter { $0.divisor == largest }.map(\.length).min() ?? 1
        // Where nothing lies between the limits, any that part the two will do.
        let parted = (high: 4.0, original: (4 * kept * scaled).squareRoot())
        let guesses = (points.isEmpty ? [parted] : Self.lines(points)).flatMap { high, original in
            [(high.rounded(), original.rounded()), (high, original.rounded()), (high, original)]
        }
        for (high, original) in guesses where high > 1 && original >= 1 {
            let scaling = Scaling.llama3(factor: factor, low: 1, high: high, original: original)
            let made = Self(base: base, scaling: scaling).frequencies(dimension: dimension)
            let fits = zip(zip(plain, divisors), made).allSatisfy { abs($0.0 / $0.1 / $1 - 1) < 1e-5 }
            if fits { return scaling }
        }
        return nil
    }

    /// The upper limit and the original length of y = (original · x − 1) / (high − 1).
    private static func lines(_ points: [(x: Double, y: Double)]) -> [(high: Double, original: Double)] {
        guard let first = points.first, let last = points.last else { return [] }
        // What Llama 3 has, where one point is too few for a line.
        let usual = (high: 4.0, original: (3 * first.y + 1) / first.x)
        guard points.count > 1 else { return [usual] }
        let slope = (first.y - last.y) / (first.x - last.x)
        let start = first.y - slope * first.x
        guard start < 0 else { return [usual] }
        return [(high: 1 - 1 / start, original: -slope / start)]
    }
}
