#pragma once
#include <stddef.h>
#include <stdint.h>

/* The arithmetic of Hearth, in C: one body compiled for several instruction
   sets and chosen once, at run time, through a table of function pointers.
   (ifunc would be shorter, but its resolver crashes under ThreadSanitizer.)

   Every function works on one thread and on whole rows; a row's result never
   depends on its neighbours. The Swift side splits rows among workers. */

enum { CK_SILU = 0, CK_GELU_TANH = 1 };

enum ck_format {
  CK_F32, CK_F16, CK_BF16, CK_Q4_0, CK_Q4_1, CK_Q5_0, CK_Q5_1, CK_Q8_0, CK_Q4_K, CK_Q5_K, CK_Q6_K,
};

/* Attention of `rows` query rows over an ordered list of keys.

   Query row r sits at position first+r and sees the keys at positions
   max(0, first+r+1-window) ... first+r; the key at position j is row keys[j]
   of k and v. q, out, dout, dq hold heads*dim values a row; k, v, dk, dv hold
   kv_heads*dim. lse holds one log-sum-exp a row and head. */
typedef struct {
  const float *q; size_t ldq;
  const float *k, *v; size_t ldk;
  const int32_t *keys;
  float *out; size_t ldout;
  float *lse; size_t ldlse;
  float *scratch; /* one row of scores for each head of a group */
  size_t rows, first, window;
  size_t heads, kv_heads, dim;
  float scale;
} ck_attention;

typedef struct {
  ck_attention forward;
  const float *dout; size_t lddout;
  float *delta; /* rowsum(dout * out), laid out as lse */
  float *dq; size_t lddq;
  float *dk, *dv; size_t lddk;
} ck_attention_backward;

/* A block of scores: rows at positions from `position`, keys from `first_key`. */
typedef struct {
  size_t rows, columns, ld;
  size_t position, first_key, window;
  float scale;
} ck_block;

/* c = alpha * a * b + beta * c, with the step from one row, column or k to the
   next of each operand, so that either may be taken turned. */
typedef struct {
  const float *a; size_t a_row, a_k;
  const float *b; size_t b_k, b_column;
  float *c; size_t ldc;
  size_t rows, columns, inner;
  float alpha, beta;
  /* Which side stands for keys, where one does and the other rows do: row r sees the
     keys up to r + diagonal, and what it does not see is zero, or asked for by nobody. */
  enum ck_keys { CK_NO_KEYS, CK_KEYS_ARE_COLUMNS, CK_KEYS_ARE_INNER, CK_KEYS_ARE_ROWS } keys;
  size_t diagonal;
} ck_product;

/* A weight in panels of CK_WIDE rows, the same place of all rows of a panel side
   by side (packing.c); the last panel is filled up with zeros. */
enum { CK_WIDE = 32 };
typedef struct {
  const uint8_t *bytes;
  enum ck_format format;
  size_t outputs, inner, panel_bytes;
  /* What the thread reads after the panels asked for, or NULL: a hint. */
  const uint8_t *next;
} ck_packed;

/* In what a cache keeps numbers: f32, f16, or whole numbers of one byte with an f16
   scale for each CK_CACHE_BLOCK of a head, which stand behind the head's numbers. */
enum ck_cache_form { CK_CACHE_F32, CK_CACHE_F16, CK_CACHE_I8 };
enum { CK_CACHE_BLOCK = 32 };
/* Bytes of one head of one row. */
static inline size_t ck_cache_head_bytes(enum ck_cache_form form, size_t dim) {
  if (form == CK_CACHE_I8) return dim + (dim + CK_CACHE_BLOCK - 1) / CK_CACHE_BLOCK * 2;
  return dim * (form == CK_CACHE_F16 ? 2 : 4);
}

/* The keys and values of one layer, row after row, `heads` heads of `dim` numbers
   each, and which rows of them a text has, in the order of positions. */
typedef struct {
  const void *k, *v;
  size_t heads, dim;
  enum ck_cache_form form;
  const int32_t *keys;
} ck_cache;

/* Keys of a text that are attended to at once, and rows of a prompt. */
enum { CK_CHUNK = 256, CK_BLOCK_ROWS = 48 };

/* A prompt's rows, at positions from `first`, over keys and values that
   `attend_keys` and `attend_values` made of `count` cached rows. */
typedef struct {
  const float *q; size_t ldq;
  const float *keys, *values;
  float *out; size_t ldout;
  float *scores; /* CK_BLOCK_ROWS times count, filled up to panels, and one more panel */
  size_t first, window, count, dim;
  float scale;
} ck_attend;

