/* Products of matrices whose numbers are sixteen bits with a scale for every 64
   of them, on one thread.

   A scale and 64 whole numbers of thirteen bits stand for 64 numbers; what is
   lost is about an eighth of what bf16 loses. 64 products of two such numbers
   fit into 32 bits, so the sum over a block is exact, whatever its order; it is
   then multiplied with the scales of both sides and added up in f32, block after
   block. A number of the result is begun with what c holds and depends on its own
   row of a, and on its panel of 32 columns of b, alone: cutting rows, columns (at
   multiples of 32) or k (at multiples of 64) changes no bit. */
#include "block16.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)

enum { COLUMNS = 1024, INNER = 2048, LEFT_BYTES = 384 << 10 };

int ck_block16_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static inline __mmask16 first(size_t n) { return (__mmask16)(n >= 16 ? 0xFFFF : (1u << n) - 1); }

static inline __m512i pair_of(const uint8_t *p) {
  int32_t both;
  memcpy(&both, p, 4);
  return _mm512_set1_epi32(both);
}

/* By name: LLVM turns the intrinsic into a multiplication and an addition, which is
   what some CPUs like better, and costs a fifth of the speed where it is not. */
static inline __m512i multiplied_and_added(__m512i sum, __m512i x, __m512i y) {
  __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(y));
  return sum;
}

/* One of the products that are summed in a tile. Rows of a are `step` bytes
   apart, its pairs of k `next` bytes, tiles of rows `tile` bytes; its scales
   `scale_row` and `scale_block` numbers. What comes `ahead` words behind b is
   fetched meanwhile: the next panel, where that lies in memory and not near. */
typedef struct {
  const uint8_t *a;
  size_t step, next, tile;
  const float *scales;
  size_t scale_row, scale_block;
  const uint32_t *b;
  const float *b_scales;
  size_t inner, ahead;
} term;

/* A panel of which no more than sixteen columns are wanted is multiplied by half:
   a common rank is sixteen. */
#define PAIR(sum)                                                          \
  {                                                                        \
    __m512i x = _mm512_loadu_si512(b), y = _mm512_loadu_si512(b + 16);     \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {    \
      __m512i z = pair_of(thirds[r / 3] + r % 3 * step);                   \
      low[r] = sum(low[r], z, x);                                          \
      if (whole) high[r] = sum(high[r], z, y);                             \
    }                                                                      \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < CK16_TILE / 3; i++) thirds[i] += t->next; \
    b += CK16_PANEL;                                                       \
  }
#define BEGIN(sum, x, y) _mm512_madd_epi16(x, y)
#define GO_ON(sum, x, y) multiplied_and_added(sum, x, y)

__attribute__((always_inline)) static inline void add_term(const int rows, const int whole, const term *t,
                                                           float (*sums)[CK16_PANEL]) {
  /* Three rows from each pointer: an instruction reaches once and twice a step. */
  const size_t step = t->step;
  const uint8_t *thirds[CK16_TILE / 3];
#pragma clang loop unroll(full)
  for (int i = 0; i < CK16_TILE / 3; i++) thirds[i] = t->a + 3 * i * step;
  const uint32_t *b = t->b;
  for (size_t from = 0, block = 0; from < t->inner; from += CK16_BLOCK, block++) {
    size_t left = t->inner - from, pairs = left < CK16_BLOCK ? (left + 1) / 2 : CK16_BLOCK / 2;
    __m512i low[CK16_TILE], high[CK16_TILE];
    PAIR(BEGIN)
#pragma clang loop unroll(disable)
    for (size_t k = 1; k < pairs; k++) {
      _mm_prefetch((const char *)(b + t->ahead), _MM_HINT_T1);
      _mm_prefetch((const char *)(b + t->ahead + 16), _MM_HINT_T1);
      PAIR(GO_ON)
    }
    __m512 panel = _mm512_set1_ps(t->b_scales[block]);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      __m512 scale = _mm512_mul_ps(panel, _mm512_set1_ps(t->scales[r * t->scale_row + block * t->scale_block]));
      float *s = sums[r];
      _mm512_store_ps(s, _mm512_fmadd_ps(_mm512_cvtepi32_ps(low[r]), scale, _mm512_load_ps(s)));
      if (whole)
        _mm512_store_ps(s + 16, _mm512_fmadd_ps(_mm512_cvtepi32_ps(high[r]), scale, _mm512_load_ps(s + 16)));
    }
  }
}

