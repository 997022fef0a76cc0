import Generation
import Text

struct Chat: Verb {
    let name = "chat"
    let summary = "hold a conversation in the terminal"
    let model = Parameter.argument("MODEL", .model, "A path, or a name under $HEARTH_HOME/models.")
    let sampling = SamplingOptions()

    var declaration: Declaration {
        Declaration(
            parameters: [model] + sampling.all,
            details: [
                "Each line is a turn. /new begins a new conversation, /quit or the end of input ends the program. "
                    + "The default temperature is 0.7."
            ],
            examples: ["hearth chat smollm2-135m-instruct"])
    }

    func run(_ arguments: Arguments) throws {
        let loaded = try LoadedModel(
            arguments[model], adapter: arguments[sampling.adapter], threads: arguments[sampling.threads],
            chats: arguments[sampling.format] == nil)
        var defaults = sampling.defaults(arguments, temperature: 0.7)
        _ = try loaded.chatFormat(defaults.format)
        var messages: [ChatMessage] = []
        Notice.line("\(loaded.path); /new begins again, /quit ends")
        while true {
            Notice.write("> ")
            guard let line = readLine() else { break }
            switch line {
            case "": continue
            case "/quit": return
            case "/new":
                messages = []
                Notice.line("a new conversation")
            default:
                messages.append(ChatMessage(.user, line))
                let answer = try answer(messages, loaded, defaults)
                messages.append(ChatMessage(.assistant, answer))
                // Another seed for another turn, or the same words would be drawn again.
                defaults.sampling.seed &+= 1
            }
        }
        Notice.line("")
    }

    private func answer(
        _ messages: [ChatMessage], _ loaded: LoadedModel, _ defaults: GenerationDefaults
    ) throws -> String {
        let prompt: [Int32]
        do {
            prompt = try loaded.tokens(of: messages, defaults)
        } catch {
            throw RequestError(error)
        }
        guard prompt.count < loaded.decoder.config.contextLength else {
            throw RequestError(.tooLong(tokens: prompt.count, context: loaded.decoder.config.contextLength))
        }
        let request = TextRequest(
            generation: GenerationRequest(
                prompt: prompt, maxTokens: defaults.maxTokens, stops: loaded.stops,
                sampling: defaults.sampling,
                adapter: loaded.adapter),
            stops: defaults.stops)
        let engine = loaded.engine(for: [request], parallel: 1)
        _ = engine.submit(request.generation)
        var answer = TextAnswer(loaded.text.tokenizer, stops: request.stops)
        while !engine.isIdle, answer.reason == nil {
            for (_, event) in engine.step() { try Output.write(answer.take(event)) }
        }
        try Output.write("\n")
        return answer.text
    }
}
