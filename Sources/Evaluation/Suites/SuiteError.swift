import Checkpoint
import Recipes

/// Why a suite file cannot be used, and where in it.
public struct SuiteError: Error, Sendable {
    /// The place in the file.
    public let place: YAMLPlace
    /// The task it happened in, where it was inside one.
    public let task: String?
    /// What is wrong.
    public let problem: Problem

    /// A problem at a place.
    public init(_ problem: Problem, at place: YAMLPlace, task: String? = nil) {
        self.problem = problem
        self.place = place
        self.task = task
    }

    /// The ways in which a suite is not one we run.
    public enum Problem: Sendable {
        /// The file cannot be read.
        case unreadable
        /// The file is larger than the limit.
        case tooLarge(limit: Int)
        /// It is not YAML as we accept it.
        case yaml(YAMLError)
        /// A list or text stands where keys and values should.
        case notAMapping(String)
        /// A key that must be there is not.
        case missing(String)
        /// A key that means nothing here, and the ones that do.
        case unknownKey(String, known: [String])
        /// A value of another shape than the key wants.
        case wrongShape(key: String, wanted: String, found: String)
        /// A number outside what the key allows.
        case outOfRange(key: String, lowest: Int, highest: Int, found: String)
        /// A suite without tasks.
        case noTasks
        /// A name that cannot be part of a file's name.
        case badName(String)
        /// Two tasks of one name.
        case duplicateTask(String)
        /// An output type nobody knows.
        case unknownKind(String)
        /// A task that scores nothing.
        case noMetrics
        /// A metric nobody knows, and those of the task's kind.
        case unknownMetric(String, known: [String])
        /// A metric that the task's kind gives nothing to work on.
        case metricDoesNotFit(String, kind: OutputKind)
        /// Two metrics of one name.
        case duplicateMetric(String)
        /// An option the metric does not have.
        case unknownOption(String, metric: String)
        /// Answer rules nobody knows.
        case unknownRules(String)
        /// A template whose braces do not close.
        case unclosedTemplate(key: String)
        /// A template that holds a statement or a comment.
        case templateStatement(key: String)
        /// A template whose braces hold more than a field.
        case templateExpression(key: String, text: String)
        /// A data format nobody knows.
        case unknownFormat(String)
        /// A data file whose name does not tell its format.
        case formatNotKnown(path: String)
        /// A choice task without choices.
        case noChoices
        /// Fewer than two choices.
        case tooFewChoices(Int)
        /// Another number of labels than of choices.
        case labelCount(Int, choices: Int)
        /// Examples for a task that reads whole texts.
        case fewshotForRolling
        /// A stop that is empty.
        case emptyStop
        /// A metric that needs another key of the task.
        case metricNeeds(String, key: String)
        /// A key that only another kind of task has.
        case keyOfOtherKind(String, kind: OutputKind)
        /// A judge's address that is not `http://host:port/…`.
        case badEndpoint(String)
        /// A JSON schema that is not JSON.
        case badSchema(JSONError)
    }
}
