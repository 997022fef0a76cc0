import Foundation

/// Moments as seconds since 1970, and the two ways in which they are written.
///
/// Everything is UTC: people of one incident sit in several zones, and a number
/// can be checked against the evidence only if it is written one way.
public enum Clock {
    /// The moment now.
    public static var now: Double { Date().timeIntervalSince1970 }

    /// `2026-11-20T14:07:05Z`, the second rounded down.
    public static func iso(_ time: Double) -> String {
        let parts = parts(time)
        return "\(day(parts))T\(pad(parts.hour)):\(pad(parts.minute)):\(pad(parts.second))Z"
    }

    /// `14:07`.
    public static func minute(_ time: Double) -> String {
        let parts = parts(time)
        return "\(pad(parts.hour)):\(pad(parts.minute))"
    }

    /// `14:07:05`.
    public static func second(_ time: Double) -> String {
        let parts = parts(time)
        return "\(pad(parts.hour)):\(pad(parts.minute)):\(pad(parts.second))"
    }

    /// `2026-11-20`.
    public static func day(_ time: Double) -> String { day(parts(time)) }

    /// A span for people: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
    public static func span(_ seconds: Double) -> String {
        let seconds = max(0, seconds.isFinite ? seconds : 0)
        if seconds < 90 { return "\(Int(seconds.rounded())) s" }
        let minutes = Int((min(seconds, 1e12) / 60).rounded())
        if minutes < 120 { return "\(minutes) min" }
        if minutes < 48 * 60 {
            return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
        }
        let hours = minutes / 60
        return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
    }

    private static func day(_ parts: Parts) -> String {
        let year = String(parts.year)
        return
            "\(String(repeating: "0", count: max(0, 4 - year.count)))\(year)-\(pad(parts.month))-\(pad(parts.day))"
    }

    private static func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private struct Parts { var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 }

    private static func parts(_ time: Double) -> Parts {
        let whole = Int(min(max(time.isFinite ? time : 0, 0), 253_402_300_799).rounded(.down))
        var parts = Parts()
        (parts.hour, parts.minute, parts.second) = (whole / 3600 % 24, whole / 60 % 60, whole % 60)
        // Days to a date by eras of 400 years, counted from 1 March of year 0.
        let days = whole / 86400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        parts.day = dayOfYear - (153 * month + 2) / 5 + 1
        parts.month = month < 10 ? month + 3 : month - 9
        parts.year = era * 400 + yearOfEra + (parts.month <= 2 ? 1 : 0)
        return parts
    }
}
