import Checkpoint
import Dispatch

extension Service {
    func health() -> HTTPReply {
        switch backend.state {
        case .ready: json(.object(["status": .string("ok")]))
        case .loading: RequestProblem.backend(.loading, param: nil).reply
        case .failed: RequestProblem.backend(.failed, param: nil).reply
        }
    }

    func metricsPage(connections: Int) -> HTTPReply {
        let page = metrics.page(
            model: backend.models().first?.name ?? "", statistics: backend.statistics(),
            connections: connections)
        return HTTPReply(type: "text/plain; version=0.0.4; charset=utf-8", bytes: Array(page.utf8))
    }

    func model(at path: String) throws(RequestProblem) -> HTTPReply {
        let name = Self.unescaped(path.dropFirst("/v1/models/".count))
        guard let model = backend.models().first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw .backend(.unknownModel, param: "model")
        }
        return json(ModelReply.one(model))
    }

    func tokenize(_ body: JSONObject, _ call: Call) async throws(RequestProblem) -> HTTPReply {
        let request = try TokenizeRequest(body, context)
        call.note { $0.model = request.model.name }
        let tokens = try await encode(request.prompt, request.model, param: nil)
        return json(
            .object([
                "count": .count(tokens.count), "max_model_len": .count(request.model.contextLength),
                "tokens": .array(tokens.map { .integer(Int64($0)) }),
            ]))
    }

    func detokenize(_ body: JSONObject, _ call: Call) throws(RequestProblem) -> HTTPReply {
        let request = try DetokenizeRequest(body, context)
        call.note { $0.model = request.model.name }
        do throws(BackendError) {
            return json(
                .object(["prompt": .string(try backend.text(of: request.tokens, model: request.model.name))]))
        } catch {
            throw .backend(error, param: "tokens")
        }
    }

    /// What lm-eval asks for, so that it needs no tokenizer of its own.
    func tokenizer() throws(RequestProblem) -> HTTPReply {
        do throws(BackendError) {
            let ends = try backend.ends()
            return json(
                .object([
                    "tokenizer_class": .string("hearth"), "bos_token": .text(ends.first),
                    "eos_token": .text(ends.last),
                ]))
        } catch {
            throw .backend(error, param: nil)
        }
    }

    func loadAdapter(_ body: JSONObject) async throws(RequestProblem) -> HTTPReply {
        let request = try AdapterRequest(body)
        do throws(BackendError) {
            return json(ModelReply.one(try await backend.loadAdapter(request.name)))
        } catch {
            throw .backend(error, param: "lora_name")
        }
    }

    func unloadAdapter(_ body: JSONObject) async throws(RequestProblem) -> HTTPReply {
        let request = try AdapterRequest(body)
        do throws(BackendError) {
            try await backend.unloadAdapter(request.name)
        } catch {
            throw .backend(error, param: "lora_name")
        }
        return json(
            .object(["id": .string(request.name), "object": .string("model"), "deleted": .bool(true)]))
    }

    func embeddings(_ body: JSONObject, _ call: Call) async throws(RequestProblem) -> HTTPReply {
        let request = try EmbeddingRequest(body, context)
        call.note { $0.model = request.model.name }
        var inputs: [[Int32]] = []
        for input in request.inputs {
            let tokens = try await encode(input, request.model, param: "input")
            try fit(tokens, wanted: 0, request.model, param: "input")
            inputs.append(tokens)
        }
        let total = inputs.reduce(0) { $0 + $1.count }
        do throws(BackendError) {
            let vectors = try await backend.embed(inputs, model: request.model.name)
            call.note(Usage(prompt: total))
            return json(
                EmbeddingReply.whole(
                    vectors, model: request.model.name, isBase64: request.isBase64, tokens: total))
        } catch {
            throw .backend(error, param: nil)
        }
    }

    // MARK: Prompts

    /// Tokens of a prompt, made on a thread of their own; with a `param` it is to fit the context.
    ///
    /// Why: a few megabytes take long, and the pool that writes every other answer
    /// has as many threads as the machine has cores. Long ones stand in a line of
    /// their own, so that no short one waits behind them.
    func encode(_ prompt: Prompt, _ model: ServedModel, param: String?) async throws(RequestProblem)
        -> [Int32]
    {
        if let param, let longest = backend.longestToken {
            let least = prompt.bytes / longest
            guard least <= model.contextLength else {
                throw .promptTooLong(atLeast: least, limit: model.contextLength, param: param)
            }
        }
        let result: Result<[Int32], BackendError> = await withCheckedContinuation { continuation in
            (prompt.bytes > 1 << 15 ? longEncoding : encoding).async { [backend] in
                do throws(BackendError) {
                    continuation.resume(
                        returning: .success(try backend.tokens(of: prompt, model: model.name)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        do throws(BackendError) {
            return try result.get()
        } catch {
            throw .backend(error, param: param)
        }
    }

    func encode(
        _ input: CompletionRequest.Input, _ model: ServedModel, param: String
    ) async throws(RequestProblem) -> [Int32] {
        switch input {
        case .text(let text): try await encode(.text(text, special: true), model, param: param)
        case .tokens(let tokens): tokens
        }
    }

    /// Refuses what does not fit the context; nothing is ever cut off.
    func fit(_ prompt: [Int32], wanted: Int, _ model: ServedModel, param: String) throws(RequestProblem) {
        if prompt.isEmpty { throw .emptyPrompt(param) }
        guard prompt.count <= model.contextLength, wanted <= model.contextLength - prompt.count else {
            throw .contextTooLong(
                prompt: prompt.count, wanted: wanted, limit: model.contextLength, param: param)
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(rest.prefix(2).map(Character.init).map(String.init).joined(), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Character {
    fileprivate init(_ byte: UInt8) { self.init(UnicodeScalar(byte)) }
}
