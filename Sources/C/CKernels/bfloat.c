/* Products of bf16 matrices, summed in f32 with the CPU's own bf16 instruction.

   As in product.inc every number is one sum in the order of k, two steps at a
   time, wherever in the matrix it stands: sums are begun with what c holds and
   go on where the block of k before left them, so cutting k, rows or columns
   changes no bit. The library's kernels are as fast on large shapes; but a step
   of training has rows of every number, for which the library writes its
   kernels anew, and it rearranges b on each thread and for each call. */
#include "ckernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), apply_to = function)

enum { TILE = 12, PANEL = 32, COLUMNS = 1024, INNER = 2048, LEFT_BYTES = 384 << 10 };

int ck_bfloat_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static inline __mmask32 first(size_t n) { return n >= 32 ? ~(__mmask32)0 : ((__mmask32)1 << n) - 1; }

/* Pairs of steps of k beside each other, for up to 16 columns. */
static inline __m512i pairs(const uint16_t *even, const uint16_t *odd, __mmask16 columns) {
  __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(columns, even));
  if (!odd) return low;
  __m512i high = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(columns, odd));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

/* Sixteen columns by sixteen pairs of k, from rows that are columns, turned. */
static inline void turn(const uint16_t *b, size_t step, size_t columns, size_t inner, uint32_t *to) {
  __m512i x[16], y[16];
  __mmask32 mask = first(inner);
  for (size_t j = 0; j < 16; j++)
    x[j] = j < columns ? _mm512_maskz_loadu_epi16(mask, b + j * step) : _mm512_setzero_si512();
  for (int j = 0; j < 16; j += 2) {
    y[j] = _mm512_unpacklo_epi32(x[j], x[j + 1]);
    y[j + 1] = _mm512_unpackhi_epi32(x[j], x[j + 1]);
  }
  for (int j = 0; j < 16; j += 4) {
    x[j] = _mm512_unpacklo_epi64(y[j], y[j + 2]);
    x[j + 1] = _mm512_unpackhi_epi64(y[j], y[j + 2]);
    x[j + 2] = _mm512_unpacklo_epi64(y[j + 1], y[j + 3]);
    x[j + 3] = _mm512_unpackhi_epi64(y[j + 1], y[j + 3]);
  }
  for (int j = 0; j < 4; j++) {
    y[j] = _mm512_shuffle_i32x4(x[j], x[j + 4], 0x88);
    y[j + 4] = _mm512_shuffle_i32x4(x[j], x[j + 4], 0xdd);
    y[j + 8] = _mm512_shuffle_i32x4(x[j + 8], x[j + 12], 0x88);
    y[j + 12] = _mm512_shuffle_i32x4(x[j + 8], x[j + 12], 0xdd);
  }
  for (int j = 0; j < 8; j++) {
    x[j] = _mm512_shuffle_i32x4(y[j], y[j + 8], 0x88);
    x[j + 8] = _mm512_shuffle_i32x4(y[j], y[j + 8], 0xdd);
  }
  size_t steps = (inner + 1) / 2 < 16 ? (inner + 1) / 2 : 16;
  for (size_t k = 0; k < steps; k++) _mm512_storeu_si512(to + k * PANEL, x[k]);
}

/* One panel of columns of b: pair of k by pair of k, filled up with zeros. */
static void pack_right(const uint16_t *b, size_t step, int turned, size_t columns, size_t inner,
                       uint32_t *to) {
  for (size_t half = 0; half < PANEL; half += 16) {
    size_t width = columns > half ? (columns - half < 16 ? columns - half : 16) : 0;
    if (turned) {
      for (size_t k = 0; k < inner; k += 32)
        turn(b + half * step + k, step, width, inner - k, to + k / 2 * PANEL + half);
    } else {
      __mmask16 mask = (__mmask16)first(width);
      for (size_t k = 0; k < inner; k += 2) {
        const uint16_t *row = b + k * step + half;
        _mm512_storeu_si512(to + k / 2 * PANEL + half, pairs(row, k + 1 < inner ? row + step : NULL, mask));
      }
    }
  }
}