/* Where rows of sixteen-bit numbers and their scales go. */
typedef struct {
  int16_t *numbers; size_t step;
  float *scales; size_t scale_step;
} ck_block16_target;

typedef struct ck_table {
  const char *name;

  /* Puts heads, side by side, as a cache keeps them. */
  void (*cache_store)(enum ck_cache_form form, const float *from, void *to, size_t heads, size_t dim);
  /* A new token's query heads that share a key head, over keys [from, to), at most
     CK_CHUNK of them. For each query head: largest score, sum, and dim numbers. */
  void (*attend_token)(const ck_cache *c, const float *q, size_t group, size_t head, float scale,
                       size_t from, size_t to, float *partial);
  void (*attend_join)(const float *partial, size_t step, size_t chunks, size_t dim, float *out);
  void (*attend_keys)(const ck_cache *c, size_t head, size_t from, size_t to, float *panels);
  void (*attend_values)(const ck_cache *c, size_t head, size_t from, size_t to, size_t count, float *panels);
  /* at most CK_BLOCK_ROWS rows of one query head */
  void (*attend_block)(const ck_attend *a, size_t head, size_t row_from, size_t row_to);

  /* y[r][o] = w[o] . x[r] for the panels [from, to) of w and some rows of x: every
     number one sum in the order of k, bit for bit what `product` makes of the
     expanded weight. `scratch` is room for one expanded panel. */
  void (*packed)(const ck_packed *w, size_t from, size_t to, const float *x, size_t ldx, float *y,
                 size_t ldy, size_t rows, float *scratch);
  /* one row of w, expanded */
  void (*packed_row)(const ck_packed *w, size_t row, float *to);

  /* `panel` is scratch of inner * panel_width numbers */
  void (*product)(const ck_product *p, float *panel);
  size_t panel_width;

  /* n a multiple of 4; reads four runs side by side */
  uint64_t (*sum_of_words)(const uint64_t *x, size_t n);
  float (*dot)(const float *a, const float *b, size_t n);
  void (*axpy)(float a, const float *x, float *y, size_t n);
  void (*sum)(const float *a, const float *b, float *y, size_t n);
  void (*add_turned)(const float *x, size_t ldx, float *y, size_t ldy, size_t rows, size_t columns);
  /* to = from * scale, rounded to the nearest bf16 */
  void (*to_bfloat)(const float *from, uint16_t *to, size_t n, float scale);
  /* n numbers as sixteen bits with a scale for every 64, filled up with zeros */
  void (*to_block16)(const float *from, int16_t *to, float *scales, size_t n);
  /* y[r][o] = w[o] . x[r], for `out` rows of w and a few rows of x */
  void (*matvec)(const float *w, size_t ldw, const float *x, size_t ldx, float *y, size_t ldy,
                 size_t out, size_t rows, size_t n);

  void (*rmsnorm)(const float *x, size_t ldx, const float *w, float *y, size_t ldy, float *inverse,
                  size_t rows, size_t n, float epsilon);
  void (*rmsnorm_rounded)(const float *x, size_t ldx, const float *w, const ck_block16_target *y,
                          float *inverse, size_t rows, size_t n, float epsilon);
  void (*rmsnorm_backward)(const float *dy, size_t lddy, const float *x, size_t ldx, const float *w,
                           const float *inverse, const float *base, size_t ldbase, float *dx, size_t lddx,
                           size_t rows, size_t n);

  /* rotates the two halves of each head; direction -1 undoes direction +1 */
  void (*rotary)(float *x, size_t ldx, const float *cosines, const float *sines,
                 const int32_t *positions, size_t rows, size_t heads, size_t dim, float direction);

  void (*gated)(const float *gate, size_t ldg, const float *up, size_t ldu, float *y, size_t ldy,
                size_t rows, size_t n, int kind);
  void (*gated_rounded)(const float *gate, size_t ldg, const float *up, size_t ldu,
                        const ck_block16_target *y, size_t rows, size_t n, int kind);
  void (*gated_backward_rounded)(const float *dy, size_t lddy, const float *gate, size_t ldg,
                                 const float *up, size_t ldu, const ck_block16_target *dgate,
                                 const ck_block16_target *dup, size_t rows, size_t n, int kind);
  void (*gated_backward)(const float *dy, size_t lddy, const float *gate, size_t ldg, const float *up,
                         size_t ldu, float *dgate, size_t lddg, float *dup, size_t lddu, size_t rows,
                         size_t n, int kind);

  /* query rows [row_from, row_to), key-value heads [head_from, head_to) */
  void (*attention)(const ck_attention *a, size_t row_from, size_t row_to, size_t head_from,
                    size_t head_to);
  void (*attention_dq)(const ck_attention_backward *a, size_t row_from, size_t row_to,
                       size_t head_from, size_t head_to);
  /* adds into dk and dv of the keys at positions [key_from, key_to) */
  void (*attention_dkv)(const ck_attention_backward *a, size_t key_from, size_t key_to,
                        size_t head_from, size_t head_to);

  /* scores become probabilities; what a row does not see becomes zero */
  void (*block_softmax)(const ck_block *b, float *scores, float *lse, size_t ldlse);
  /* scores become p again, and dp becomes ds = p * (dp - sum(p * dp)) * scale */
  void (*block_softmax_backward)(const ck_block *b, float *scores, float *dp, const float *lse, size_t ldlse);
  /* `columns` rows of b, `inner` numbers each, turned in panels of panel_width */
  void (*turned_panels)(const float *b, size_t step, size_t columns, size_t inner, float *panels);
  /* `product` over such panels in place of b */
  void (*product_of_panels)(const ck_product *p, const float *panels);

  /* y = x with each number kept (and enlarged by 1/(1-rate)) or set to zero,
     as decided by the key and the number's place alone; y may be x */
  void (*dropout)(const float *x, float *y, size_t n, uint64_t key, float rate);
  /* x += uniform(-reach, reach), decided likewise */
  void (*noise)(float *x, size_t n, uint64_t key, float reach);

  /* the first place of the largest number */
  size_t (*largest)(const float *x, size_t n);
  /* log(sum(exp(x))) */
  float (*log_sum_exp)(const float *x, size_t n);
  /* x = exp(x - lse) * scale */
  void (*softmax_scaled)(float *x, size_t n, float lse, float scale);

  /* the gradient is g * share */
  void (*adamw)(float *p, const float *g, float *m, float *v, size_t n, float share, double rate, double decay,
                double beta1, double beta2, double epsilon, double correct1, double correct2);
  /* the same with moments in one byte a number, a scale for each 256 of them;
     `first_values` and `second_values` say what the 256 codes mean */
  void (*adamw_bytes)(float *p, const float *g, uint8_t *first, float *first_scale, uint8_t *second,
                      float *second_scale, const float *first_values, const float *second_values,
                      size_t n, float share, double rate, double decay, double beta1, double beta2,
                      double epsilon, double correct1, double correct2);
  double (*sum_of_squares)(const float *x, size_t n);

  /* n values of a block format, n a multiple of the format's block */
  void (*dequantise)(enum ck_format format, const void *from, float *to, size_t n);
  /* The way back, to f32, f16, bf16, q8_0 and q4_0; other formats are left alone. */
  void (*quantise)(enum ck_format format, const float *from, void *to, size_t n);
} ck_table;

