/// What a task asks of the model, with lm-evaluation-harness's names.
public enum OutputKind: String, Sendable, CaseIterable {
    /// Write an answer.
    case generate = "generate_until"
    /// Which of the choices is most likely?
    case choice = "multiple_choice"
    /// How likely is the one continuation, and would it be written?
    case loglikelihood
    /// How likely is the text as a whole?
    case rolling = "loglikelihood_rolling"

    /// The kind of a name, the short names `generate`, `choice` and `rolling` included.
    init?(name: String) {
        switch name {
        case "generate": self = .generate
        case "choice": self = .choice
        case "rolling": self = .rolling
        default: self.init(rawValue: name)
        }
    }
}
