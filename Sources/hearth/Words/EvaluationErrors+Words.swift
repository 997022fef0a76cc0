import Evaluation

extension RunError: Explained {
    var sentence: String {
        switch self {
        case .unwritable(let path): "\(path) cannot be written; write another folder after --output."
        case .unreadable(let path):
            "\(path), which an earlier evaluation left, is damaged; remove it to begin anew."
        case .inUse(let path):
            "\(path) is being written by another process; wait for it, or write another folder after --output."
        case .sameTaskTwice(let name):
            "Two suites have a task named \(name); evaluate them one after the other, or rename one."
        case .impossibleScore(let task, let item):
            "The model gave item \(item) of \(task) a likelihood that is no probability; its weights are damaged."
        case .wrongCount(let task, let item, let wanted, let found):
            "The model gave item \(item) of \(task) \(found) scores for \(wanted) choices; this is a fault in Hearth."
        case .unanswered(let task, let item):
            "The model never answered item \(item) of \(task); this is a fault in Hearth."
        }
    }
}

extension RunInterruption: Explained {
    var sentence: String {
        "Stopped in \(task) after \(done) of \(total) items; "
            + (folder.map { "the answers are kept in \($0), and the same call goes on from there." }
                ?? "the answers are gone; with --output DIR they would be kept.")
    }

    var status: ExitStatus { .interrupted }
}

extension ResultsError: Explained {
    var sentence: String { "\(path): \(problem.words)." }
}

extension ResultsError.Problem {
    fileprivate var words: String {
        switch self {
        case .unreadable: "there are no results to be read; write a results file or the folder it is in"
        case .noResults: "there is no results_….json in this folder; write the folder an evaluation wrote to"
        case .notJSON(let error): "this is not JSON: \(error.sentence.dropLast())"
        case .notResults: "this is not an evaluation's results; write a results_….json that hearth eval wrote"
        case .noSamples(let task): "the samples of \(task) are not there; keep them beside the results"
        case .badSample(let task, let line):
            "line \(line) of the samples of \(task) is no sample; evaluate again"
        case .noCommonTask: "the two evaluations have no task in common; evaluate both on the same suite"
        case .otherVersion(let task, let here, let there):
            "\(task) is version \(here) here and \(there) there; evaluate both on the same version"
        case .noCommonItems(let task): "no item of \(task) is in both; evaluate both on the same data"
        case .otherItem(let task, let item):
            "item \(item) of \(task) is another question here; evaluate both on the same data"
        }
    }
}

extension JudgeError: Explained {
    var sentence: String { "The judge at \(host):\(port) \(problem.words)." }

    /// A judge that is not there today may be there tomorrow.
    var status: ExitStatus {
        switch problem {
        case .unreachable, .noAnswer, .refused: .workFailed
        case .noTransport, .noKey: .wrongInput
        }
    }
}

extension JudgeError.Problem {
    fileprivate var words: String {
        switch self {
        case .noTransport: "cannot be reached from here; take the judge metric out of the suite"
        case .unreachable: "does not answer; start it, or write its address in the suite's judge: endpoint"
        case .noAnswer:
            "broke off or does not speak plain HTTP; look at its log, then write its address in the suite's judge: endpoint"
        case .refused(let status) where [401, 403].contains(status):
            "wants a key (status \(status)); write the file it is in: judge: {api_key_file: …}"
        case .refused(let status) where status == 429 || status >= 500:
            "cannot answer now (status \(status)); call again later, what was answered until now is kept with --output"
        case .refused(let status):
            "answered with status \(status); check its address and model name in the suite"
        case .noKey(let path):
            "has no key in \(path); write one line of visible ASCII characters into that file"
        }
    }
}