/* A tile of rows of a that stand as columns: pair of k by pair of k. */
static void pack_left(const uint16_t *a, size_t step, size_t rows, size_t inner, uint32_t *to) {
  __mmask16 mask = (__mmask16)first(rows);
  for (size_t k = 0; k < inner; k += 2)
    _mm512_mask_storeu_epi32(to + k / 2 * TILE, (__mmask16)first(TILE),
                             pairs(a + k * step, k + 1 < inner ? a + (k + 1) * step : NULL, mask));
}

static inline __m512bh pair_of(const uint8_t *p) {
  int32_t both;
  memcpy(&both, p, 4);
  return (__m512bh)_mm512_set1_epi32(both);
}

/* One of the products that are summed in a tile. Rows of a are `step` bytes
   apart, its pairs of k `next` bytes; tiles of rows `tile_bytes`. The last step
   of an odd number of them stands alone. */
typedef struct {
  const uint8_t *a;
  size_t step, next, tile_bytes;
  const uint32_t *b;
  size_t inner;
  int alone;
} term;

#define TERM(t)                                                                              \
  {                                                                                          \
    const uint8_t *a = (t)->a;                                                               \
    const uint32_t *b = (t)->b;                                                              \
    size_t step = (t)->step, next = (t)->next;                                               \
    for (size_t k = 0; k < (t)->inner; k++, a += next, b += PANEL) {                         \
      __m512bh x = (__m512bh)_mm512_loadu_si512(b), y = (__m512bh)_mm512_loadu_si512(b + 16); \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                    \
        __m512bh z = pair_of(a + r * step);                                                  \
        low[r] = _mm512_dpbf16_ps(low[r], z, x);                                             \
        high[r] = _mm512_dpbf16_ps(high[r], z, y);                                           \
      }                                                                                      \
    }                                                                                        \
    if ((t)->alone) {                                                                        \
      __m512bh x = (__m512bh)_mm512_loadu_si512(b), y = (__m512bh)_mm512_loadu_si512(b + 16); \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                    \
        uint16_t one;                                                                        \
        memcpy(&one, a + r * step, 2);                                                       \
        __m512bh z = (__m512bh)_mm512_set1_epi32(one);                                       \
        low[r] = _mm512_dpbf16_ps(low[r], z, x);                                             \
        high[r] = _mm512_dpbf16_ps(high[r], z, y);                                           \
      }                                                                                      \
    }                                                                                        \
  }

/* A tile of c: the first term, and the second where there is one. */
__attribute__((always_inline)) static inline void tile(const int rows, const term *terms, int count,
                                                       float *c, size_t ldc, size_t columns, int adds) {
  __m512 low[TILE], high[TILE];
  __mmask16 left = (__mmask16)first(columns), right = columns > 16 ? (__mmask16)first(columns - 16) : 0;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    low[r] = adds ? _mm512_maskz_loadu_ps(left, c + r * ldc) : _mm512_setzero_ps();
    high[r] = adds ? _mm512_maskz_loadu_ps(right, c + r * ldc + 16) : _mm512_setzero_ps();
  }
  TERM(&terms[0])
  if (count > 1) TERM(&terms[1])
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    _mm512_mask_storeu_ps(c + r * ldc, left, low[r]);
    _mm512_mask_storeu_ps(c + r * ldc + 16, right, high[r]);
  }
}

static void rows_by_panel(term *terms, int count, float *c, size_t ldc, size_t rows, size_t columns,
                          int adds) {
  for (; rows >= TILE; rows -= TILE, c += TILE * ldc) {
    tile(TILE, terms, count, c, ldc, columns, adds);
    for (int i = 0; i < count; i++) terms[i].a += terms[i].tile_bytes;
  }
#define ROWS(n)                                                    \
  for (; rows >= n; rows -= n, c += n * ldc) {                     \
    tile(n, terms, count, c, ldc, columns, adds);                  \
    for (int i = 0; i < count; i++) terms[i].a += n * terms[i].step; \
  }
  ROWS(8) ROWS(4) ROWS(1)
#undef ROWS
}

