/* Products for new tokens with the CPU's own instruction for whole numbers of a byte:
   a row's numbers are rounded to sixteen bits, with a scale for each 32 of them, cut in
   two bytes, and both meet the weight's whole numbers as they lie in a panel (packing.c).
   Sums within a group are exact; groups are added in f32 in the order of k. So a row's
   result does not depend on how many rows there are, and reading the weights is what takes
   time: expanding each of them to f32 takes longer than memory does. */
#include "ckernels.h"

#if defined(__x86_64__)
#include "rounded.h"
#pragma clang attribute push(                                                                       \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma,f16c"))), \
    apply_to = function)

/* The largest such number: its high byte is 127, and so is its low one. */
#define MOST 32639.0f

int ck_rounded_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

size_t ck_rounded_bytes(size_t inner) { return inner / GROUP * sizeof(group); }

/* A group with a number that is not finite has the scale NaN. */
void ck_round_row(const float *x, size_t inner, void *to) {
  const __m512i sign = _mm512_set1_epi32(0x7FFFFFFF), half = _mm512_set1_epi32(128);
  group *g = to;
  for (size_t k = 0; k + GROUP <= inner; k += GROUP, g++) {
    __m512 x0 = _mm512_loadu_ps(x + k), x1 = _mm512_loadu_ps(x + k + 16);
    /* As whole numbers, among which NaN is the largest. */
    __m512i bits = _mm512_max_epi32(_mm512_and_si512(_mm512_castps_si512(x0), sign),
                                    _mm512_and_si512(_mm512_castps_si512(x1), sign));
    int32_t largest = _mm512_reduce_max_epi32(bits);
    float most;
    memcpy(&most, &largest, sizeof most);
    __m512 up = _mm512_set1_ps(most > 1e-30f && most < 3e38f ? MOST / most : 0);
    __m512i a = _mm512_cvtps_epi32(_mm512_mul_ps(x0, up)), b = _mm512_cvtps_epi32(_mm512_mul_ps(x1, up));
    _mm_storeu_si128((__m128i *)g->low, _mm512_cvtepi32_epi8(a));
    _mm_storeu_si128((__m128i *)(g->low + 16), _mm512_cvtepi32_epi8(b));
    _mm_storeu_si128((__m128i *)g->high, _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(a, half), 8)));
    _mm_storeu_si128((__m128i *)(g->high + 16), _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(b, half), 8)));
    g->scale = most <= 1e-30f ? 0 : most < 3e38f ? most / MOST : __builtin_nanf("");
    g->halves[0] = _mm512_reduce_add_epi32(a);
    g->halves[1] = _mm512_reduce_add_epi32(b);
    g->whole = g->halves[0] + g->halves[1];
    const __m512i none = _mm512_setzero_si512();
    g->above = _mm512_reduce_add_epi32(_mm512_add_epi32(_mm512_max_epi32(a, none), _mm512_max_epi32(b, none)));
    g->sum = g->scale * (float)g->whole;
  }
}

int ck_rounded_takes(enum ck_format format) { return format >= CK_Q4_0; }

INLINE int is_super(const enum ck_format f) { return f == CK_Q4_K || f == CK_Q5_K || f == CK_Q6_K; }
INLINE int has_fifth(const enum ck_format f) { return f == CK_Q5_0 || f == CK_Q5_1 || f == CK_Q5_K; }
INLINE int has_minimum(const enum ck_format f) {
  return f == CK_Q4_1 || f == CK_Q5_1 || f == CK_Q4_K || f == CK_Q5_K;
}

/* What a format's whole numbers are taken less. */
INLINE int32_t offset(const enum ck_format f) {
  return f == CK_Q4_0 ? 8 : f == CK_Q5_0 ? 16 : f == CK_Q6_K ? 32 : f == CK_Q8_0 ? 128 : 0;
}

/* What part `h` of a panel is multiplied with, and what is added, in a half of a group. */
INLINE void take_levels(const enum ck_format f, const uint8_t *head, const uint8_t *own, int h, int half,
                        __m512 *scale, __m512 *least) {
  __m512 d = halves_at(head + 32 * h);
  *scale = d;
  if (f == CK_Q4_1 || f == CK_Q5_1) *least = halves_at(head + 64 + 32 * h);
  if (f == CK_Q4_K || f == CK_Q5_K) {
    *scale = _mm512_mul_ps(d, bytes_at(own + 16 * h));
    *least = _mm512_mul_ps(_mm512_sub_ps(_mm512_setzero_ps(), halves_at(head + 64 + 32 * h)),
                           bytes_at(own + 32 + 16 * h));
  }
  if (f == CK_Q6_K) *scale = _mm512_mul_ps(d, signed_at(own + 32 * half + 16 * h));
}

