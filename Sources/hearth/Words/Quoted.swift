/// A name from a file, fit to be shown: in quotes, short, without control characters.
///
/// Why: a file must not be able to move the cursor or fill the terminal.
func quoted(_ text: String) -> String {
    let limit = 120
    var shown = ""
    for scalar in text.unicodeScalars.prefix(limit) {
        let isControl =
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        shown.unicodeScalars.append(isControl ? "\u{fffd}" : scalar)
    }
    if text.unicodeScalars.count > limit { shown += "…" }
    return "“\(shown)”"
}
