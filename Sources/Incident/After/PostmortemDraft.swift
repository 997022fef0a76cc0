import Foundation

/// A postmortem's draft: sections of statements, each with the evidence it stands on.
public struct PostmortemDraft: Sendable {
    /// One statement.
    public struct Statement: Sendable, Equatable {
        /// The words.
        public var text: String
        /// `E12`, `F3` or `S`; empty for what is not known.
        public var citations: [String]
        /// A graph that shows it, as SVG.
        public var graph: String?

        init(_ text: String, _ citations: [String], graph: String? = nil) {
            self.text = text
            self.citations = citations
            self.graph = graph
        }

        /// What nobody wrote down is said to be not known.
        static func unknown(_ what: String) -> Statement { Statement("\(what) not known.", []) }
    }

    /// One section.
    public struct Section: Sendable {
        /// `summary`, `impact`, …
        public let name: String
        /// Its heading.
        public let heading: String
        /// Its statements.
        public var statements: [Statement]
        /// Whether its statements are items of a list.
        public var isList: Bool
        /// Who wrote it: `model`, `retry` or `template`.
        public var origin: String
        /// What the model was or would have been asked.
        public var prompt: String = ""

        /// The section's words, a statement a line, with citations.
        public var text: String { lines(graphs: false) }

        /// The same, on request with each graph as a picture in the text.
        func lines(graphs: Bool) -> String {
            statements.map { statement in
                let cites =
                    statement.citations.isEmpty ? "" : " [\(statement.citations.joined(separator: ", "))]"
                let picture = graphs ? statement.graph.map { Self.picture($0) } ?? "" : ""
                return (isList ? "- " : "") + statement.text + cites + picture
            }.joined(separator: "\n")
        }

        private static func picture(_ svg: String) -> String {
            "\n\n  ![graph](data:image/svg+xml;base64,\(Data(svg.utf8).base64EncodedString()))\n"
        }
    }

    /// The title.
    public let title: String
    /// The sections in order.
    public var sections: [Section]

    /// The draft as Markdown, graphs in it.
    public var markdown: String { markdown(graphs: true) }

    /// The draft as Markdown; without graphs, as it is stored and searched.
    func markdown(graphs: Bool) -> String {
        let parts = ["# \(title)"] + sections.map { "## \($0.heading)\n\n\($0.lines(graphs: graphs))" }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The draft as a page of its own, graphs in it.
    public var html: String {
        let body = sections.map { section in
            let inner = section.statements.map { statement in
                let cites = statement.citations.map { "<a class=\"cite\" href=\"#\($0)\">\($0)</a>" }.joined(
                    separator: " ")
                let graph = statement.graph.map { "<figure>\($0)</figure>" } ?? ""
                let tag = section.isList ? "li" : "p"
                // Where evidence is told, it can be jumped to.
                let isEvidence = section.name == "timeline" || section.name == "impact"
                let id = isEvidence ? statement.citations.first.map { " id=\"\($0)\"" } ?? "" : ""
                return "<\(tag)\(id)>\(HTML.escaped(statement.text)) \(cites)\(graph)</\(tag)>"
            }.joined(separator: "\n")
            return "<h2>\(HTML.escaped(section.heading))</h2>\n"
                + (section.isList ? "<ul>\(inner)</ul>" : inner)
        }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>\(HTML.escaped(title))</title>
            <style>body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#22201d;\
            background:#faf8f5}h1,h2{line-height:1.2}.cite{font-size:.75rem;color:#b4450f;text-decoration:none}\
            figure{margin:.3rem 0}</style>
            <h1>\(HTML.escaped(title))</h1>
            \(body)
            </html>

            """
    }
}