/* The table for the best instruction set of this CPU, or for the lower one
   named in HEARTH_ISA (baseline, avx2, avx512). The choice is made once. */
const ck_table *ck_kernels(void);
/* A table by name, or NULL where this CPU cannot run it. */
const ck_table *ck_kernels_named(const char *name);

/* A matrix of sixteen-bit numbers with a scale for every 64 of a row, seen from a
   column on; `step` and `scale_step` lead from row to row, and rows are filled up
   with zeros to whole blocks. A frozen one is laid out in panels of 32 rows, pair of
   columns by pair of columns, with a scale for every 64 rows and 64 columns;
   `step` then leads from panel to panel and `scale_step` from 64 rows to the next. */
typedef struct {
  const int16_t *numbers;
  size_t step;
  const float *scales;
  size_t scale_step, column;
} ck_block16;

enum ck_block16_form { CK16_ROWS, CK16_ROWS_TURNED, CK16_PANELS, CK16_PANELS_TURNED };

/* c = a * b (+ a2 * b2) (+ c); a may be taken turned. The bits are those of two
   products one after the other. */
typedef struct {
  ck_block16 a; int a_turned;
  ck_block16 b; enum ck_block16_form b_form;
  ck_block16 a2;
  ck_block16 b2; enum ck_block16_form b2_form;
  float *c; size_t ldc;
  size_t rows, columns, inner, inner2;
  int adds;
} ck_block16_product;

