/* Operands of sixteen-bit blocks, laid out for block16.c.

   Along k a panel of b has one scale for 64 steps and all its columns. Where its
   rows have scales of their own the numbers are multiplied down to the largest,
   rounded to the nearest: at most a unit in the last place of the largest number. */
#include "block16.h"
#include <math.h>
#include <string.h>

/* The largest number there is: 64 products of two of them fit into 32 bits. */
#define MOST 5792.0f

static inline float largest(const float *x, size_t n, uint32_t most) {
  /* Numbers without their sign are ordered as their bits are, and a NaN is the largest. */
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, 4);
    bits &= 0x7FFFFFFF;
    most = bits > most ? bits : most;
  }
  float value;
  memcpy(&value, &most, 4);
  return value;
}

void ck_block16_panels(const float *rows, size_t step, size_t outputs, size_t inner, int16_t *to, float *scales) {
  size_t panel = (inner + CK16_BLOCK - 1) / CK16_BLOCK * CK16_BLOCK * CK16_PANEL;
  for (size_t from = 0; from < inner; from += CK16_BLOCK, to += CK16_BLOCK * CK16_PANEL) {
    size_t width = inner - from < CK16_BLOCK ? inner - from : CK16_BLOCK;
    float most = 0;
    for (size_t r = 0; r < outputs; r++) {
      uint32_t before;
      memcpy(&before, &most, 4);
      most = largest(rows + r * step + from, width, before);
    }
    float up = most < 1e-28f ? 0 : MOST / most;
    *scales++ = most < 1e-28f ? 0 : most < 3e38f ? most * (1 / MOST) : NAN;
    for (size_t r = 0; r < outputs; r++) {
      int16_t *line = to + r / CK16_PANEL * panel + r % CK16_PANEL * 2;
      for (size_t k = 0; k < width; k++) {
        float shifted = rows[r * step + from + k] * up + 12582912.0f;
        uint32_t bits;
        memcpy(&bits, &shifted, 4);
        line[k / 2 * 2 * CK16_PANEL + k % 2] = (int16_t)bits;
      }
    }
  }
}

void ck_block16_panel_row(const ck_block16 *panels, size_t row, size_t inner, float *to) {
  const int16_t *line = panels->numbers + row / CK16_PANEL * panels->step + row % CK16_PANEL * 2;
  const float *scales = panels->scales + row / CK16_BLOCK * panels->scale_step;
  for (size_t k = 0; k < inner; k++)
    to[k] = (float)line[k / 2 * 2 * CK16_PANEL + k % 2] * scales[k / CK16_BLOCK];
}

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

static inline __mmask32 first(size_t n) { return n >= 32 ? ~(__mmask32)0 : ((__mmask32)1 << n) - 1; }

/* One scale for the blocks of up to 64 rows, and in how many 32768ths of it each is. */
static inline float common(const float *scales, size_t step, size_t count, int16_t *factors) {
  float own[CK16_BLOCK];
  for (size_t i = 0; i < count; i++) own[i] = scales[i * step];
  float all = largest(own, count, 0), up = all > 0 ? 32768.0f / all : 0;
  for (size_t i = 0; i < count; i++) {
    float factor = own[i] * up;
    factors[i] = factor < 32767 ? (int16_t)(factor + 0.5f) : (int16_t)32767;
  }
  return all;
}

static inline __m512i scaled(const int16_t *from, __mmask32 mask, int16_t factor) {
  return _mm512_mulhrs_epi16(_mm512_maskz_loadu_epi16(mask, from), _mm512_set1_epi16(factor));
}

/* Sixteen columns by sixteen pairs of k, from rows that are columns, turned. */
static inline void turn(const int16_t *b, size_t step, size_t columns, size_t inner, const int16_t *factors,
                        uint32_t *to) {
  __m512i x[16], y[16];
  __mmask32 mask = first(inner);
  for (size_t j = 0; j < 16; j++) x[j] = j < columns ? scaled(b + j * step, mask, factors[j]) : _mm512_setzero_si512();
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
  for (size_t k = 0; k < 16; k++) _mm512_storeu_si512(to + k * CK16_PANEL, x[k]);
}

/* Rows of b stand as columns. */
static float turned_tile(const ck_block16 *b, size_t from, size_t inner, size_t column, size_t width, uint32_t *to) {
  int16_t factors[CK16_BLOCK] = {0};
  size_t at = b->column + from;
  float scale = common(b->scales + column * b->scale_step + at / CK16_BLOCK, b->scale_step, width, factors);
  const int16_t *numbers = b->numbers + column * b->step + at;
  for (size_t half = 0; half < CK16_PANEL; half += 16)
    for (size_t k = 0; k < CK16_BLOCK; k += 32)
      turn(numbers + half * b->step + k, b->step, width > half ? width - half : 0, inner > k ? inner - k : 0,
           factors + half, to + k / 2 * CK16_PANEL + half);
  return scale;
}

