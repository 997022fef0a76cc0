// Model: one decoder for four families.
//
// In flow a configuration, weights and rows of tokens; out flow hidden rows, and
// on the way back the gradients of adapters. Nothing here opens a file: weights
// are handed in. Families are rows of data in `DecoderConfig`, not classes.
