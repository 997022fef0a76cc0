import Foundation

/// Numbers as people write them in a channel.
public enum Numbers {
    /// Three significant digits, no exponent where it can be helped: `0.042`, `97.3`, `1,240`, `3.2 M`.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "no number" : value < 0 ? "-∞" : "∞" }
        if value == 0 { return "0" }
        let size = abs(value)
        switch size {
        case 1e15...: return String(format: "%.2e", value)
        case 1e12...: return trimmed(value / 1e12, 2) + " T"
        case 1e9...: return trimmed(value / 1e9, 2) + " G"
        case 1e6...: return trimmed(value / 1e6, 2) + " M"
        case 1e3...: return grouped(Int(value.rounded()))
        case 100...: return trimmed(value, 0)
        case 10...: return trimmed(value, 1)
        case 1...: return trimmed(value, 2)
        case 1e-4...: return trimmed(value, 2 - Int(log10(size).rounded(.down)))
        default: return String(format: "%.2e", value)
        }
    }

    /// A share as per cent: `0.031` is `3.1 %`.
    public static func percent(_ share: Double) -> String { trimmed(share * 100, 1) + " %" }

    private static func trimmed(_ value: Double, _ digits: Int) -> String {
        var text = String(format: "%.\(max(0, digits))f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    private static func grouped(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
