/* Products for new tokens with the CPU's own instruction for whole numbers of a byte:
   a row's numbers are rounded to a byte each, with a scale for each 32 of them, and
   meet the weight's whole numbers as they lie in a panel (packing.c). Sums within a
   group are exact; groups are added in the order of k. So a row's result does not
   depend on how many rows there are, and reading the weights is all that takes time:
   expanding each of them to f32 takes longer than memory does. */
#include "ckernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>
#pragma clang attribute push(                                                                       \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma,f16c"))), \
    apply_to = function)
#define INLINE __attribute__((always_inline)) static inline

enum { GROUP = 32, TOGETHER = 4 };

/* Thirty-two numbers: as they come, and of each eight the even ones before the odd
   ones, as words of nibbles have them. Sums are of each half. */
typedef struct {
  int8_t plain[GROUP], paired[GROUP];
  int32_t counts[2];
  float sums[2], scale, sum;
} group;

int ck_rounded_supported(void) {
  __builtin_cpu_init();
  const char *wanted = getenv("HEARTH_ACTIVATIONS");
  return wanted && !strcmp(wanted, "int8") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

size_t ck_rounded_bytes(size_t inner) { return inner / GROUP * sizeof(group); }

void ck_round_row(const float *x, size_t inner, void *to) {
  const __m128i pairing = _mm_setr_epi8(0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15);
  group *g = to;
  for (size_t k = 0; k + GROUP <= inner; k += GROUP, g++) {
    __m512 low = _mm512_loadu_ps(x + k), high = _mm512_loadu_ps(x + k + 16);
    float most = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    __m512 inverse = _mm512_set1_ps(most > 0 ? 127.0f / most : 0);
    __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
    __m512i b = _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    __m128i first = _mm512_cvtsepi32_epi8(a), second = _mm512_cvtsepi32_epi8(b);
    _mm_storeu_si128((__m128i *)g->plain, first);
    _mm_storeu_si128((__m128i *)(g->plain + 16), second);
    _mm_storeu_si128((__m128i *)g->paired, _mm_shuffle_epi8(first, pairing));
    _mm_storeu_si128((__m128i *)(g->paired + 16), _mm_shuffle_epi8(second, pairing));
    g->scale = most / 127.0f;
    g->counts[0] = _mm512_reduce_add_epi32(_mm512_cvtepi8_epi32(first));
    g->counts[1] = _mm512_reduce_add_epi32(_mm512_cvtepi8_epi32(second));
    g->sums[0] = g->scale * (float)g->counts[0];
    g->sums[1] = g->scale * (float)g->counts[1];
    g->sum = g->scale * (float)(g->counts[0] + g->counts[1]);
  }
}

int ck_rounded_takes(enum ck_format format) { return format >= CK_Q4_0; }

INLINE int is_super(const enum ck_format f) { return f == CK_Q4_K || f == CK_Q5_K || f == CK_Q6_K; }
INLINE int has_fifth(const enum ck_format f) { return f == CK_Q5_0 || f == CK_Q5_1 || f == CK_Q5_K; }
INLINE int has_minimum(const enum ck_format f) {
  return f == CK_Q4_1 || f == CK_Q5_1 || f == CK_Q4_K || f == CK_Q5_K;
}

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

/* What part `h` of a panel is multiplied with, and what is added, in a half of a group. */
INLINE void take_levels(const enum ck_format f, const uint8_t *head, const uint8_t *own, int h, int half,
                        __m512 *scale, __m512 *least) {
  __m512 d = halves_at(head + 32 * h);
  *scale = d;
  if (f == CK_Q4_0) *least = _mm512_mul_ps(_mm512_set1_ps(-8), d);
  if (f == CK_Q5_0) *least = _mm512_mul_ps(_mm512_set1_ps(-16), d);
  if (f == CK_Q4_1 || f == CK_Q5_1) *least = halves_at(head + 64 + 32 * h);
  if (f == CK_Q4_K || f == CK_Q5_K) {
    *scale = _mm512_mul_ps(d, bytes_at(own + 16 * h));
    *least = _mm512_mul_ps(_mm512_sub_ps(_mm512_setzero_ps(), halves_at(head + 64 + 32 * h)),
                           bytes_at(own + 32 + 16 * h));
  }
  if (f == CK_Q6_K) {
    *scale = _mm512_mul_ps(d, signed_at(own + 32 * half + 16 * h));
    *least = _mm512_mul_ps(_mm512_set1_ps(-32), *scale);
  }
}

/* Octet `o`'s whole numbers of part `h`: the even ones, the odd ones. */
INLINE void take_words(const enum ck_format f, const uint8_t *quants, int o, int h, __m512i *even, __m512i *odd) {
  const __m512i low = _mm512_set1_epi32(0x0F0F0F0F);
  __m512i v = words_at(quants + o * 128 + 64 * h);
  *even = _mm512_and_si512(v, low);
  *odd = _mm512_and_si512(_mm512_srli_epi32(v, 4), low);
  if (has_fifth(f)) {
    const __m512i place = _mm512_set1_epi32(0x10101010);
    __m512i fifth = words_at(quants - 128 + 64 * h);
    *even = _mm512_or_si512(*even, _mm512_and_si512(_mm512_rorv_epi32(fifth, _mm512_set1_epi32(2 * o)), place));
    *odd = _mm512_or_si512(*odd, _mm512_and_si512(_mm512_rorv_epi32(fifth, _mm512_set1_epi32(2 * o + 1)), place));
  }
  if (f == CK_Q6_K) {
    const __m512i place = _mm512_set1_epi32(0x30303030);
    __m512i upper = words_at(quants - 256 + o / 2 * 128 + 64 * h);
    int slot = o % 2 * 2;
    *even = _mm512_or_si512(
        *even, _mm512_and_si512(_mm512_rorv_epi32(upper, _mm512_set1_epi32((2 * slot - 4) & 31)), place));
    *odd = _mm512_or_si512(
        *odd, _mm512_and_si512(_mm512_rorv_epi32(upper, _mm512_set1_epi32((2 * slot - 2) & 31)), place));
  }
}

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

INLINE void rounded_panel(const enum ck_format f, const int rows, const uint8_t *w, const uint8_t *next,
                          size_t inner, const group *x, size_t ldx, float *y, size_t ldy, size_t columns) {
  const int groups = is_super(f) ? 8 : 1, parts = f == CK_Q6_K ? 2 : 1;
  const size_t head = has_minimum(f) ? 128 : 64;
  const size_t before = f == CK_Q6_K ? 64 + 256 : (is_super(f) ? 64 : 0) + (has_fifth(f) ? 128 : 0);
  const size_t bytes = before + (f == CK_Q8_0 ? 1024 : 512), ahead = bytes + head / (size_t)groups;
  __m512 sums[TOGETHER][2];
  for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
  for (size_t k = 0; k < inner; w += head + (size_t)groups * bytes)
    for (int n = 0; n < groups; n++, k += GROUP, x++) {
      const uint8_t *own = w + head + (size_t)n * bytes, *quants = own + before;
      if (next) {
#pragma clang loop unroll(full)
        for (size_t line = 0; line < ahead; line += 64) __builtin_prefetch(next + line, 0, 2);
        next += ahead;
      }
#pragma clang loop unroll(full)
      for (int part = 0; part < parts; part++) {
        __m512i acc[TOGETHER][2];
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++)
          acc[r][0] = acc[r][1] = f == CK_Q8_0 ? _mm512_set1_epi32(-128 * (x[r * ldx].counts[0] + x[r * ldx].counts[1]))
                                               : _mm512_setzero_si512();
        if (f == CK_Q8_0) {
#pragma clang loop unroll(full)
          for (int four = 0; four < 8; four++) {
            __m512i a = words_at(quants + 128 * four), b = words_at(quants + 128 * four + 64);
#pragma clang loop unroll(full)
            for (int h = 0; h < 2; h++) {
              __m512i weights = _mm512_xor_si512(_mm512_permutex2var_epi8(a, words_at(turning[h]), b),
                                                 _mm512_set1_epi32((int)0x80808080));
#pragma clang loop unroll(full)
              for (int r = 0; r < rows; r++)
                acc[r][h] = _mm512_dpbusd_epi32(acc[r][h], weights, broadcast(x[r * ldx].plain + 4 * four));
            }
          }
        } else
#pragma clang loop unroll(full)
          for (int o = 4 / parts * part; o < 4 / parts * (part + 1); o++)
#pragma clang loop unroll(full)
            for (int h = 0; h < 2; h++) {
              __m512i even, odd;
              take_words(f, quants, o, h, &even, &odd);
#pragma clang loop unroll(full)
              for (int r = 0; r < rows; r++) {
                acc[r][h] = _mm512_dpbusd_epi32(acc[r][h], even, broadcast(x[r * ldx].paired + 8 * o));
                acc[r][h] = _mm512_dpbusd_epi32(acc[r][h], odd, broadcast(x[r * ldx].paired + 8 * o + 4));
              }
            }
#pragma clang loop unroll(full)
        for (int h = 0; h < 2; h++) {
          __m512 scale, least = _mm512_setzero_ps();
          take_levels(f, w, own, h, part, &scale, &least);
#pragma clang loop unroll(full)
          for (int r = 0; r < rows; r++) {
            const group *one = x + r * ldx;
            __m512 sum = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[r][h]), _mm512_set1_ps(one->scale));
            sums[r][h] = _mm512_fmadd_ps(scale, sum, sums[r][h]);
            if (f != CK_Q8_0)
              sums[r][h] = _mm512_fmadd_ps(least, _mm512_set1_ps(parts == 2 ? one->sums[part] : one->sum), sums[r][h]);
          }
        }
      }
    }
  for (int r = 0; r < rows; r++)
    for (int h = 0; h < 2; h++) {
      size_t left = columns > (size_t)(16 * h) ? columns - (size_t)(16 * h) : 0;
      __mmask16 some = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
      _mm512_mask_storeu_ps(y + (size_t)r * ldy + 16 * h, some, sums[r][h]);
    }
}

