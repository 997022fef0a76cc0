// Checkpoint: bytes on a disk come in, checked tensors and facts go out; and the
// other way round, written so that a reader never meets half a file.
//
// Everything here treats a file as hostile. A number found in a file is checked
// before it is used in arithmetic, nothing is allocated because a file says so,
// and a fault is thrown as facts (`CheckpointError`). Tensors stay in the file's
// mapping; nothing is copied until somebody asks for it.
