// Generation: from hidden rows to tokens.
//
// In flow prompts as tokens and wishes about sampling; out flow tokens and their
// log-probabilities. Nothing here knows text: stop strings, chat formats and
// decoding belong to whoever calls. One thread owns an engine and its decoder.
