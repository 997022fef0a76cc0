import Checkpoint

extension ChatFormat {
    /// Llama 3.1 and 3.2: a system turn with two dates comes first in any
    /// case; functions are offered in the first user turn.
    func llama3(
        _ messages: [ChatMessage], _ options: ChatOptions, _ writer: inout ChatWriter
    ) throws(ChatError) {
        writer.special("<|begin_of_text|>")
        let given = messages[0].isSystem
        llama3Header("system", &writer)
        writer.text(options.tools.isEmpty ? "" : "Environment: ipython\n")
        writer.text("Cutting Knowledge Date: December 2023\nToday Date: " + options.date + "\n\n")
        if given {
            writer.begin(0, .content)
            writer.text(PythonText.strip(messages[0].content))
        }
        llama3End(given ? 0 : nil, &writer)
        var rest = messages.enumerated().dropFirst(given ? 1 : 0)
        if !options.tools.isEmpty {
            guard let (index, first) = rest.popFirst() else { throw .systemOnly(self) }
            try offer(options.tools.map { PythonJSON($0, indent: 4) }, index, first, &writer)
        }
        for (index, message) in rest {
            writer.begin(index, .header)
            if !message.toolCalls.isEmpty {
                guard message.toolCalls.count == 1, let call = message.toolCalls.first else {
                    throw .severalToolCalls(self, message: index, count: message.toolCalls.count)
                }
                llama3Header("assistant", &writer)
                writer.begin(index, .content)
                let arguments = PythonJSON(call.arguments).text
                writer.text("{\"name\": \"" + call.name + "\", \"parameters\": " + arguments + "}")
            } else if message.role == .tool {
                llama3Header("ipython", &writer)
                writer.begin(index, .content)
                // The template asks whether the content is iterable, and a
                // string is: it is written as JSON.
                writer.text(PythonJSON(.string(message.content)).text)
            } else {
                llama3Header(message.roleName, &writer)
                writer.begin(index, .content)
                writer.text(PythonText.strip(message.content))
            }
            llama3End(index, &writer)
        }
    }

    private func offer(
        _ tools: [PythonJSON], _ index: Int, _ message: ChatMessage, _ writer: inout ChatWriter
    ) throws(ChatError) {
        guard message.role == .user else {
            throw .roleOutOfTurn(self, message: index, found: message.role, expected: .user)
        }
        writer.begin(index, .header)
        llama3Header("user", &writer)
        writer.text(
            """
            Given the following functions, please respond with a JSON for a function call with its proper \
            arguments that best answers the given prompt.

            Respond in the format {"name": function name, "parameters": dictionary of argument name and \
            its value}.Do not use variables.


            """)
        writer.text(tools.map { $0.text + "\n\n" }.joined())
        writer.begin(index, .content)
        writer.text(PythonText.strip(message.content))
        llama3End(index, &writer)
    }

    func llama3Header(_ role: String, _ writer: inout ChatWriter) {
        writer.special("<|start_header_id|>")
        writer.text(role)
        writer.special("<|end_header_id|>")
        writer.text("\n\n")
    }

    private func llama3End(_ index: Int?, _ writer: inout ChatWriter) {
        writer.begin(index, .end)
        writer.special("<|eot_id|>")
    }
}
