#define _GNU_SOURCE
#include "ckernels.h"
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every thread runs the whole step and keeps its own copy of the rows; products and
   attention are shared out, and after each the threads wait for one another. */
typedef struct {
  const ck_decoder *d;
  const ck_step *s;
  const ck_table *t;
  size_t threads, chunks;
  /* shared */
  float *q, *k, *v, *partial, *o, *gate, *up;
  void *rounded;
  /* one a thread */
  float *own;
  size_t own_size;
  _Atomic uint32_t arrived, sleepers;
} step_job;

/* Some tens of microseconds: longer than a share of work is uneven. */
enum { SPINS = 4000 };
/* Bytes that fit in a core's own cache beside everything else. */
enum { AHEAD = 256 << 10 };

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* The beginning of what a thread reads next of the weights. */
typedef struct {
  const uint8_t *at;
  size_t bytes;
} reading;

/* `turn` counts the meetings: all have come when the arrivals say so. Who waits reads
   ahead, so that memory does not rest meanwhile; who waits long sleeps: on a busy
   machine a thread that spins or yields uses up the time that the one it waits for needs. */
static void meet(step_job *j, uint32_t *turn, reading next) {
  uint32_t wanted = ++*turn * (uint32_t)j->threads;
  if (atomic_fetch_add(&j->arrived, 1) + 1 == wanted) {
    if (atomic_load(&j->sleepers)) syscall(SYS_futex, &j->arrived, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    return;
  }
  for (size_t spin = 0; spin < SPINS && atomic_load_explicit(&j->arrived, memory_order_acquire) < wanted; spin++)
    if (spin < next.bytes / 256 && spin < AHEAD / 256) {
      for (size_t line = 0; line < 256; line += 64) __builtin_prefetch(next.at + spin * 256 + line, 0, 2);
    } else relax();
  if (atomic_load(&j->arrived) >= wanted) return;
  atomic_fetch_add(&j->sleepers, 1);
  for (uint32_t come; (come = atomic_load(&j->arrived)) < wanted;)
    syscall(SYS_futex, &j->arrived, FUTEX_WAIT_PRIVATE, come, NULL, NULL, 0);
  atomic_fetch_sub(&j->sleepers, 1);
}

static size_t round_up(size_t n) { return (n + 15) / 16 * 16; }

static size_t most_chunks(const ck_step *s) {
  size_t most = 1;
  for (size_t r = 0; r < s->rows; r++) {
    size_t chunks = (size_t)s->positions[r] / CK_CHUNK + 1;
    if (chunks > most) most = chunks;
  }
  return most;
}

static size_t widest(const ck_decoder *d) {
  size_t query = d->heads * d->dim, most = d->hidden > query ? d->hidden : query;
  return d->intermediate > most ? d->intermediate : most;
}

static size_t own_size(const ck_decoder *d, const ck_step *s) {
  return round_up(2 * s->rows * d->hidden) + round_up(s->rows * d->heads * d->dim) + round_up(CK_WIDE * widest(d)) +
         round_up(s->rows * ck_rounded_bytes(widest(d)) / sizeof(float)) + 64;
}

static size_t shared_size(const ck_decoder *d, const ck_step *s) {
  return round_up(s->rows * d->heads * d->dim) + 2 * round_up(s->rows * d->kv_heads * d->dim) +
         round_up(s->rows * d->heads * most_chunks(s) * (d->dim + 2)) + round_up(s->rows * d->hidden) +
         2 * round_up(s->rows * d->intermediate) + round_up(s->rows * ck_rounded_bytes(d->intermediate) / sizeof(float));
}

size_t ck_step_scratch(const ck_decoder *d, const ck_step *s, size_t threads) {
  return shared_size(d, s) + threads * own_size(d, s);
}

/* The panels of thread `part` among `threads`. */
static void share(size_t total, size_t part, size_t threads, size_t *from, size_t *to) {
  *from = total * part / threads;
  *to = total * (part + 1) / threads;
}

static void add_bias(const float *bias, float *y, size_t ld, size_t rows, size_t from, size_t to) {
  if (!bias) return;
  for (size_t r = 0; r < rows; r++)
    for (size_t i = from; i < to; i++) y[r * ld + i] += bias[i];
}

static size_t panels(const ck_packed *w) { return (w->outputs + CK_WIDE - 1) / CK_WIDE; }

/* What products take: rows, and the same rounded, where products want them so. */
typedef struct {
  const float *x;
  void *rounded;
} operand;

/* Some columns, whole groups of them, of the rows that the next `count` products take. */
static void round_rows(const step_job *j, const ck_packed *weights, int count, operand rows, size_t from, size_t to) {
  int takes = 0;
  for (int i = 0; i < count; i++) takes |= ck_rounded_takes(weights[i].format);
  if (!j->d->rounds || !takes) return;
  size_t n = weights->inner, bytes = ck_rounded_bytes(n);
  for (size_t r = 0; r < j->s->rows; r++)
    ck_round_row(rows.x + r * n + from, to - from, (uint8_t *)rows.rounded + r * bytes + ck_rounded_bytes(from));
}

/* Some panels of one projection of all rows; says which columns they were. */
static void project(const step_job *j, const ck_layer *layer, int which, size_t from, size_t to, operand rows,
                    float *y, float *scratch, reading next, size_t *column_from, size_t *column_to) {
  const ck_packed *w = &layer->weights[which];
  ck_packed part = *w;
  part.next = next.at;
  if (j->d->rounds && ck_rounded_takes(w->format))
    ck_rounded_multiply(&part, from, to, rows.rounded, y, w->outputs, j->s->rows);
  else j->t->packed(&part, from, to, rows.x, w->inner, y, w->outputs, j->s->rows, scratch);
  *column_from = from * CK_WIDE < w->outputs ? from * CK_WIDE : w->outputs;
  *column_to = to * CK_WIDE < w->outputs ? to * CK_WIDE : w->outputs;
  add_bias(layer->biases[which], y, w->outputs, j->s->rows, *column_from, *column_to);
}

/* Panels of projection `which` that thread `part` has where `count` projections from
   `first` on are cut evenly among the threads as one. */
static void share_of(const step_job *j, const ck_layer *layer, size_t part, int first, int count, int which,
                     size_t *low, size_t *high) {
  size_t total = 0, from, to, begin = 0, have = panels(&layer->weights[which]);
  for (int i = 0; i < count; i++) total += panels(&layer->weights[first + i]);
  for (int i = first; i < which; i++) begin += panels(&layer->weights[i]);
  share(total, part, j->threads, &from, &to);
  *low = from > begin ? from - begin : 0;
  *high = to > begin ? to - begin : 0;
  if (*high > have) *high = have;
}

static reading first_of(const step_job *j, const ck_layer *layer, size_t part, int first, int count) {
  size_t low, high;
  for (int which = first; which < first + count; which++) {
    share_of(j, layer, part, first, count, which, &low, &high);
    const ck_packed *w = &layer->weights[which];
    if (low < high) return (reading){w->bytes + low * w->panel_bytes, (high - low) * w->panel_bytes};
  }
  return (reading){NULL, 0};
}

/* Several projections side by side, cut evenly among the threads. */
static void project_all(const step_job *j, const ck_layer *layer, size_t part, int first, int count,
                        operand rows, float *const *y, float *scratch, reading next) {
  size_t low, high, more_low, more_high, column_from, column_to;
  for (int i = 0; i < count; i++) {
    share_of(j, layer, part, first, count, first + i, &low, &high);
    if (low >= high) continue;
    reading after = next;
    if (i + 1 < count) {
      share_of(j, layer, part, first, count, first + i + 1, &more_low, &more_high);
      const ck_packed *w = &layer->weights[first + i + 1];
      if (more_low < more_high) after.at = w->bytes + more_low * w->panel_bytes;
    }
    project(j, layer, first + i, low, high, rows, y[i], scratch, after, &column_from, &column_to);
  }
}

static void norm(const step_job *j, const float *x, const float *w, float *y, size_t rows, size_t n) {
  j->t->rmsnorm(x, n, w, y, n, NULL, rows, n, j->d->epsilon);
}

/* x += y, or the normalised y; y is one of ours. */
static void add(const step_job *j, const float *weight, const float *y, float *x, float *scratch) {
  size_t rows = j->s->rows, n = j->d->hidden;
  if (weight) {
    norm(j, y, weight, scratch, rows, n);
    y = scratch;
  }
  for (size_t r = 0; r < rows; r++) j->t->axpy(1, y + r * n, x + r * n, n);
}

/* Where one head of a row lies in the cache. */
static size_t cache_place(const ck_decoder *d, int32_t row, size_t head) {
  return ((size_t)row * d->kv_heads + head) * ck_cache_head_bytes(d->form, d->dim);
}

/* Queries and keys of one row and key head: normalised, turned, put away. */
static void place(const step_job *j, const ck_layer *layer, size_t row, size_t head) {
  const ck_decoder *d = j->d;
  size_t dim = d->dim, group = d->heads / d->kv_heads, width = d->kv_heads * dim;
  float *q = j->q + row * d->heads * dim + head * group * dim;
  float *k = j->k + row * width + head * dim, *v = j->v + row * width + head * dim;
  if (layer->query_norm) norm(j, q, layer->query_norm, q, group, dim);
  if (layer->key_norm) norm(j, k, layer->key_norm, k, 1, dim);
  j->t->rotary(q, group * dim, layer->cosines, layer->sines, j->s->positions + row, 1, group, dim, 1);
  j->t->rotary(k, dim, layer->cosines, layer->sines, j->s->positions + row, 1, 1, dim, 1);
  size_t at = cache_place(d, j->s->store[row], head);
  j->t->cache_store(d->form, k, (uint8_t *)layer->keys + at, 1, dim);
  j->t->cache_store(d->form, v, (uint8_t *)layer->values + at, 1, dim);
}

/* The first key that a row sees. */
static size_t first_key(const step_job *j, const ck_layer *layer, size_t row) {
  size_t end = (size_t)j->s->positions[row] + 1;
  return end > layer->window ? end - layer->window : 0;
}

static void attend(const step_job *j, const ck_layer *layer, size_t part) {
  const ck_decoder *d = j->d;
  size_t group = d->heads / d->kv_heads, number = 0;
  ck_cache cache = {layer->keys, layer->values, d->kv_heads, d->dim, d->form, NULL};
  for (size_t row = 0; row < j->s->rows; row++) {
    size_t end = (size_t)j->s->positions[row] + 1, begin = first_key(j, layer, row);
    cache.keys = j->s->keys[row];
    for (size_t head = 0; head < d->kv_heads; head++)
      for (size_t from = begin; from < end; number++) {
        size_t chunk = from / CK_CHUNK, to = (chunk + 1) * CK_CHUNK < end ? (chunk + 1) * CK_CHUNK : end;
        if (number % j->threads == part)
          j->t->attend_token(
              &cache, j->q + row * d->heads * d->dim + head * group * d->dim, group, head, d->scale, from, to,
              j->partial + ((row * j->chunks + chunk) * d->heads + head * group) * (d->dim + 2));
        from = to;
      }
  }
}

static void join(const step_job *j, const ck_layer *layer, float *out) {
  const ck_decoder *d = j->d;
  size_t step = d->heads * (d->dim + 2);
  for (size_t row = 0; row < j->s->rows; row++) {
    size_t first = first_key(j, layer, row) / CK_CHUNK, last = (size_t)j->s->positions[row] / CK_CHUNK;
    for (size_t head = 0; head < d->heads; head++)
      j->t->attend_join(j->partial + (row * j->chunks + first) * step + head * (d->dim + 2), step,
                        last - first + 1, d->dim, out + (row * d->heads + head) * d->dim);
  }
}

static void run_thread(void *context, size_t part) {
  step_job *j = context;
  const ck_decoder *d = j->d;
  size_t rows = j->s->rows, hidden = d->hidden, from, to, column_from, column_to;
  uint32_t turn = 0;
  float *x = j->own + part * j->own_size, *h = x + rows * hidden;
  float *attended = x + round_up(2 * rows * hidden), *scratch = attended + round_up(rows * d->heads * d->dim);
  void *rounded = scratch + round_up(CK_WIDE * widest(d));
  memcpy(x, j->s->x, rows * hidden * sizeof *x);
  for (size_t l = 0; l < d->layer_count; l++) {
    const ck_layer *layer = &d->layers[l];
    norm(j, x, layer->input_norm, h, rows, hidden);
    reading next = first_of(j, layer, part, 3, 1);
    operand in = {h, rounded};
    round_rows(j, layer->weights, 3, in, 0, hidden);
    project_all(j, layer, part, 0, 3, in, (float *const[]){j->q, j->k, j->v}, scratch, next);
    meet(j, &turn, next);
    for (size_t i = part; i < rows * d->kv_heads; i += j->threads) place(j, layer, i / d->kv_heads, i % d->kv_heads);
    /* One row whose keys are one chunk: who placed a head attends to it. */
    if (rows > 1 || first_key(j, layer, 0) / CK_CHUNK < (size_t)j->s->positions[0] / CK_CHUNK) meet(j, &turn, next);
    attend(j, layer, part);
    meet(j, &turn, next);
    join(j, layer, attended);
    next = first_of(j, layer, part, 4, 1);
    operand mixed = {attended, rounded};
    round_rows(j, layer->weights + 3, 1, mixed, 0, d->heads * d->dim);
    project_all(j, layer, part, 3, 1, mixed, (float *const[]){j->o}, scratch, next);
    meet(j, &turn, next);
    add(j, layer->attention_norm, j->o, x, h);
    norm(j, x, layer->forward_norm, h, rows, hidden);
    round_rows(j, layer->weights + 4, 2, in, 0, hidden);
    share(panels(&layer->weights[4]), part, j->threads, &from, &to);
    project(j, layer, 4, from, to, in, j->gate, scratch, first_of(j, layer, part, 5, 1), &column_from, &column_to);
    next = first_of(j, layer, part, 6, 1);
    project(j, layer, 5, from, to, in, j->up, scratch, next, &column_from, &column_to);
    float *gate = j->gate + column_from;
    j->t->gated(gate, d->intermediate, j->up + column_from, d->intermediate, gate, d->intermediate, rows,
                column_to - column_from, d->activation);
    operand active = {j->gate, j->rounded};
    round_rows(j, layer->weights + 6, 1, active, column_from, column_to);
    meet(j, &turn, next);
    /* o is read by nobody any more: all have met since. */
    next = l + 1 < d->layer_count ? first_of(j, layer + 1, part, 0, 3) : (reading){NULL, 0};
    project_all(j, layer, part, 6, 1, active, (float *const[]){j->o}, scratch, next);
    meet(j, &turn, next);
    add(j, layer->output_norm, j->o, x, h);
  }
  if (part == 0) memcpy(j->s->x, x, rows * hidden * sizeof *x);
}

void ck_step_run(ck_pool *pool, const ck_decoder *d, const ck_step *s, float *scratch) {
  step_job j = {.d = d, .s = s, .t = ck_kernels(), .threads = ck_pool_threads(pool), .chunks = most_chunks(s)};
  float *at = scratch;
  j.q = at, at += round_up(s->rows * d->heads * d->dim);
  j.k = at, at += round_up(s->rows * d->kv_heads * d->dim);
  j.v = at, at += round_up(s->rows * d->kv_heads * d->dim);
  j.partial = at, at += round_up(s->rows * d->heads * j.chunks * (d->dim + 2));
  j.o = at, at += round_up(s->rows * d->hidden);
  j.gate = at, at += round_up(s->rows * d->intermediate);
  j.up = at, at += round_up(s->rows * d->intermediate);
  j.rounded = at, at += round_up(s->rows * ck_rounded_bytes(d->intermediate) / sizeof(float));
  j.own = at;
  j.own_size = own_size(d, s);
  atomic_store(&j.arrived, 0);
  atomic_store(&j.sleepers, 0);
  ck_pool_run(pool, run_thread, &j, j.threads);
}