/* The panels of some columns of one b. */
static void pack_columns(const uint16_t *b, size_t step, int turned, size_t columns, size_t width,
                         size_t inner, uint32_t *panels) {
  for (size_t j = 0; j < width; j += PANEL)
    pack_right(b + (columns + j) * (turned ? step : 1), step, turned, width - j < PANEL ? width - j : PANEL,
               inner, panels + j * ((inner + 1) / 2));
}

static term row_term(const uint16_t *a, size_t lda, const uint32_t *panel, size_t inner) {
  return (term){(const uint8_t *)a, lda * 2, 4, TILE * lda * 2, panel, inner / 2, (int)(inner % 2)};
}

/* Steps of k from `from` on, at most INNER of them; an even number but in the
   end, where the second pair of operands comes too. */
static void block(const ck_bfloat_product *p, size_t from, uint32_t *panels, uint32_t *left) {
  size_t inner = p->inner - from < INNER ? p->inner - from : INNER, steps = (inner + 1) / 2;
  size_t more = from + inner == p->inner ? p->inner2 : 0;
  size_t room = LEFT_BYTES / ((steps + more / 2) * 4) / TILE * TILE, height = room < TILE ? TILE : room;
  const uint16_t *b = p->b + from * (p->b_turned ? 1 : p->ldb);
  for (size_t columns = 0; columns < p->columns; columns += COLUMNS) {
    size_t width = p->columns - columns < COLUMNS ? p->columns - columns : COLUMNS;
    uint32_t *panels2 = panels + (width + PANEL) * steps;
    pack_columns(b, p->ldb, p->b_turned, columns, width, inner, panels);
    if (more) pack_columns(p->b2, p->ldb2, p->b2_turned, columns, width, more, panels2);
    for (size_t row = 0; row < p->rows; row += height) {
      size_t rows = p->rows - row < height ? p->rows - row : height;
      if (p->a_turned)
        for (size_t r = 0; r < rows; r += TILE)
          pack_left(p->a + from * p->lda + row + r, p->lda, rows - r < TILE ? rows - r : TILE, inner,
                    left + r * steps);
      for (size_t j = 0; j < width; j += PANEL) {
        term terms[2] = {row_term(p->a + row * p->lda + from, p->lda, panels + j * steps, inner)};
        if (p->a_turned) /* filled up with zeros */
          terms[0] = (term){(const uint8_t *)left, 4, 4 * TILE, TILE * steps * 4, panels + j * steps, steps, 0};
        if (more) terms[1] = row_term(p->a2 + row * p->lda2, p->lda2, panels2 + j * ((more + 1) / 2), more);
        rows_by_panel(terms, more ? 2 : 1, p->c + row * p->ldc + columns + j, p->ldc, rows,
                      width - j < PANEL ? width - j : PANEL, p->adds || from > 0);
      }
    }
  }
}

size_t ck_bfloat_scratch(const ck_bfloat_product *p) {
  size_t inner = (p->inner < INNER ? p->inner + 2 : INNER) + p->inner2 + 2;
  size_t width = p->columns < COLUMNS ? p->columns : COLUMNS;
  return inner / 2 * (width + PANEL) + LEFT_BYTES / 4 + INNER * TILE;
}

void ck_bfloat_multiply(const ck_bfloat_product *p, uint32_t *scratch) {
  for (size_t from = 0; from < p->inner; from += INNER)
    block(p, from, scratch + LEFT_BYTES / 4 + INNER * TILE, scratch);
}

#pragma clang attribute pop
#else
int ck_bfloat_supported(void) { return 0; }
size_t ck_bfloat_scratch(const ck_bfloat_product *p) { (void)p; return 0; }
void ck_bfloat_multiply(const ck_bfloat_product *p, uint32_t *scratch) { (void)p; (void)scratch; }
#endif
