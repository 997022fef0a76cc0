/// The frame that all pages share.
///
/// No script, no font, no picture from anywhere: the page carries a policy that
/// forbids all of it, so it can be opened, mailed and kept. Text from models and
/// data is escaped by its type.
struct Page {
    let title: String
    let heading: String
    let summary: String
    let sections: [HTML]

    var html: String {
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(ReportStyle.sheet)</style>
            </head>
            <body>
            <header><h1>\(heading)</h1><p>\(summary)</p></header>
            \(HTML(sections))
            </body>
            </html>

            """
        return page.text
    }

    /// A moment as files are named after it, for people: `2026-11-20 16:15 UTC`.
    static func moment(_ time: String) -> String {
        let parts = time.split(separator: "T")
        guard parts.count == 2, parts[1].utf8.count >= 5 else { return time }
        return "\(parts[0]) \(parts[1].prefix(5).replacing("-", with: ":")) UTC"
    }

    /// A drawing under its title.
    static func figure(_ title: String, _ note: String, _ drawing: HTML) -> HTML {
        "<figure><figcaption><b>\(title)</b><span>\(note)</span></figcaption>\(drawing)</figure>"
    }
}
