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

    /// How many times as fast as the clock the watched world runs; other than 1 only where a recorded incident is played.
    ///
    /// The settings above are seconds of the clock. What the agent takes for granted of the
    /// world (trouble begins half an hour before anyone notices, causes lie minutes
    /// before effects) is divided by it.
    public var pace = 1.0

    /// A span of the watched world in seconds of the clock.
    func span(_ seconds: Double) -> Double { seconds / pace }

    /// The defaults, as the replay's threshold curve suggests them.
    public init() {}
}
