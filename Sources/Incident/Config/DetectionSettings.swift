/// How detection decides what is news.
public struct DetectionSettings: Sendable, Equatable {
    /// The score from which a finding is said; higher says less.
    public var threshold = 1.0
    /// Seconds of the recent past in which a change is looked for.
    public var recent = 3600.0
    /// Seconds before that which are taken as usual.
    public var reference = 259_200.0
    /// The fewest samples of a usual range.
    public var fewest = 30
    /// Interjections within `quarter` seconds.
    public var most = 4
    /// The span for which `most` holds.
    public var quarter = 900.0
    /// Seconds between two interjections.
    public var gap = 20.0
    /// Seconds a series must hold its usual range before it counts as back.
    public var hold = 600.0
    /// Seconds between two scans.
    public var every = 15.0

    /// The defaults, as the replay's threshold curve suggests them.
    public init() {}
}