/* A tile of c: the first term, and the second where there is one. */
__attribute__((always_inline)) static inline void tile(const int rows, const int whole, const term *terms, int count,
                                                       float *c, size_t ldc, size_t columns, int adds) {
  float sums[CK16_TILE][CK16_PANEL] __attribute__((aligned(64)));
  __mmask16 left = first(columns), right = columns > 16 ? first(columns - 16) : 0;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    _mm512_store_ps(sums[r], adds ? _mm512_maskz_loadu_ps(left, c + r * ldc) : _mm512_setzero_ps());
    if (whole)
      _mm512_store_ps(sums[r] + 16, adds ? _mm512_maskz_loadu_ps(right, c + r * ldc + 16) : _mm512_setzero_ps());
  }
  for (int i = 0; i < count; i++) add_term(rows, whole, &terms[i], sums);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    _mm512_mask_storeu_ps(c + r * ldc, left, _mm512_load_ps(sums[r]));
    if (whole) _mm512_mask_storeu_ps(c + r * ldc + 16, right, _mm512_load_ps(sums[r] + 16));
  }
}

__attribute__((always_inline)) static inline void tiles(const int whole, term *terms, int count, float *c, size_t ldc,
                                                        size_t rows, size_t columns, int adds) {
  for (; rows >= CK16_TILE; rows -= CK16_TILE, c += CK16_TILE * ldc) {
    tile(CK16_TILE, whole, terms, count, c, ldc, columns, adds);
    for (int i = 0; i < count; i++) terms[i].a += terms[i].tile, terms[i].scales += CK16_TILE * terms[i].scale_row;
  }
#define REST(n) \
  case n: tile(n, whole, terms, count, c, ldc, columns, adds); break;
  switch (rows) { REST(1) REST(2) REST(3) REST(4) REST(5) REST(6) REST(7) REST(8) REST(9) REST(10) REST(11) }
#undef REST
}

static void rows_by_panel(term *terms, int count, float *c, size_t ldc, size_t rows, size_t columns, int adds) {
  if (columns > 16) tiles(1, terms, count, c, ldc, rows, columns, adds);
  else tiles(0, terms, count, c, ldc, rows, columns, adds);
}

/* Some columns of b in panels, one after the other, and their scales. */
typedef struct {
  const uint32_t *words;
  size_t panel;
  const float *scales;
} right;

static right right_at(const right *panels, size_t panel, size_t blocks) {
  return (right){panels->words + panel * panels->panel, 0, panels->scales + panel * blocks};
}

/* Words of a panel of so many steps of k. */
static inline size_t panel_words(size_t inner) {
  return (inner + CK16_BLOCK - 1) / CK16_BLOCK * (CK16_BLOCK / 2) * CK16_PANEL;
}

static inline size_t blocks_of(size_t inner) { return (inner + CK16_BLOCK - 1) / CK16_BLOCK; }

static term left_term(const ck_block16 *a, size_t row, size_t from, size_t inner) {
  return (term){
      .a = (const uint8_t *)(a->numbers + row * a->step + a->column + from), .step = 2 * a->step, .next = 4,
      .tile = 2 * CK16_TILE * a->step, .scales = a->scales + row * a->scale_step + (a->column + from) / CK16_BLOCK,
      .scale_row = a->scale_step, .scale_block = 1, .inner = inner};
}

/* Steps of k from `from` on, at most INNER of them; where they are the last the
   second pair of operands comes too. */