#define ROUNDED(format)                                                                                       \
  __attribute__((noinline)) static void rounded_##format(const ck_packed *p, size_t from, size_t to,          \
                                                         const group *x, float *y, size_t ldy, size_t rows) { \
    size_t ldx = p->inner / GROUP;                                                                            \
    for (size_t panel = from; panel < to; panel++) {                                                          \
      const uint8_t *w = p->bytes + panel * p->panel_bytes;                                                   \
      const uint8_t *next = panel + 1 < to || !p->next ? w + p->panel_bytes : p->next;                        \
      size_t columns = p->outputs - panel * CK_WIDE, row = 0;                                                 \
      float *out = y + panel * CK_WIDE;                                                                       \
      for (; row + 4 <= rows; row += 4, next = NULL)                                                          \
        rounded_panel(CK_##format, 4, w, next, p->inner, x + row * ldx, ldx, out + row * ldy, ldy, columns);  \
      for (; row + 2 <= rows; row += 2, next = NULL)                                                          \
        rounded_panel(CK_##format, 2, w, next, p->inner, x + row * ldx, ldx, out + row * ldy, ldy, columns);  \
      for (; row < rows; row++, next = NULL)                                                                  \
        rounded_panel(CK_##format, 1, w, next, p->inner, x + row * ldx, ldx, out + row * ldy, ldy, columns);  \
    }                                                                                                         \
  }
ROUNDED(Q4_0) ROUNDED(Q4_1) ROUNDED(Q5_0) ROUNDED(Q5_1) ROUNDED(Q8_0) ROUNDED(Q4_K) ROUNDED(Q5_K) ROUNDED(Q6_K)
#undef ROUNDED

void ck_rounded_multiply(const ck_packed *p, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows) {
#define ROUNDED(format) \
  case CK_##format: rounded_##format(p, from, to, x, y, ldy, rows); break;
  switch (p->format) {
    ROUNDED(Q4_0) ROUNDED(Q4_1) ROUNDED(Q5_0) ROUNDED(Q5_1) ROUNDED(Q8_0) ROUNDED(Q4_K) ROUNDED(Q5_K) ROUNDED(Q6_K)
    default: break;
  }
#undef ROUNDED
}
#pragma clang attribute pop
#else
int ck_rounded_supported(void) { return 0; }
int ck_rounded_takes(enum ck_format format) { return 0; }
size_t ck_rounded_bytes(size_t inner) { return 0; }
void ck_round_row(const float *x, size_t inner, void *to) {}
void ck_rounded_multiply(const ck_packed *p, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows) {}
#endif
