import Evaluation
import Recipes

extension SuiteError: Explained {
    var sentence: String {
        let line = place.line > 0 ? ", line \(place.line)" : ""
        let task = task.map { ", task \($0)" } ?? ""
        return "\(file)\(line)\(task): \(problem.words)."
    }

    private var file: String {
        switch place.source {
        case .file(let path): path
        case .argument(let text): text
        }
    }
}

extension SuiteError.Problem {
    fileprivate var words: String {
        switch self {
        case .unreadable: "the suite cannot be read; write the path of a YAML file"
        case .tooLarge(let limit): "the suite is larger than \(limit) bytes; split it into several files"
        case .yaml(let error): error.problem.suiteWords
        case .notAMapping(let found): "there is \(found) where keys and values should be; write key: value"
        case .missing(let key): "\(key) is missing; write \(key): …"
        case .unknownKey(let key, let known):
            "\(quoted(key)) is no key here; write one of \(known.joined(separator: ", "))"
        case .wrongShape(let key, let wanted, let found): "\(key) takes \(wanted), not \(quoted(found))"
        case .outOfRange(let key, let lowest, let highest, let found):
            "\(key) is \(quoted(found)); write a number from \(lowest) to \(highest)"
        case .noTasks: "there is no task under tasks; write at least one"
        case .badName(let name):
            "\(quoted(name)) cannot be part of a file name; write letters, digits, dots, dashes and underscores"
        case .duplicateTask(let name): "there are two tasks named \(name); give one another name"
        case .unknownKind(let name):
            "\(quoted(name)) is no output_type; write generate_until, multiple_choice, loglikelihood or loglikelihood_rolling"
        case .noMetrics: "no metric is asked for; write metric_list: [acc] or another"
        case .unknownMetric(let name, let known):
            "\(quoted(name)) is no metric; tasks of this kind have \(known.joined(separator: ", "))"
        case .metricDoesNotFit(let name, let kind):
            "\(name) cannot be computed on a \(kind.rawValue) task; take it out of metric_list"
        case .duplicateMetric(let name): "\(name) is asked for twice; give one of them another name: …"
        case .unknownOption(let option, let metric): "\(metric) has no option \(quoted(option)); take it out"
        case .unknownRules(let name):
            "\(quoted(name)) are no answer rules; write verbatim, squad, german or unicode"
        case .unclosedTemplate(let key): "{{ in \(key) is never closed; write {{field}}"
        case .templateStatement(let key):
            "\(key) holds a statement or comment in braces; a template has fields and literal text only"
        case .templateExpression(let key, let text):
            "{{\(quoted(text))}} in \(key) is no field; write a path such as {{answers.text}}, nothing is computed"
        case .unknownFormat(let name):
            "\(quoted(name)) is no data_format; write jsonl, json, tsv, csv or requests"
        case .formatNotKnown(let path):
            "the name \(quoted(path)) tells no format; write data_format: jsonl, json, tsv, csv or requests"
        case .noChoices: "a multiple_choice task needs doc_to_choice; write a list or one field"
        case .tooFewChoices(let count): "doc_to_choice has \(count) choice; write at least two"
        case .labelCount(let labels, let choices):
            "choice_labels has \(labels) labels and doc_to_choice \(choices) choices; write one label a choice"
        case .fewshotForRolling:
            "a loglikelihood_rolling task reads whole texts and has no examples; take num_fewshot out"
        case .emptyStop: "until holds an empty text, which would stop every answer; take it out"
        case .metricNeeds(let metric, let key): "\(metric) needs \(key); write \(key): …"
        case .keyOfOtherKind(let key, let kind):
            "\(key) means nothing in a \(kind.rawValue) task; take it out"
        case .badEndpoint(let text):
            "\(quoted(text)) is no judge's address; write http://host:port/v1/chat/completions"
        case .badSchema(let error): "schema is not JSON: \(error.sentence.dropLast())"
        }
    }
}

extension YAMLError.Problem {
    fileprivate var suiteWords: String {
        switch self {
        case .tooLong(_, let limit): "the suite is longer than \(limit) bytes; split it into several files"
        case .notUTF8: "the text is not UTF-8 without a byte order mark; save it as plain UTF-8"
        case .empty: "there is nothing in it; write at least suite and tasks"
        case .secondDocument: "a second document begins here; a suite is one document"
        case .syntax(let words): "this is not YAML (\(words)); check indentation and brackets"
        case .anchor: "anchors and aliases (& and *) are not read; write the value out"
        case .tag(let tag): "tags such as \(quoted(tag)) are not read; write the plain value"
        case .tooDeep(let limit): "lists and mappings are nested deeper than \(limit); write it flatter"
        case .tooMany(let limit): "there are more than \(limit) values; split it into several files"
        case .keyIsNotText: "a key has to be text, not a list or a mapping"
        case .duplicateKey(let key, let line): "\(quoted(key)) is already on line \(line); keep one of them"
        }
    }
}
