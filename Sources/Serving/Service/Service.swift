import Checkpoint
import Dispatch

/// Answers requests: the rules of the house, OpenAI's shapes and a backend, joined.
///
/// Contract: knows no socket, so that every rule is tested without one. `admit`
/// is asked when only the head is in; `respond` checks the same again, so it may
/// be called alone. Nothing a client wrote is repeated in an error or a log.
public final class Service: Sendable {
    let backend: any Backend
    let settings: ServiceSettings
    let metrics = Metrics()
    let encoding = DispatchQueue(label: "hearth.encoding")
    let longEncoding = DispatchQueue(label: "hearth.encoding.long")
    private let isStopping = Locked(false)
    private let connections = Locked<@Sendable () -> Int>({ 0 })

    /// A service that asks this backend.
    public init(backend: any Backend, settings: ServiceSettings) {
        self.backend = backend
        self.settings = settings
    }

    /// Tells where the number of open connections can be read.
    public func countConnections(_ count: @escaping @Sendable () -> Int) {
        connections.withLock { $0 = count }
    }

    /// From here on `/health` says no, so that a balancer sends nobody more.
    public func beginStopping() { isStopping.withLock { $0 = true } }

    /// Counts a request that never became one.
    public func noteRefusal(_ refusal: HeadRefusal) { metrics.refused() }

    /// Looks at a head and refuses the request, or says nothing.
    public func admit(_ head: RequestHead) -> HTTPReply? {
        if let reply = preflight(head) { return reply }
        do throws(RequestProblem) {
            _ = try check(head)
            return nil
        } catch {
            let route = Route.at(head.path)?.rawValue ?? "-"
            let call = Call(self, id: requestID(head), route: route, caller: "-", body: [])
            call.end(status: error.status, outcome: .refused)
            return finished(error.reply, head, call.id)
        }
    }

    /// Answers a whole request.
    public func respond(to request: HTTPRequest) async -> HTTPReply {
        if let reply = preflight(request.head) { return reply }
        let id = requestID(request.head)
        let route = Route.at(request.head.path)
        let checked: (Route, String)
        do throws(RequestProblem) {
            checked = try check(request.head)
        } catch {
            let call = Call(self, id: id, route: route?.rawValue ?? "-", caller: "-", body: request.body)
            call.end(status: error.status, outcome: .refused)
            return finished(error.reply, request.head, id)
        }
        let call = Call(self, id: id, route: checked.0.rawValue, caller: checked.1, body: request.body)
        let reply = await answer(checked.0, request, call)
        return finished(reply, request.head, id)
    }

    private func answer(_ route: Route, _ request: HTTPRequest, _ call: Call) async -> HTTPReply {
        do {
            let reply = try await dispatch(route, request, call)
            guard case .stream(let write) = reply.body else {
                call.end(status: reply.status, outcome: reply.status < 400 ? .completed : .failed)
                return reply
            }
            var watched = reply
            watched.body = .stream { sink in
                do {
                    try await write(sink)
                    call.end(status: reply.status, outcome: .completed)
                } catch {
                    call.end(status: reply.status, outcome: error is CancellationError ? .cancelled : .failed)
                    if !(error is RequestProblem) { throw error }
                }
            }
            return watched
        } catch let problem as RequestProblem {
            call.end(status: problem.status, outcome: problem.status >= 500 ? .failed : .refused)
            return problem.reply
        } catch is CancellationError {
            call.end(status: 499, outcome: .cancelled)
            return HTTPReply(status: 499, body: .bytes([]))
        } catch {
            call.end(status: 500, outcome: .failed)
            return RequestProblem.backend(.failed, param: nil).reply
        }
    }

    private func dispatch(_ route: Route, _ request: HTTPRequest, _ call: Call) async throws -> HTTPReply {
        switch route {
        case .chat: try await chat(try RequestContext.object(request.body), call)
        case .completions: try await completions(try RequestContext.object(request.body), call)
        case .responses: try await responses(try RequestContext.object(request.body), call)
        case .embeddings: try await embeddings(try RequestContext.object(request.body), call)
        case .tokenize: try await tokenize(try RequestContext.object(request.body), call)
        case .detokenize: try detokenize(try RequestContext.object(request.body), call)
        case .tokenizer: try tokenizer()
        case .loadAdapter: try await loadAdapter(try RequestContext.object(request.body))
        case .unloadAdapter: try await unloadAdapter(try RequestContext.object(request.body))
        case .models: json(ModelReply.list(backend.models()))
        case .model: try model(at: request.head.path)
        case .health: health()
        case .metrics: metricsPage(connections: connections.withLock { $0 }())
        case .version: json(.object(["version": .string(settings.version)]))
        case .page: Page.document
        case .pageStyle: Page.style
        case .pageScript: Page.script
        }
    }

    // MARK: The rules

    private func check(_ head: RequestHead) throws(RequestProblem) -> (Route, String) {
        guard let route = Route.at(head.path) else {
            _ = try settings.access.caller(head, for: .version)
            throw .notFound
        }
        let caller = try settings.access.caller(head, for: route)
        guard route.answers(to: head.method) else { throw .methodNotAllowed(route.allowed) }
        if route.takesBody {
            let type = head.value("content-type")?.split(separator: ";").first.map(String.init) ?? ""
            guard type.lowercased().filter({ $0 != " " }) == "application/json",
                head.value("content-encoding") ?? "identity" == "identity"
            else { throw .mediaType }
        }
        if route.needsModel {
            if isStopping.withLock({ $0 }) { throw .shuttingDown }
            switch backend.state {
            case .ready: break
            case .loading: throw .backend(.loading, param: nil)
            case .failed: throw .backend(.failed, param: nil)
            }
        }
        return (route, caller)
    }

    private func preflight(_ head: RequestHead) -> HTTPReply? {
        guard head.method == "OPTIONS", let route = Route.at(head.path) else { return nil }
        var headers = settings.access.sharing(with: head)
        if headers.isEmpty { return nil }
        headers.append(("Access-Control-Allow-Methods", route.allowed))
        headers.append(("Access-Control-Allow-Headers", "Authorization, Content-Type"))
        headers.append(("Access-Control-Max-Age", "600"))
        return HTTPReply(status: 204, headers: headers, body: .bytes([]))
    }

    private func finished(_ reply: HTTPReply, _ head: RequestHead, _ id: String) -> HTTPReply {
        var reply = reply
        reply.headers += [("X-Request-Id", id), ("X-Content-Type-Options", "nosniff")]
        if !reply.headers.contains(where: { $0.name == "Cache-Control" }) {
            reply.headers.append(("Cache-Control", "no-store"))
        }
        reply.headers += settings.access.sharing(with: head)
        return reply
    }

    /// The caller's own id, where it is plain; else a new one.
    private func requestID(_ head: RequestHead) -> String {
        if let id = head.value("x-request-id"), ToolFields.isName(id) { return id }
        return "req_" + freshID()
    }

    /// 128 random bits in hexadecimal.
    func freshID() -> String {
        [settings.random(), settings.random()].map { bits in
            let digits = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    // MARK: Small things

    func json(_ json: JSON, status: Int = 200) -> HTTPReply {
        HTTPReply(status: status, type: "application/json", bytes: json.serialised())
    }

    var context: RequestContext {
        RequestContext(models: backend.models(), seed: settings.random)
    }

    func stamp(_ prefix: String, _ model: ServedModel) -> ReplyStamp {
        ReplyStamp(id: prefix + freshID(), created: Int(settings.now()), model: model.name)
    }
}