/* Whether this CPU has the instructions; without them products must not be called. */
int ck_block16_supported(void);
/* How many words of scratch a product needs. */
size_t ck_block16_scratch(const ck_block16_product *p);
void ck_block16_multiply(const ck_block16_product *p, uint32_t *scratch);
/* Lays up to 64 rows out in two panels that hold zeros, with the scales of their blocks. */
void ck_block16_panels(const float *rows, size_t step, size_t outputs, size_t inner, int16_t *to, float *scales);
/* One row of panels as numbers. */
void ck_block16_panel_row(const ck_block16 *panels, size_t row, size_t inner, float *to);

/* Elements and bytes of one block of a format. */
size_t ck_block_elements(enum ck_format format);
size_t ck_block_bytes(enum ck_format format);

/* Bytes of one block of k of a panel. */
size_t ck_packed_block_bytes(enum ck_format format);
/* Puts one row of `inner` numbers, as they lie in a file, in its place in a panel. */
void ck_pack_row(enum ck_format format, const void *from, size_t inner, size_t row, void *panel);

/* Products of rows rounded to sixteen bits a number (rounded.c), where the CPU has the
   instructions; without them the rest must not be called. */
int ck_rounded_supported(void);
/* Whether a format's whole numbers can be taken so; `inner` is a multiple of 32 then. */
int ck_rounded_takes(enum ck_format format);
/* Bytes of a rounded row. */
size_t ck_rounded_bytes(size_t inner);
void ck_round_row(const float *x, size_t inner, void *to);
/* y[r][o] = w[o] . x[r] for the panels [from, to) of w; rounded rows stand side by side. */
void ck_rounded_multiply(const ck_packed *p, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows);

/* A weight of CK_Q8_0 cut in two (cut.c), in panels of CK_WIDE rows: for rounded rows. */
typedef struct {
  const uint8_t *upper, *lower;
  size_t outputs, inner;
} ck_cut;
/* Whether no scale of some blocks of a file is below zero, nor infinite. */
int ck_cut_takes(const void *blocks, size_t count);
/* Bytes of each part of a panel. */
size_t ck_cut_upper_bytes(size_t inner);
size_t ck_cut_lower_bytes(size_t inner);
/* A panel as ck_pack_row leaves it is cut, and put together again. */
void ck_cut_panel(const void *panel, size_t inner, void *upper, void *lower);
void ck_cut_join(const ck_cut *w, size_t panel, void *to);
/* y[r][o] = w[o] . x[r] for the panels [from, to), the bits of ck_rounded_multiply. */
void ck_cut_multiply(const ck_cut *w, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows);
/* y[r][p]: what none of panel p's results is above, taken from the upper parts alone. */
void ck_cut_limits(const ck_cut *w, size_t from, size_t to, const void *x, float *y, size_t ldy, size_t rows);

/* A pool of threads that share one job at a time, split in parts by number. */
typedef struct ck_pool ck_pool;
typedef void (*ck_work)(void *context, size_t part);
ck_pool *ck_pool_create(size_t threads);
void ck_pool_destroy(ck_pool *pool);
/* Runs work(context, 0 ... parts-1) and returns when all are done. Part p runs
   on thread p % threads, always; the caller is thread 0. */
void ck_pool_run(ck_pool *pool, ck_work work, void *context, size_t parts);
size_t ck_pool_threads(const ck_pool *pool);

/* One layer of a decoder as a step of new tokens needs it. What is absent is NULL. */
typedef struct {
  const float *input_norm, *query_norm, *key_norm, *attention_norm, *forward_norm, *output_norm;
  /* query, key, value, output, gate, up, down */
  ck_packed weights[7];
  const float *biases[7];
  const float *cosines, *sines;
  void *keys, *values;
  size_t window;
} ck_layer;

typedef struct {
  const ck_layer *layers;
  size_t layer_count, hidden, intermediate, heads, kv_heads, dim;
  float epsilon, scale;
  int activation;
  enum ck_cache_form form;
  int rounds; /* whether rows are rounded (rounded.c) */
} ck_decoder;

/* The new tokens of a step: where each stands, which cache row takes it, and the
   cache rows of its text up to and including itself. */
typedef struct {
  size_t rows;
  float *x;
  const int32_t *positions, *store;
  const int32_t *const *keys;
} ck_step;

/* Scratch of a step, in numbers. */
size_t ck_step_scratch(const ck_decoder *d, const ck_step *s, size_t threads);
/* Takes the rows of x through all layers, in place: one job of the pool from the
   first layer to the last, because waking and Swift's calls between a few hundred
   small operations cost as much as the arithmetic. The numbers are those of the
   operations one by one. */
void ck_step_run(ck_pool *pool, const ck_decoder *d, const ck_step *s, float *scratch);