/* Rows of b are steps of k. */
static float plain_tile(const ck_block16 *b, size_t from, size_t inner, size_t column, size_t width, uint32_t *to) {
  static const uint16_t low[32] = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                   8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  int16_t factors[CK16_BLOCK];
  size_t at = b->column + column;
  float scale = common(b->scales + from * b->scale_step + at / CK16_BLOCK, b->scale_step, inner, factors);
  const int16_t *row = b->numbers + from * b->step + at;
  __mmask32 mask = first(width);
  __m512i lows = _mm512_loadu_si512(low), highs = _mm512_add_epi16(lows, _mm512_set1_epi16(16));
  for (size_t k = 0; k < CK16_BLOCK; k += 2, row += 2 * b->step, to += CK16_PANEL) {
    __m512i even = k < inner ? scaled(row, mask, factors[k]) : _mm512_setzero_si512();
    __m512i odd = k + 1 < inner ? scaled(row + b->step, mask, factors[k + 1]) : _mm512_setzero_si512();
    _mm512_storeu_si512(to, _mm512_permutex2var_epi16(even, lows, odd));
    _mm512_storeu_si512(to + 16, _mm512_permutex2var_epi16(even, highs, odd));
  }
  return scale;
}

/* Eight by eight pairs of words, turned. */
static inline void turn_eight(const __m512i *x, uint32_t *to) {
  for (int odd = 0; odd < 2; odd++) {
    __m512i y[4];
    for (int j = 0; j < 4; j++)
      y[j] = odd ? _mm512_unpackhi_epi64(x[2 * j], x[2 * j + 1]) : _mm512_unpacklo_epi64(x[2 * j], x[2 * j + 1]);
    __m512i ab = _mm512_shuffle_i32x4(y[0], y[1], 0x88), cd = _mm512_shuffle_i32x4(y[2], y[3], 0x88);
    __m512i ef = _mm512_shuffle_i32x4(y[0], y[1], 0xdd), gh = _mm512_shuffle_i32x4(y[2], y[3], 0xdd);
    _mm512_storeu_si512(to + (0 + odd) * CK16_PANEL, _mm512_shuffle_i32x4(ab, cd, 0x88));
    _mm512_storeu_si512(to + (2 + odd) * CK16_PANEL, _mm512_shuffle_i32x4(ef, gh, 0x88));
    _mm512_storeu_si512(to + (4 + odd) * CK16_PANEL, _mm512_shuffle_i32x4(ab, cd, 0xdd));
    _mm512_storeu_si512(to + (6 + odd) * CK16_PANEL, _mm512_shuffle_i32x4(ef, gh, 0xdd));
  }
}

/* Panels of rows that are steps of k: two panels of 32 rows, half of a block of each. */
static float panel_tile(const ck_block16 *b, size_t from, size_t inner, size_t column, uint32_t *to) {
  const __m512i halves = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15));
  size_t at = b->column + column;
  for (size_t k = 0; k < CK16_BLOCK; k += 16) {
    const uint32_t *words =
        (const uint32_t *)(b->numbers + (from + k) / CK16_PANEL * b->step) + at / 2 * CK16_PANEL + k % CK16_PANEL;
    for (int j = 0; j < 16; j++) /* the same rows of the next block */
      _mm_prefetch((const char *)(words + b->step + j * CK16_PANEL), _MM_HINT_T0);
    for (int right = 0; right < 2; right++) {
      __m512i x[8];
      for (int j = 0; j < 8; j++)
        x[j] = k < inner ? _mm512_shuffle_epi8(_mm512_loadu_si512(words + (8 * right + j) * CK16_PANEL), halves)
                         : _mm512_setzero_si512();
      turn_eight(x, to + k / 2 * CK16_PANEL + 16 * right);
    }
  }
  return b->scales[from / CK16_BLOCK * b->scale_step + at / CK16_BLOCK];
}

void ck16_pack_right(const ck_block16 *b, enum ck_block16_form form, size_t from, size_t inner, size_t column,
                     size_t width, uint32_t *to, float *scales) {
  for (size_t k = 0; k < inner; k += CK16_BLOCK, to += CK16_BLOCK / 2 * CK16_PANEL) {
    size_t some = inner - k < CK16_BLOCK ? inner - k : CK16_BLOCK;
    if (form == CK16_ROWS) *scales++ = plain_tile(b, from + k, some, column, width, to);
    else if (form == CK16_ROWS_TURNED) *scales++ = turned_tile(b, from + k, some, column, width, to);
    else *scales++ = panel_tile(b, from + k, some, column, to);
  }
}

void ck16_pack_left(const ck_block16 *a, size_t row, size_t rows, size_t from, size_t inner, uint32_t *to,
                    float *scales) {
  enum { PAIRS = CK16_BLOCK / 2, LINE = 384 + 32 };
  uint32_t lines[PAIRS * LINE];
  size_t tile = (inner + CK16_BLOCK - 1) / CK16_BLOCK * PAIRS * CK16_TILE;
  for (size_t k = 0; k < inner; k += CK16_BLOCK, scales += rows, to += PAIRS * CK16_TILE) {
    size_t some = inner - k < CK16_BLOCK ? inner - k : CK16_BLOCK;
    for (size_t r = 0; r < rows; r += CK16_PANEL) {
      size_t width = rows - r < CK16_PANEL ? rows - r : CK16_PANEL;
      uint32_t square[PAIRS * CK16_PANEL];
      float scale = plain_tile(a, from + k, some, row + r, width, square);
      for (size_t i = 0; i < width; i++) scales[r + i] = scale;
      for (size_t i = 0; i < PAIRS; i++) memcpy(lines + i * LINE + r, square + i * CK16_PANEL, 4 * CK16_PANEL);
    }
    for (size_t r = 0; r < rows; r += CK16_TILE)
      for (size_t i = 0; i < PAIRS; i++)
        _mm512_mask_storeu_epi32(to + r / CK16_TILE * tile + i * CK16_TILE, (__mmask16)0xFFF,
                                 _mm512_loadu_si512(lines + i * LINE + r));
  }
}

#pragma clang attribute pop
#endif
