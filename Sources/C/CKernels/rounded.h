/* What products of rounded rows are made of (rounded.c, cut.c). */
#include "ckernels.h"
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(                                                                       \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma,f16c"))), \
    apply_to = function)
#define INLINE __attribute__((always_inline)) static inline
#define UNROLLED _Pragma("clang loop unroll(full)")

enum { GROUP = 32, TOGETHER = 4 };

/* Thirty-two numbers, 256 * high + low each; their sums, as they stand, of each half, and of
   those above zero. */
typedef struct {
  int8_t high[GROUP], low[GROUP];
  int32_t halves[2], whole, above;
  float scale, sum;
} group;


INLINE __m512 halves_at(const uint8_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE __m512 bytes_at(const uint8_t *p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
INLINE __m512 signed_at(const uint8_t *p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
INLINE __m512i broadcast(const int8_t *four) {
  int32_t word;
  memcpy(&word, four, 4);
  return _mm512_set1_epi32(word);
}
INLINE __m512i words_at(const uint8_t *p) { return _mm512_loadu_si512((const void *)p); }

/* Bytes of four steps of k, of 16 rows each, out of 128 bytes: four steps of 32 rows. */
static const uint8_t turning[2][64] = {
#define FOUR(r) r, 32 + r, 64 + r, 96 + r
#define SIXTEEN(r)                                                                                      \
  FOUR(r), FOUR(r + 1), FOUR(r + 2), FOUR(r + 3), FOUR(r + 4), FOUR(r + 5), FOUR(r + 6), FOUR(r + 7),   \
      FOUR(r + 8), FOUR(r + 9), FOUR(r + 10), FOUR(r + 11), FOUR(r + 12), FOUR(r + 13), FOUR(r + 14),   \
      FOUR(r + 15)
    {SIXTEEN(0)}, {SIXTEEN(16)}
#undef SIXTEEN
#undef FOUR
};

/* Four bytes of weights times four of each row's. */
typedef struct {
  __m512i high[TOGETHER][2], low[TOGETHER][2];
} counters;

INLINE void count(counters *c, const int rows, const int h, __m512i weights, const group *x, size_t ldx, int place) {
  UNROLLED for (int r = 0; r < rows; r++) {
    c->high[r][h] = _mm512_dpbusd_epi32(c->high[r][h], weights, broadcast(x[r * ldx].high + place));
    c->low[r][h] = _mm512_dpbusd_epi32(c->low[r][h], weights, broadcast(x[r * ldx].low + place));
  }
}
#pragma clang attribute pop
