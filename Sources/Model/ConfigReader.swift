import Checkpoint

/// Reads the keys of a configuration, checking each before it is used.
///
/// One reader for `config.json` and for GGUF metadata: both are named values
/// from a stranger, and sizes multiply, so every size has a bound here.
struct ConfigReader {
    let path: String
    let int: (String) -> Int?
    let double: (String) -> Double?
    let has: (String) -> Bool

    /// The largest size of any dimension: far above the 100M–1B class and far
    /// below anything whose products could overflow.
    static let sizes = 1...1_048_576

    func size(_ key: String, in allowed: ClosedRange<Int> = sizes) throws -> Int {
        guard let value = try optionalSize(key, in: allowed) else { throw error(.missingKey(key)) }
        return value
    }

    func optionalSize(_ key: String, in allowed: ClosedRange<Int> = sizes) throws -> Int? {
        guard has(key) else { return nil }
        guard let value = int(key), allowed.contains(value) else {
            throw error(
                .badValue(
                    key: key, allowed: "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"))
        }
        return value
    }

    func number(
        _ key: String, default standard: Double? = nil, in allowed: ClosedRange<Double>
    ) throws -> Double {
        guard has(key) else {
            guard let standard else { throw error(.missingKey(key)) }
            return standard
        }
        guard let value = double(key), value.isFinite, allowed.contains(value) else {
            throw error(
                .badValue(key: key, allowed: "a number from \(allowed.lowerBound) to \(allowed.upperBound)"))
        }
        return value
    }

    func error(_ problem: ModelError.Problem) -> ModelError { ModelError(path: path, problem) }
}

extension ConfigReader {
    static let bases = 1.0...1e12
    static let epsilons = 0.0...0.1
    static let factors = 1e-3...1e6
}