/* Octet `o`'s whole numbers of part `h`: the first four, the last four. */
INLINE void take_words(const enum ck_format f, const uint8_t *quants, int o, int h, __m512i *first, __m512i *last) {
  const __m512i nibbles = _mm512_set1_epi32(0x0F0F0F0F);
  __m512i v = words_at(quants + o * 128 + 64 * h);
  *first = _mm512_and_si512(v, nibbles);
  *last = _mm512_and_si512(_mm512_srli_epi32(v, 4), nibbles);
  if (has_fifth(f)) {
    const __m512i place = _mm512_set1_epi32(0x10101010);
    __m512i fifth = words_at(quants - 128 + 64 * h);
    *first = _mm512_or_si512(*first, _mm512_and_si512(_mm512_rorv_epi32(fifth, _mm512_set1_epi32(2 * o)), place));
    *last = _mm512_or_si512(*last, _mm512_and_si512(_mm512_rorv_epi32(fifth, _mm512_set1_epi32(2 * o + 1)), place));
  }
  if (f == CK_Q6_K) {
    const __m512i place = _mm512_set1_epi32(0x30303030);
    __m512i upper = words_at(quants - 256 + o / 2 * 128 + 64 * h);
    int slot = o % 2 * 4;
    *first = _mm512_or_si512(
        *first, _mm512_and_si512(_mm512_rorv_epi32(upper, _mm512_set1_epi32((slot - 4) & 31)), place));
    *last = _mm512_or_si512(
        *last, _mm512_and_si512(_mm512_rorv_epi32(upper, _mm512_set1_epi32((slot - 2) & 31)), place));
  }
}

INLINE void rounded_panel(const enum ck_format f, const int rows, const uint8_t *w, const uint8_t *next,
                          size_t inner, const group *x, size_t ldx, float *y, size_t ldy, size_t columns) {
  const int groups = is_super(f) ? 8 : 1, parts = f == CK_Q6_K ? 2 : 1;
  const size_t head = has_minimum(f) ? 128 : 64;
  const size_t before = f == CK_Q6_K ? 64 + 256 : (is_super(f) ? 64 : 0) + (has_fifth(f) ? 128 : 0);
  const size_t bytes = before + (f == CK_Q8_0 ? 1024 : 512), ahead = (bytes + head / (size_t)groups) / 4;
  __m512 sums[TOGETHER][2];
  for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
  for (size_t k = 0; k < inner; w += head + (size_t)groups * bytes)
    for (int n = 0; n < groups; n++, k += GROUP, x++) {
      const uint8_t *own = w + head + (size_t)n * bytes, *quants = own + before;
      UNROLLED for (int part = 0; part < parts; part++) {
        counters c = {0};
        UNROLLED for (int o = 4 / parts * part; o < 4 / parts * (part + 1); o++) {
          /* What is read after this panel, a little at a time: a core waits for only so many lines at once. */
          if (next) {
            UNROLLED for (size_t line = 0; line < ahead; line += 64) __builtin_prefetch(next + line, 0, 2);
            next += ahead;
          }
          if (f == CK_Q8_0)
            UNROLLED for (int four = 2 * o; four < 2 * o + 2; four++) {
              __m512i a = words_at(quants + 128 * four), b = words_at(quants + 128 * four + 64);
              UNROLLED for (int h = 0; h < 2; h++)
                count(&c, rows, h, _mm512_xor_si512(_mm512_permutex2var_epi8(a, words_at(turning[h]), b),
                                                    _mm512_set1_epi32((int)0x80808080)), x, ldx, 4 * four);
            }
          else
            UNROLLED for (int h = 0; h < 2; h++) {
              __m512i first, last;
              take_words(f, quants, o, h, &first, &last);
              count(&c, rows, h, first, x, ldx, 8 * o);
              count(&c, rows, h, last, x, ldx, 8 * o + 4);
            }
        }
        UNROLLED for (int h = 0; h < 2; h++) {
          __m512 scale, least = _mm512_setzero_ps();
          take_levels(f, w, own, h, part, &scale, &least);
          UNROLLED for (int r = 0; r < rows; r++) {
            const group *one = x + r * ldx;
            __m512i whole = _mm512_add_epi32(_mm512_slli_epi32(c.high[r][h], 8), c.low[r][h]);
            if (offset(f))
              whole = _mm512_sub_epi32(
                  whole, _mm512_set1_epi32(offset(f) * (parts == 2 ? one->halves[part] : one->whole)));
            __m512 sum = _mm512_mul_ps(_mm512_cvtepi32_ps(whole), _mm512_set1_ps(one->scale));
            sums[r][h] = _mm512_fmadd_ps(scale, sum, sums[r][h]);
            if (has_minimum(f)) sums[r][h] = _mm512_fmadd_ps(least, _mm512_set1_ps(one->sum), sums[r][h]);
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
