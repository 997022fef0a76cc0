// A C face for the part of libsentencepiece that Hearth uses: read a model
// that our own code has checked and written anew, and turn text into ids.
// Pieces, kinds and decoding are ours, so nothing else is here.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csp_model csp_model;

/// Reads a serialised model. NULL when the library refuses it; then *message
/// is text for csp_release (or NULL when there was no memory for it).
csp_model *csp_open(const uint8_t *bytes, size_t count, char **message);

void csp_close(csp_model *model);

int32_t csp_vocabulary_size(const csp_model *model);

/// Encodes UTF-8 text. Returns the number of ids, which are written to *ids
/// for csp_release, or -1 when the library fails. Safe from many threads.
int64_t csp_encode(const csp_model *model, const uint8_t *text, size_t count, int32_t **ids);

void csp_release(void *memory);

#ifdef __cplusplus
}
#endif
