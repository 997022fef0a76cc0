#pragma once
#include "ckernels.h"

/* How operands of products over sixteen-bit blocks are laid out for them (block16pack.c). */
enum { CK16_BLOCK = 64, CK16_PANEL = 32, CK16_TILE = 12 };

/* Columns [column, column + width) of b, steps [from, from + inner) of k, as one
   panel: pair of k by pair of k, filled up with zeros, with one scale a block. */
void ck16_pack_right(const ck_block16 *b, enum ck_block16_form form, size_t from, size_t inner, size_t column,
                     size_t width, uint32_t *to, float *scales);

/* Columns of a that stand as rows [row, row + rows), in tiles of CK16_TILE, pair of
   k by pair of k; scales block by block, one for each of the rows. */
void ck16_pack_left(const ck_block16 *a, size_t row, size_t rows, size_t from, size_t inner, uint32_t *to,
                    float *scales);
