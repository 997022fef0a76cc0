import Dispatch
import Foundation
import Kernels
import Registry
import Serving
import Text

struct Serve: Verb {
    let name = "serve"
    let summary = "answer programs written for OpenAI's API"
    let model = Parameter.option("model", "M", .model, "A path, or a name under $HEARTH_HOME/models.")
    let aliases = Parameter.options(
        "alias", "NAME", .text, "Another name requests may call the model by; may be repeated.")
    let adapters = Parameter.options(
        "adapter", "NAME=DIR", .setting, "An adapter, chosen by NAME in a request; may be repeated.")
    let adaptersFolder = Parameter.option(
        "adapters-dir", "D", .path, "The folder that adapters may be loaded from at run time.")
    let host = Parameter.option(
        "host", "H", .text, default: "127.0.0.1", "The numeric address to listen on.")
    let port = Parameter.option(
        "port", "P", .integer(in: 0...65535), default: 8080, "The port; 0 takes a free one.")
    let socket = Parameter.option(
        "socket", "PATH", .path, "Listen on a socket in the file system instead of a port.")
    let keys = Parameter.option("api-key-file", "F", .path, "Keys that callers must show, one a line.")
    let adminKey = Parameter.option(
        "admin-key-file", "F", .path, "The key for loading and unloading adapters.")
    let allowedHosts = Parameter.options(
        "allow-host", "NAME", .text, "Another name this server may be called by; may be repeated.")
    let origins = Parameter.options(
        "allow-origin", "URL", .text, "A site whose pages may call; may be repeated.")
    let certificate = Parameter.option("cert", "F", .path, "A certificate (PEM), for TLS; with --key.")
    let key = Parameter.option("key", "F", .path, "The certificate's private key (PEM).")
    let parallel = Parameter.option(
        "parallel", "N", .integer(in: 1...256), default: 16, "How many answers are written at once.")
    let context = Parameter.option(
        "context", "N", .integer(in: 16...1_048_576), default: 4096,
        "Tokens of prompt and answer together, at most what the model reads.")
    let cache = Parameter.option(
        "cache-mb", "N", .integer(in: 16...1_048_576), default: 512,
        "Megabytes for keys and values, of answers being written and of prompts remembered.")
    let cacheType = Parameter.option(
        "cache", "TYPE", Reading<CachePrecision>.choice,
        "How keys and values are kept; by default int8.")
    let format = Parameter.option(
        "chat-format", "NAME", Reading<ChatFormat>.choice,
        "How conversations are written, except with an adapter that says so itself.")
    let queue = Parameter.option(
        "queue", "N", .integer(in: 1...65536), default: 256, "How many requests may wait; more get 429.")
    let audit = Parameter.flag(
        "audit", "Write a row for each request into the registry: who, when, sizes, digest.")
    let threads = Parameter.option("threads", "N", .integer(in: 1...256), "Threads; by default all cores.")

    var declaration: Declaration {
        Declaration(
            parameters: [
                model, aliases, adapters, adaptersFolder, host, port, socket, keys, adminKey, allowedHosts,
                origins,
                certificate, key, parallel, context, cache, cacheType, format, queue, audit, threads,
            ],
            rules: [.exactlyOne([model]), .atMostOne([port, socket]), .atMostOne([host, socket])],
            details: [
                "Listens on this machine alone unless told otherwise, and connects to nothing. /health says 503 "
                    + "until the model is loaded. Requests are logged on standard error, a line of JSON each, "
                    + "without their text. SIGTERM lets answers end for ten seconds."
            ],
            examples: [
                "hearth serve --model smollm2-135m-instruct",
                "hearth serve --model gemma-3-270m --adapter incident=adapters/incident --port 8000",
                "hearth serve --model smollm2-135m-instruct --alias gpt-4o-mini",
            ])
    }

    func run(_ arguments: Arguments) throws {
        let book = arguments[audit] ? try AuditBook() : nil
        let service = try service(arguments, book)
        let address: ListenAddress =
            arguments[socket].map { .socket(path: $0) }
            ?? .port(host: arguments[host], port: UInt16(arguments[port]))
        let tls = try tls(arguments)
        var settings = service
        settings.access.hosts = AccessPolicy.hosts(for: address, adding: arguments[allowedHosts])
        let engine = try engine(arguments)
        let end = ServerEnd()
        let backend = EngineBackend(engine) { error in
            if let error { end.come(.failed(error)) } else { Notice.line("hearth: ready") }
        }
        let server = try Server(address: address, tls: tls, settings: settings, backend: backend)
        Notice.line("hearth: listening on " + Self.words(address, port: server.port))
        defer { book?.close() }
        try end.wait { await server.stop() }
    }

    private func engine(_ arguments: Arguments) throws -> EngineSettings {
        let path = try ModelPath.resolve(arguments[model] ?? "")
        for setting in arguments[adapters] where !AdapterName.isPlain(setting.key) {
            throw ServeError.adapterName(setting.key)
        }
        var settings = EngineSettings(
            path: path, parallel: arguments[parallel], context: arguments[context])
        settings.aliases = arguments[aliases]
        let named = arguments[aliases] + arguments[adapters].map(\.key)
        for name in arguments[aliases] where !Self.isAlias(name) { throw ServeError.alias(name) }
        for (index, name) in named.enumerated() where named[..<index].contains(name) {
            throw ServeError.nameTwice(name)
        }
        settings.adapters = arguments[adapters]
        settings.adaptersFolder = arguments[adaptersFolder]
        settings.threads = arguments[threads]
        settings.queue = arguments[queue]
        settings.cacheBytes = arguments[cache] << 20
        settings.cachePrecision = arguments[cacheType] ?? .served
        settings.format = arguments[format]
        return settings
    }

    private func service(_ arguments: Arguments, _ book: AuditBook?) throws -> ServiceSettings {
        var settings = ServiceSettings(version: Program.version)
        settings.access.keys = try arguments[keys].map { path throws(ServingError) in try KeyRing(path: path)
        }
        settings.access.adminKey = try arguments[adminKey].map { path throws(ServingError) in
            try KeyRing(path: path)
        }
        settings.access.origins = Set(arguments[origins])
        let log = RequestLog()
        settings.log = { log.write($0) }
        if let book { settings.audit = { book.write($0) } }
        return settings
    }

    private func tls(_ arguments: Arguments) throws -> TLSIdentity? {
        switch (arguments[certificate], arguments[key]) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return TLSIdentity(certificate: try Self.text(certificate), key: try Self.text(key))
        default: throw ServeError.halfIdentity
        }
    }

    private static func isAlias(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw ServeError.unreadable(path) }
        return String(decoding: data, as: UTF8.self)
    }

    private static func words(_ address: ListenAddress, port: Int) -> String {
        switch address {
        case .port(let host, _): "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .socket(let path): path
        }
    }
}
