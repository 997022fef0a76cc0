/// Every metric a suite can name.
enum MetricKind: String, Sendable, CaseIterable {
    case acc
    case accNorm = "acc_norm"
    case accBytes = "acc_bytes"
    case accMutualInfo = "acc_mutual_info"
    case exactMatch = "exact_match"
    case f1
    case bleu
    case chrf
    case rougeL = "rouge_l"
    case perplexity
    case wordPerplexity = "word_perplexity"
    case bytePerplexity = "byte_perplexity"
    case bitsPerByte = "bits_per_byte"
    case calibrationError = "ece"
    case brier = "brier_score"
    case riskArea = "aurc"
    case abstention
    case jsonValid = "json_valid"
    case fieldPrecision = "field_precision"
    case fieldRecall = "field_recall"
    case fieldF1 = "field_f1"
    case grounded
    case secretsLeaked = "secrets_leaked"
    case judged = "judge"
    case prefillSpeed = "prefill_tokens_per_second"
    case decodeSpeed = "decode_tokens_per_second"
    case firstToken = "first_token_seconds"
    case peakMemory = "peak_memory_mib"

    /// The kinds of task it can be asked of.
    var kinds: Set<OutputKind> {
        switch self {
        case .acc: [.choice, .loglikelihood]
        case .accNorm, .accBytes, .accMutualInfo: [.choice]
        case .perplexity: [.loglikelihood]
        case .wordPerplexity, .bytePerplexity, .bitsPerByte: [.rolling]
        case .calibrationError, .brier, .riskArea: [.choice, .generate]
        case .peakMemory: Set(OutputKind.allCases)
        default: [.generate]
        }
    }

    /// Whether it counts the fields of a right answer.
    var countsFields: Bool { [.fieldPrecision, .fieldRecall, .fieldF1].contains(self) }

    var higherIsBetter: Bool {
        switch self {
        case .perplexity, .wordPerplexity, .bytePerplexity, .bitsPerByte, .calibrationError, .brier,
            .riskArea, .secretsLeaked, .firstToken, .peakMemory:
            false
        default: true
        }
    }

    /// The options a suite may give it beside its name.
    var options: Set<String> {
        switch self {
        case .exactMatch, .f1, .abstention: ["rules"]
        case .calibrationError: ["bins", "rules"]
        case .brier, .riskArea, .rougeL: ["rules"]
        case .fieldPrecision, .fieldRecall, .fieldF1, .grounded: ["fields"]
        case .secretsLeaked: ["addresses"]
        default: []
        }
    }
}
