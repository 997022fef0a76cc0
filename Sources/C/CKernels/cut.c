/* A weight of whole numbers of eight bits, cut in two for a head of a hundred thousand rows
   and more, of which only the largest results are wanted: a panel's upper five bits with
   their scales, and its lower three, each of them in one piece.

   From the upper bits and a row of x follows a limit that no result exceeds: where x is
   above zero the lower bits are taken for seven, elsewhere for none. Whole numbers are
   exact, and rounding to f32 keeps the order of what is rounded, as long as what both are
   multiplied with is not below zero: so the limit, computed like the result, group by group,
   is no smaller than the result as it is computed, to the last bit. */
#include "ckernels.h"

#if defined(__x86_64__)
#include "rounded.h"
#pragma clang attribute push(                                                                       \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi,avx2,fma,f16c"))), \
    apply_to = function)

/* A group's upper part: 32 scales, the fifth bits, the nibbles; its lower part. */
enum { SCALES = 64, FIFTH = 128, UPPER = SCALES + FIFTH + 512, LOWER = 384, PLAIN = SCALES + 1024 };

size_t ck_cut_upper_bytes(size_t inner) { return inner / GROUP * UPPER; }
size_t ck_cut_lower_bytes(size_t inner) { return inner / GROUP * LOWER; }

int ck_cut_takes(const void *blocks, size_t count) {
  const uint8_t *b = blocks;
  uint16_t worst = 0;
  for (size_t i = 0; i < count; i++, b += 34) {
    uint16_t scale;
    memcpy(&scale, b, 2);
    worst = scale > worst ? scale : worst;
  }
  return worst < 0x7C00;
}

INLINE __m512i moved(__m512i v, int left) {
  return left >= 0 ? _mm512_slli_epi32(v, (unsigned)left) : _mm512_srli_epi32(v, (unsigned)-left);
}
INLINE __m512i bits(__m512i v, int from, int to, int mask) {
  return _mm512_and_si512(moved(v, to - from), _mm512_set1_epi32((int)((unsigned)mask * 0x01010101u)));
}

/* Four numbers of each of 16 rows, above 128 of what they are: `last` says which of an octet's. */
INLINE __m512i whole_words(const uint8_t *plain, int o, int h, int last) {
  const uint8_t *at = plain + 128 * (2 * o + last);
  return _mm512_xor_si512(_mm512_permutex2var_epi8(words_at(at), words_at(turning[h]), words_at(at + 64)),
                          _mm512_set1_epi32((int)0x80808080));
}

void ck_cut_panel(const void *panel, size_t inner, void *upper, void *lower) {
  const uint8_t *from = panel;
  uint8_t *u = upper, *l = lower;
  for (size_t k = 0; k < inner; k += GROUP, from += PLAIN, u += UPPER, l += LOWER) {
    memcpy(u, from, SCALES);
    for (int h = 0; h < 2; h++) {
      __m512i fifth = _mm512_setzero_si512(), lowest = fifth, pairs[2] = {fifth, fifth};
      UNROLLED for (int o = 0; o < 4; o++) {
        __m512i a = whole_words(from + SCALES, o, h, 0), b = whole_words(from + SCALES, o, h, 1);
        _mm512_storeu_si512(u + SCALES + FIFTH + 128 * o + 64 * h,
                            _mm512_or_si512(bits(a, 3, 0, 0x0F), bits(b, 3, 4, 0xF0)));
        fifth = _mm512_or_si512(fifth, _mm512_or_si512(bits(a, 7, 2 * o, 1 << 2 * o), bits(b, 7, 2 * o + 1, 2 << 2 * o)));
        lowest = _mm512_or_si512(lowest, _mm512_or_si512(bits(a, 0, 2 * o, 1 << 2 * o), bits(b, 0, 2 * o + 1, 2 << 2 * o)));
        int at = o % 2 * 4;
        pairs[o / 2] = _mm512_or_si512(
            pairs[o / 2], _mm512_or_si512(bits(a, 1, at, 3 << at), bits(b, 1, at + 2, 12 << at)));
      }
      _mm512_storeu_si512(u + SCALES + 64 * h, fifth);
      _mm512_storeu_si512(l + 192 * h, pairs[0]);
      _mm512_storeu_si512(l + 192 * h + 64, pairs[1]);
      _mm512_storeu_si512(l + 192 * h + 128, lowest);
    }
  }
}

/* The upper five bits of an octet's first four numbers or last. */
INLINE __m512i upper_words(const uint8_t *u, int o, int h, int last) {
  __m512i nibbles = words_at(u + SCALES + FIFTH + 128 * o + 64 * h), fifth = words_at(u + SCALES + 64 * h);
  return _mm512_or_si512(bits(nibbles, 4 * last, 0, 0x0F), bits(fifth, 2 * o + last, 4, 0x10));
}

INLINE __m512i joined_words(const uint8_t *u, const uint8_t *l, int o, int h, int last) {
  __m512i pairs = words_at(l + 192 * h + o / 2 * 64), lowest = words_at(l + 192 * h + 128);
  return _mm512_or_si512(_mm512_slli_epi32(upper_words(u, o, h, last), 3),
                         _mm512_or_si512(bits(pairs, o % 2 * 4 + 2 * last, 1, 0x06), bits(lowest, 2 * o + last, 0, 0x01)));
}

