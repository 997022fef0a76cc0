import Checkpoint
import Generation
import Text

/// One request for text, as it was asked.
struct TextRequest {
    var generation: GenerationRequest
    var stops: [String] = []
    /// Whether the prompt came as ids, so that the answer gives its ids too.
    var isIds = false
}

/// The text of one answer as it grows.
struct TextAnswer {
    private var decoder: StreamDecoder
    private var stops: StopMatcher
    private(set) var text = ""
    /// The tokens so far; the one that ends the answer is none of them.
    private(set) var ids: [Int32] = []
    private(set) var reason: FinishReason?
    var tokens: Int { ids.count }

    init(_ tokenizer: any Tokenizer, stops: [String]) {
        decoder = StreamDecoder(tokenizer)
        self.stops = StopMatcher(stops)
    }

    /// Takes an event and gives the text that can be shown because of it.
    mutating func take(_ event: GenerationEvent) -> String {
        if reason != nil { return "" }
        var piece = ""
        switch event {
        case .token(let generated):
            ids.append(generated.token)
            piece = stops.push(decoder.push(generated.token))
            if stops.isStopped { reason = .stop }
        case .finished(let why):
            piece = stops.push(decoder.finish()) + stops.finish()
            reason = why
        }
        text += piece
        return piece
    }
}

extension FinishReason {
    /// The word of OpenAI's API for it.
    var word: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .cancelled: "cancelled"
        }
    }
}
