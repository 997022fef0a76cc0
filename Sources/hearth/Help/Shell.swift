/// A shell that completions can be written for.
enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    func completions(for verbs: [any Verb]) -> String {
        switch self {
        case .bash: Self.bash(verbs)
        case .zsh: "#compdef hearth\nautoload -U +X bashcompinit && bashcompinit\n" + Self.bash(verbs)
        case .fish: Self.fish(verbs)
        }
    }

    private static let models = "${HEARTH_HOME:-$HOME/.hearth}/models"

    /// One case a verb, tried in turn against the words typed so far; longer names come first.
    private static func bash(_ verbs: [any Verb]) -> String {
        let cases = verbs.sorted { $0.name.count > $1.name.count }.map(bashCase)
        let groups = groups(in: verbs).map { group in
            "        \"\(group.name) \"*) words=\"\(group.members.joined(separator: " "))\" ;;\n"
        }
        let first = firstWords(of: verbs) + ["--help", "--version"]
        return """
            _hearth() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
                local words="" kind=""
                case "${COMP_WORDS[*]:1:$((COMP_CWORD - 1))} " in
            \((cases + groups).joined())\
                    *) words="\(first.joined(separator: " "))" ;;
                esac
                if [ "$kind" = models ]; then
                    words="$words $(cd "\(models)" 2>/dev/null && ls | sed 's/\\.gguf$//')"
                fi
                COMPREPLY=($(compgen -W "$words" -- "$current"))
                if [ -n "$kind" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
            }
            complete -o filenames -F _hearth hearth

            """
    }

    private static func bashCase(_ verb: any Verb) -> String {
        let declaration = verb.declaration
        let valued = declaration.options.filter { $0.place != .flag }
        let values = valued.map { "                \($0.label)) \(bashOffer($0.completion)) ;;\n" }
        let options = declaration.options.map(\.label) + ["--help"]
        let words = options + declaration.arguments.flatMap(\.words)
        let kind = declaration.arguments.lazy.compactMap(\.kind).first ?? ""
        return """
                    "\(verb.name) "*)
                        words="\(words.joined(separator: " "))" kind="\(kind)"
                        case "$previous" in
            \(values.joined())\
                        esac ;;

            """
    }

    private static func bashOffer(_ completion: Completion) -> String {
        switch completion {
        case .nothing: "words=\"\" kind=\"\""
        case .files: "words=\"\" kind=files"
        case .models: "words=\"\" kind=models"
        case .words(let words): "words=\"\(words.joined(separator: " "))\" kind=\"\""
        }
    }

    private static func fish(_ verbs: [any Verb]) -> String {
        var lines = ["complete -c hearth -f"]
        for word in firstWords(of: verbs) {
            let summary = verbs.first { $0.name == word }?.summary ?? ""
            lines.append("complete -c hearth -n __fish_use_subcommand -a \(word) -d \(quoted(summary))")
        }
        for group in groups(in: verbs) {
            let words = group.members.joined(separator: " ")
            lines.append("complete -c hearth -n '__fish_seen_subcommand_from \(group.name)' -a '\(words)'")
        }
        for verb in verbs {
            let seen = verb.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
            let start = "complete -c hearth -n '\(seen.joined(separator: "; and "))'"
            for option in verb.declaration.options {
                let value = option.place == .flag ? "" : fishOffer(option.completion, isOption: true)
                lines.append("\(start) -l \(option.label.dropFirst(2))\(value) -d \(quoted(option.help))")
            }
            for argument in verb.declaration.arguments where argument.completion != .nothing {
                lines.append(start + fishOffer(argument.completion, isOption: false))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func fishOffer(_ completion: Completion, isOption: Bool) -> String {
        let names = "(ls (set -q HEARTH_HOME; and echo $HEARTH_HOME; or echo ~/.hearth)/models"
        return switch completion {
        case .nothing: " -x"
        case .files: isOption ? " -r -F" : " -F"
        case .models:
            "\(isOption ? " -r" : "") -F -a '\(names) 2>/dev/null | string replace -r \"[.]gguf$\" \"\")'"
        case .words(let words): "\(isOption ? " -x" : "") -a '\(words.joined(separator: " "))'"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "'\(String(escaped))'"
    }

    private static func firstWords(of verbs: [any Verb]) -> [String] {
        var words: [String] = []
        for verb in verbs {
            let word = String(verb.name.prefix { $0 != " " })
            if !words.contains(word) { words.append(word) }
        }
        return words
    }

    private static func groups(in verbs: [any Verb]) -> [(name: String, members: [String])] {
        firstWords(of: verbs).compactMap { word in
            let members = verbs.map(\.name).filter { $0.hasPrefix(word + " ") }
            return members.isEmpty ? nil : (word, members.map { String($0.dropFirst(word.count + 1)) })
        }
    }
}

extension Shape {
    fileprivate var words: [String] {
        if case .words(let words) = completion { words } else { [] }
    }

    fileprivate var kind: String? {
        switch completion {
        case .files: "files"
        case .models: "models"
        case .nothing, .words: nil
        }
    }
}
