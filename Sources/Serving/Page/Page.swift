/// The page at `/`: talk to the model, and see how the server is doing.
///
/// Contract: three files, all from here; the page can load and call nothing
/// else, and the browser is told so. What the model writes is set as text, never
/// as markup.
enum Page {
    static let document = file("text/html; charset=utf-8", html)
    static let style = file("text/css; charset=utf-8", css)
    static let script = file("text/javascript; charset=utf-8", javaScript)

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static func file(_ type: String, _ text: String) -> HTTPReply {
        HTTPReply(
            status: 200,
            headers: [
                ("Content-Type", type), ("Content-Security-Policy", policy), ("X-Frame-Options", "DENY"),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
                ("Cache-Control", "no-cache"),
            ],
            body: .bytes(Array(text.utf8)))
    }
}
