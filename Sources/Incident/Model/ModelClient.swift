import Checkpoint

/// One narrow question to the model: what it is shown, and the shape of its answer.
struct ModelQuestion: Sendable {
    let name: String
    let system: String
    let user: String
    let schema: JSON

    /// A question whose answer is an object with these members, all of them required.
    init(name: String, system: String, user: String, properties: JSONObject) {
        self.name = name
        self.system = system
        self.user = user
        schema = .object([
            "type": .string("object"), "properties": .object(properties),
            "required": .array(properties.keys.map { .string($0) }), "additionalProperties": .bool(false),
        ])
    }

    static func text(_ longest: Int) -> JSON {
        .object(["type": .string("string"), "maxLength": .integer(Int64(longest))])
    }
    static let optionalText: JSON = .object([
        "type": .array([.string("string"), .string("null")])
    ])
    static let yesNo: JSON = .object(["type": .string("boolean")])
    static func choice(_ words: [String]) -> JSON {
        .object(["type": .string("string"), "enum": .array(words.map { .string($0) })])
    }
}

/// Why the model gave no usable answer.
enum ModelFailure: Error, Sendable, Equatable {
    /// It could not be reached in time, or refused.
    case call(CallFailure)
    /// What it wrote is not of the shape that was asked for.
    case nonsense
}

/// The model behind an OpenAI-compatible endpoint, asked through its public API alone.
struct ModelClient: Sendable {
    let settings: AgentConfig.ModelEndpoint
    let caller: any HTTPCaller

    init(_ settings: AgentConfig.ModelEndpoint, caller: any HTTPCaller) {
        self.settings = settings
        self.caller = caller
    }

    func ask(_ question: ModelQuestion, earlier: [(role: String, text: String)] = []) throws(ModelFailure)
        -> JSON
    {
        var messages: [JSON] = [
            Self.message("system", question.system), Self.message("user", question.user),
        ]
        messages += earlier.map { Self.message($0.role, $0.text) }
        let request: JSON = .object([
            "model": .string(settings.name), "messages": .array(messages), "temperature": .integer(0),
            "max_tokens": .integer(Int64(settings.tokens)),
            "response_format": .object([
                "type": .string("json_schema"),
                "json_schema": .object([
                    "name": .string(question.name), "strict": .bool(true), "schema": question.schema,
                ]),
            ]),
        ])
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        if let key = settings.key { headers.append(("Authorization", "Bearer " + key)) }
        let answer: HTTPResult
        do throws(CallFailure) {
            answer = try caller.call(
                HTTPCall(
                    "POST", settings.endpoint, headers: headers, body: request.serialised(),
                    patience: settings.patience))
            guard answer.status == 200 else { throw .refused(status: answer.status) }
        } catch {
            throw .call(error)
        }
        guard let reply = try? JSON.parse(answer.body),
            let content = reply["choices"]?.array?.first?["message"]?["content"]?.string,
            let json = Self.object(in: content)
        else { throw .nonsense }
        // The endpoint may know no schemas: what was asked for is checked here too.
        for key in question.schema["required"]?.array ?? [] {
            guard let name = key.string, json[name] != nil else { throw .nonsense }
        }
        return json
    }

    private static func message(_ role: String, _ text: String) -> JSON {
        .object(["role": .string(role), "content": .string(text)])
    }

    /// The object in an answer, also where words stand around it.
    static func object(in text: String) -> JSON? {
        let bytes = Array(text.utf8)
        if let json = try? JSON.parse(bytes), json.object != nil { return json }
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes.lastIndex(of: UInt8(ascii: "}")),
            open < close, let json = try? JSON.parse(Array(bytes[open...close])), json.object != nil
        else { return nil }
        return json
    }
}
