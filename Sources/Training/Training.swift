// Training: examples in, an adapter out.
//
// In flow a checked recipe, encoded examples and a decoder; out flow gradients,
// steps and finally an adapter with its history. The base is frozen; every
// number that changes belongs to the adapter or to the optimiser.
