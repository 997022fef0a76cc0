/// Bodies that have hurt other servers, by class; each must be refused.
enum AbusiveBodies {
    /// What they have in common: where it goes, a name, the bytes.
    struct Body: Sendable {
        let path: String
        let name: String
        let bytes: [UInt8]
    }

    private static let chat = #"{"model":"tiny","messages":[{"role":"user","content":"SECRET"}]"#
    private static let completion = #"{"model":"tiny","prompt":"SECRET""#

    static let all: [Body] = numbers + kinds + shapes + texts + sizes + features

    private static func chat(_ name: String, _ more: String) -> Body {
        Body(path: "/v1/chat/completions", name: name, bytes: Array((chat + "," + more + "}").utf8))
    }

    private static func completion(_ name: String, _ more: String) -> Body {
        Body(path: "/v1/completions", name: name, bytes: Array((completion + "," + more + "}").utf8))
    }

    private static func whole(_ path: String, _ name: String, _ text: String) -> Body {
        Body(path: path, name: name, bytes: Array(text.utf8))
    }

    /// Every number out of its range, in every way.
    static let numbers: [Body] = {
        let fields = [
            "n", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "min_p",
            "presence_penalty", "frequency_penalty", "repetition_penalty", "top_logprobs",
        ]
        let values = [
            "-2.5", "9223372036854775807", "18446744073709551616", "1e308", "1e999", "\"1\"", "[1]", "NaN",
            "true",
        ]
        let products = fields.flatMap { field in
            values.map { chat("\(field) = \($0)", "\"logprobs\":true,\"\(field)\":\($0)") }
        }
        return products + [
            chat("n = 0", #""n":0"#), chat("n = 9", #""n":9"#), chat("max_tokens = 0", #""max_tokens":0"#),
            chat("top_p = 0", #""top_p":0"#), chat("seed = 1.5", #""seed":1.5"#),
            chat("seed beyond 64 bits", #""seed":99999999999999999999"#),
            completion("max_tokens = 0 without echo", #""max_tokens":0"#),
            completion("logprobs = 21", #""logprobs":21"#), completion("logprobs = -1", #""logprobs":-1"#),
            completion("best_of", #""best_of":1000000"#), completion("n = 1e6", #""n":1000000"#),
        ]
    }()

    /// Fields of the wrong kind.
    static let kinds: [Body] = [
        chat("stream as a word", #""stream":"yes""#), chat("stop as a number", #""stop":5"#),
        chat("stop of numbers", #""stop":[1,2]"#), chat("empty stop", #""stop":"""#),
        chat("stop as an object", #""stop":{}"#), chat("logprobs as a number", #""logprobs":5"#),
        chat("tools as an object", #""tools":{}"#),
        chat("response_format as text", #""response_format":"json""#),
        chat("stream_options without stream", #""stream_options":{"include_usage":true}"#),
        chat("logit_bias as a list", #""logit_bias":[1]"#),
        chat("logit_bias of text", #""logit_bias":{"a":1}"#),
        chat("logit_bias too strong", #""logit_bias":{"5":101}"#),
        chat("logit_bias of an unknown token", #""logit_bias":{"1000":1}"#),
        chat("logit_bias of a negative token", #""logit_bias":{"-1":1}"#),
        chat("logit_bias with two spellings of a token", #""logit_bias":{"5":1,"05":2}"#),
        chat("user as a number", #""user":5"#), chat("top_logprobs without logprobs", #""top_logprobs":2"#),
        whole(
            "/v1/chat/completions", "model as a number",
            #"{"model":5,"messages":[{"role":"user","content":"a"}]}"#),
        whole(
            "/v1/chat/completions", "unknown model",
            #"{"model":"../../etc/passwd","messages":[{"role":"user","content":"a"}]}"#),
        whole("/v1/chat/completions", "messages as text", #"{"model":"tiny","messages":"SECRET"}"#),
        whole("/v1/chat/completions", "messages of numbers", #"{"model":"tiny","messages":[1,2]}"#),
        whole(
            "/v1/chat/completions", "content as a number",
            #"{"model":"tiny","messages":[{"role":"user","content":5}]}"#),
        whole("/v1/completions", "token ids too high", #"{"model":"tiny","prompt":[5,1000]}"#),
        whole("/v1/completions", "negative token ids", #"{"model":"tiny","prompt":[-1]}"#),
        whole("/v1/completions", "token ids with fractions", #"{"model":"tiny","prompt":[1.5]}"#),
        whole("/v1/completions", "prompts of two kinds", #"{"model":"tiny","prompt":["a",5]}"#),
        whole("/v1/completions", "prompt as an object", #"{"model":"tiny","prompt":{}}"#),
        whole("/v1/embeddings", "input as a number", #"{"model":"tiny","input":5}"#),
        whole("/v1/responses", "input as a number", #"{"model":"tiny","input":5}"#),
        whole("/detokenize", "tokens as text", #"{"model":"tiny","tokens":"SECRET"}"#),
    ]

    /// Bodies that lack something, have it twice, or are not what they should be.
    static let shapes: [Body] = [
        whole("/v1/chat/completions", "nothing", ""), whole("/v1/chat/completions", "null", "null"),
        whole("/v1/chat/completions", "a list", "[]"), whole("/v1/chat/completions", "an empty object", "{}"),
        whole("/v1/chat/completions", "a string", "\"SECRET\""),
        whole("/v1/chat/completions", "half", #"{"model":"ti"#),
        whole("/v1/chat/completions", "two values", chat + "}{}"),
        whole("/v1/chat/completions", "a comma too many", chat + ",}"),
        whole(
            "/v1/chat/completions", "a key twice",
            #"{"model":"tiny","model":"tiny","messages":[{"role":"user","content":"a"}]}"#),
        whole(
            "/v1/chat/completions", "a key twice, once escaped",
            #"{"model":"tiny","\u006dodel":"tiny-de","messages":[{"role":"user","content":"a"}]}"#),
        whole("/v1/chat/completions", "no messages", #"{"model":"tiny"}"#),
        whole("/v1/chat/completions", "empty messages", #"{"model":"tiny","messages":[]}"#),
        whole("/v1/chat/completions", "no role", #"{"model":"tiny","messages":[{"content":"a"}]}"#),
        whole(
            "/v1/chat/completions", "unknown role",
            #"{"model":"tiny","messages":[{"role":"root","content":"a"}]}"#),
        whole("/v1/chat/completions", "no content", #"{"model":"tiny","messages":[{"role":"user"}]}"#),
        whole(
            "/v1/chat/completions", "a tool's answer to no call",
            #"{"model":"tiny","messages":[{"role":"tool","tool_call_id":"x","content":"a"}]}"#),
        whole("/v1/completions", "empty prompt", #"{"model":"tiny","prompt":""}"#),
        whole("/v1/completions", "no prompts", #"{"model":"tiny","prompt":[]}"#),
        whole("/v1/completions", "an empty list of tokens", #"{"model":"tiny","prompt":[[]]}"#),
        whole("/v1/embeddings", "empty input", #"{"model":"tiny","input":""}"#),
        chat("a parameter nobody knows", #""SECRET key":1"#),
        chat("a parameter misspelt", #""temprature":1"#),
        chat("two limits", #""max_tokens":5,"max_completion_tokens":6"#),
    ]

    /// Text that is not text.
    static let texts: [Body] = [
        Body(
            path: "/v1/chat/completions", name: "bytes that are not UTF-8",
            bytes: Array(#"{"model":""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8)),
        Body(
            path: "/v1/chat/completions", name: "an overlong NUL",
            bytes: Array(#"{"model":""#.utf8) + [0xC0, 0x80] + Array("\"}".utf8)),
        Body(path: "/v1/chat/completions", name: "a raw NUL", bytes: Array((chat + "}").utf8) + [0]),
        Body(
            path: "/v1/chat/completions", name: "UTF-16",
            bytes: [0xFF, 0xFE] + (chat + "}").utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
        Body(
            path: "/v1/chat/completions", name: "a byte order mark",
            bytes: [0xEF, 0xBB, 0xBF] + Array((chat + "}").utf8)),
        chat("a lone surrogate", #""user":"\ud800""#), chat("an unescaped line feed", "\"user\":\"a\nb\""),
        chat("an unknown escape", #""user":"\x41""#), chat("single quotes", "'user':'a'"),
        chat("a comment", #""user":/* */"a""#), chat("infinity", #""temperature":Infinity"#),
        chat("hexadecimal", #""max_tokens":0x10"#), chat("a leading zero", #""max_tokens":010"#),
    ]

    /// Too much of something.
    static let sizes: [Body] = [
        chat(
            "deep lists",
            "\"stop\":" + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)),
        whole("/v1/chat/completions", "a million levels", String(repeating: "[", count: 1_000_000)),
        whole("/v1/chat/completions", "deep objects", String(repeating: "{\"a\":", count: 60_000)),
        chat(
            "a schema of 60,000 levels",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":"#
                + String(repeating: "{\"not\":", count: 60_000) + "{}" + String(repeating: "}", count: 60_000)
                + "}}"),
        chat(
            "a schema of 40 levels",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":"#
                + String(repeating: "{\"not\":", count: 40) + "{}" + String(repeating: "}", count: 40) + "}}"),
        chat(
            "a schema of 10,000 values",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"enum":["#
                + String(repeating: "1,", count: 10_000) + "1]}}}"),
        chat("100,000 stops", "\"stop\":[" + String(repeating: "\"a\",", count: 100_000) + "\"a\"]"),
        chat("a stop of 100,000 bytes", "\"stop\":\"" + String(repeating: "a", count: 100_000) + "\""),
        chat(
            "100,000 biases",
            "\"logit_bias\":{" + (0..<100_000).map { "\"\($0)\":1" }.joined(separator: ",") + "}"),
        chat("a number of 100,000 digits", "\"seed\":" + String(repeating: "1", count: 100_000)),
        chat(
            "a thousand tools",
            "\"tools\":["
                + Array(repeating: #"{"type":"function","function":{"name":"f"}}"#, count: 1000).joined(
                    separator: ",") + "]"),
        whole(
            "/v1/chat/completions", "100,000 messages",
            #"{"model":"tiny","messages":["#
                + Array(repeating: #"{"role":"user","content":""}"#, count: 100_000).joined(separator: ",")
                + "]}"),
        whole(
            "/v1/completions", "100,000 prompts",
            #"{"model":"tiny","prompt":["# + Array(repeating: "\"a\"", count: 100_000).joined(separator: ",")
                + "]}"),
        whole(
            "/v1/completions", "a prompt beyond the context",
            #"{"model":"tiny","prompt":""# + String(repeating: "SECRET ", count: 10_000) + "\"}"),
        whole(
            "/v1/embeddings", "an input beyond the context",
            #"{"model":"tiny","input":""# + String(repeating: "SECRET ", count: 10_000) + "\"}"),
        whole(
            "/v1/chat/completions", "a model's name of 100,000 bytes",
            #"{"model":""# + String(repeating: "a", count: 100_000) + "\",\"messages\":[]}"),
    ]

    /// What others offer and have been hurt by, or what is not offered here.
    static let features: [Body] = [
        chat("a template", #""chat_template":"{{ cycler.__init__ }}""#),
        chat("template arguments", #""chat_template_kwargs":{"a":1}"#),
        chat("functions", #""functions":[]"#), chat("sound", #""modalities":["audio"]"#),
        chat("storing", #""store":true"#),
        chat("a tool that is no function", #""tools":[{"type":"web_search"}]"#),
        chat("a tool without a name", #""tools":[{"type":"function","function":{}}]"#),
        chat("a tool with a bad name", #""tools":[{"type":"function","function":{"name":"a b"}}]"#),
        chat(
            "the same tool twice",
            #""tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"f"}}]"#
        ),
        chat("a choice without tools", #""tool_choice":"required""#),
        chat(
            "a choice of an unknown tool",
            #""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}"#
        ),
        chat("an unknown format", #""response_format":{"type":"xml"}"#),
        chat(
            "a format without a schema",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a"}}"#),
        chat(
            "a schema that is a list",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":[]}}"#),
        chat(
            "a schema with a pattern",
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"pattern":"(((((a*)*)*)*)*)"}}}"#
        ),
        chat("a grammar", #""grammar":"root ::= root""#), chat("a guided regex", #""guided_regex":"(a*)*b""#),
        whole(
            "/v1/chat/completions", "a picture from a URL",
            #"{"model":"tiny","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://169.254.169.254/"}}]}]}"#
        ),
        whole(
            "/v1/chat/completions", "a sound",
            #"{"model":"tiny","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]}"#
        ),
        completion("a suffix", #""suffix":"a""#),
        whole(
            "/v1/responses", "an earlier response",
            #"{"model":"tiny","input":"a","previous_response_id":"resp_1"}"#),
        whole("/v1/responses", "work in the background", #"{"model":"tiny","input":"a","background":true}"#),
        whole(
            "/v1/responses", "a file",
            #"{"model":"tiny","input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]}"#),
        whole("/v1/embeddings", "dimensions", #"{"model":"tiny","input":"a","dimensions":1}"#),
    ]
}