void ck_cut_join(const ck_cut *w, size_t panel, void *to) {
  const uint8_t *u = w->upper + panel * ck_cut_upper_bytes(w->inner), *l = w->lower + panel * ck_cut_lower_bytes(w->inner);
  uint8_t *p = to, back[2][64];
  for (int k = 0; k < 4; k++)
    for (int row = 0; row < CK_WIDE; row++) back[k / 2][k % 2 * CK_WIDE + row] = (uint8_t)(row / 16 * 64 + row % 16 * 4 + k);
  for (size_t k = 0; k < w->inner; k += GROUP, p += PLAIN, u += UPPER, l += LOWER) {
    memcpy(p, u, SCALES);
    UNROLLED for (int four = 0; four < 8; four++) {
      const __m512i sign = _mm512_set1_epi32((int)0x80808080);
      __m512i a = _mm512_xor_si512(joined_words(u, l, four / 2, 0, four % 2), sign);
      __m512i b = _mm512_xor_si512(joined_words(u, l, four / 2, 1, four % 2), sign);
      for (int part = 0; part < 2; part++)
        _mm512_storeu_si512(p + SCALES + 128 * four + 64 * part, _mm512_permutex2var_epi8(a, words_at(back[part]), b));
    }
  }
}

/* A panel's results of some rows, or limits of them. */
INLINE void cut_panel(const int limits, const int rows, const uint8_t *u, const uint8_t *l, size_t inner,
                      const group *x, size_t ldx, __m512 (*sums)[2]) {
  for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
  const size_t ahead = inner / GROUP * UPPER;
  for (size_t k = 0; k < inner; k += GROUP, x++, u += UPPER, l += LOWER) {
    counters c = {0};
    UNROLLED for (int o = 0; o < 4; o++) {
      if (limits) UNROLLED for (size_t line = 0; line < UPPER / 4; line += 64)
        __builtin_prefetch(u + ahead + (size_t)o * (UPPER / 4) + line, 0, 2);
      UNROLLED for (int h = 0; h < 2; h++)
        UNROLLED for (int last = 0; last < 2; last++)
          count(&c, rows, h, limits ? upper_words(u, o, h, last) : joined_words(u, l, o, h, last), x, ldx, 8 * o + 4 * last);
    }
    UNROLLED for (int h = 0; h < 2; h++) {
      __m512 scale = halves_at(u + 32 * h);
      UNROLLED for (int r = 0; r < rows; r++) {
        const group *one = x + (size_t)r * ldx;
        __m512i whole = _mm512_add_epi32(_mm512_slli_epi32(c.high[r][h], 8), c.low[r][h]);
        int32_t rest = -128 * one->whole;
        if (limits) whole = _mm512_slli_epi32(whole, 3), rest += 7 * one->above;
        __m512 sum = _mm512_cvtepi32_ps(_mm512_add_epi32(whole, _mm512_set1_epi32(rest)));
        sums[r][h] = _mm512_fmadd_ps(scale, _mm512_mul_ps(sum, _mm512_set1_ps(one->scale)), sums[r][h]);
      }
    }
  }
}

INLINE void cut_panels(const int limits, const int rows, const ck_cut *w, size_t panel, const group *x, float *y, size_t ldy) {
  __m512 sums[TOGETHER][2];
  const size_t ldx = w->inner / GROUP, columns = w->outputs - panel * CK_WIDE;
  cut_panel(limits, rows, w->upper + panel * ck_cut_upper_bytes(w->inner),
            w->lower + panel * ck_cut_lower_bytes(w->inner), w->inner, x, ldx, sums);
  for (int r = 0; r < rows; r++)
    if (limits) y[(size_t)r * ldy + panel] = _mm512_reduce_max_ps(_mm512_max_ps(sums[r][0], sums[r][1]));
    else
      for (int h = 0; h < 2; h++) {
        size_t left = columns > (size_t)(16 * h) ? columns - (size_t)(16 * h) : 0;
        __mmask16 some = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
        _mm512_mask_storeu_ps(y + (size_t)r * ldy + panel * CK_WIDE + 16 * h, some, sums[r][h]);
      }
}

#define CUT(name, limits)                                                                                          \
  void name(const ck_cut *w, size_t from, size_t to, const void *rounded, float *y, size_t ldy, size_t rows) {      \
    const group *x = rounded;                                                                                      \
    const size_t ldx = w->inner / GROUP;                                                                           \
    for (size_t panel = from; panel < to; panel++) {                                                               \
      size_t row = 0;                                                                                              \
      for (; row + 4 <= rows; row += 4) cut_panels(limits, 4, w, panel, x + row * ldx, y + row * ldy, ldy);        \
      for (; row < rows; row++) cut_panels(limits, 1, w, panel, x + row * ldx, y + row * ldy, ldy);                \
    }                                                                                                              \
  }
CUT(ck_cut_multiply, 0)
CUT(ck_cut_limits, 1)
#undef CUT
#pragma clang attribute pop
#else
size_t ck_cut_upper_bytes(size_t inner) { return 0; }
size_t ck_cut_lower_bytes(size_t inner) { return 0; }
int ck_cut_takes(const void *blocks, size_t count) { return 0; }
void ck_cut_panel(const void *panel, size_t inner, void *upper, void *lower) {}
void ck_cut_join(const ck_cut *w, size_t panel, void *to) {}
void ck_cut_multiply(const ck_cut *w, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows) {}
void ck_cut_limits(const ck_cut *w, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows) {}
#endif