static void block(const ck_block16_product *p, size_t from, uint32_t *left, float *left_scales, uint32_t *room,
                  float *room_scales) {
  size_t inner = p->inner - from < INNER ? p->inner - from : INNER, blocks = blocks_of(inner);
  size_t more = from + inner == p->inner ? p->inner2 : 0;
  size_t space = LEFT_BYTES / (2 * (inner + more)) / 96 * 96, height = space < 96 ? 96 : space > 384 ? 384 : space;
  for (size_t columns = 0; columns < p->columns; columns += COLUMNS) {
    size_t width = p->columns - columns < COLUMNS ? p->columns - columns : COLUMNS;
    size_t panels = (width + CK16_PANEL - 1) / CK16_PANEL;
    right b = {room, panel_words(inner), room_scales}, b2 = {room + panels * b.panel, panel_words(more), NULL};
    b2.scales = room_scales + panels * blocks;
    for (size_t j = 0; j < panels; j++) {
      size_t some = width - j * CK16_PANEL < CK16_PANEL ? width - j * CK16_PANEL : CK16_PANEL;
      size_t at = columns + j * CK16_PANEL;
      if (p->b_form != CK16_PANELS_TURNED)
        ck16_pack_right(&p->b, p->b_form, from, inner, at, some, room + j * b.panel, room_scales + j * blocks);
      if (more)
        ck16_pack_right(&p->b2, p->b2_form, 0, more, at, some, room + panels * b.panel + j * b2.panel,
                        room_scales + panels * blocks + j * blocks_of(more));
    }
    for (size_t row = 0; row < p->rows; row += height) {
      size_t rows = p->rows - row < height ? p->rows - row : height;
      if (p->a_turned) ck16_pack_left(&p->a, row, rows, from, inner, left, left_scales);
      for (size_t j = 0; j < panels; j++) {
        term terms[2] = {left_term(&p->a, row, from, inner)};
        if (p->a_turned)
          terms[0] = (term){.a = (const uint8_t *)left, .step = 4, .next = 4 * CK16_TILE,
                            .tile = blocks * (CK16_BLOCK / 2) * CK16_TILE * 4, .scales = left_scales, .scale_row = 1,
                            .scale_block = rows, .inner = inner};
        right here = right_at(&b, j, blocks);
        if (p->b_form == CK16_PANELS_TURNED) {
          size_t panel = (p->b.column + columns) / CK16_PANEL + j;
          here.words = (const uint32_t *)(p->b.numbers + panel * p->b.step) + from / 2 * CK16_PANEL;
          here.scales = p->b.scales + panel / 2 * p->b.scale_step + from / CK16_BLOCK;
          terms[0].ahead = p->b.step / 2;
        }
        terms[0].b = here.words, terms[0].b_scales = here.scales;
        if (more) {
          right there = right_at(&b2, j, blocks_of(more));
          terms[1] = left_term(&p->a2, row, 0, more);
          terms[1].b = there.words, terms[1].b_scales = there.scales;
        }
        rows_by_panel(terms, more ? 2 : 1, p->c + row * p->ldc + columns + j * CK16_PANEL, p->ldc, rows,
                      width - j * CK16_PANEL < CK16_PANEL ? width - j * CK16_PANEL : CK16_PANEL, p->adds || from > 0);
      }
    }
  }
}

enum { LEFT_WORDS = LEFT_BYTES / 4 + 32 * 384, LEFT_SCALES = LEFT_WORDS / 32 + 384 };

size_t ck_block16_scratch(const ck_block16_product *p) {
  size_t inner = p->inner < INNER ? p->inner : INNER;
  size_t panels = (p->columns < COLUMNS ? p->columns : COLUMNS) / CK16_PANEL + 1;
  return LEFT_WORDS + LEFT_SCALES + panels * (panel_words(inner) + panel_words(p->inner2)) +
         panels * (blocks_of(inner) + blocks_of(p->inner2));
}

void ck_block16_multiply(const ck_block16_product *p, uint32_t *scratch) {
  size_t inner = p->inner < INNER ? p->inner : INNER;
  size_t panels = (p->columns < COLUMNS ? p->columns : COLUMNS) / CK16_PANEL + 1;
  uint32_t *room = scratch + LEFT_WORDS + LEFT_SCALES;
  float *room_scales = (float *)(room + panels * (panel_words(inner) + panel_words(p->inner2)));
  for (size_t from = 0; from < p->inner; from += INNER)
    block(p, from, scratch, (float *)(scratch + LEFT_WORDS), room, room_scales);
}

#pragma clang attribute pop
#else
int ck_block16_supported(void) { return 0; }
size_t ck_block16_scratch(const ck_block16_product *p) { (void)p; return 0; }
void ck_block16_multiply(const ck_block16_product *p, uint32_t *scratch) { (void)p; (void)scratch; }
#endif
