#define _GNU_SOURCE
#include "ckernels.h"
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A job is announced by raising `job`; each helper answers by lowering
   `running`. Both sides spin for a few microseconds before they sleep, since
   a decoding step is hundreds of jobs of some tens of microseconds each. */
struct ck_pool {
  size_t threads;
  pthread_t *helpers;
  ck_work work;
  void *context;
  size_t parts;
  _Atomic uint32_t job;
  _Atomic uint32_t running;
  _Atomic uint32_t sleepers;
  _Atomic int waiting;
  _Atomic int stop;
};

typedef struct {
  ck_pool *pool;
  size_t index;
} helper_start;

enum { SPINS = 4000 };

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void run_share(ck_pool *pool, size_t index) {
  for (size_t part = index; part < pool->parts; part += pool->threads) pool->work(pool->context, part);
}

static void *helper_main(void *argument) {
  helper_start start = *(helper_start *)argument;
  free(argument);
  ck_pool *pool = start.pool;
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < SPINS && atomic_load(&pool->job) == seen; spin++) relax();
    while (atomic_load(&pool->job) == seen) {
      atomic_fetch_add(&pool->sleepers, 1);
      sleep_while(&pool->job, seen);
      atomic_fetch_sub(&pool->sleepers, 1);
    }
    seen = atomic_load(&pool->job);
    if (atomic_load(&pool->stop)) return NULL;
    run_share(pool, start.index);
    if (atomic_fetch_sub(&pool->running, 1) == 1 && atomic_load(&pool->waiting)) wake(&pool->running);
  }
}

ck_pool *ck_pool_create(size_t threads) {
  ck_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pool->helpers = calloc(threads, sizeof *pool->helpers);
  if (!pool->helpers) {
    free(pool);
    return NULL;
  }
  pool->threads = 1;
  for (size_t i = 1; i < threads; i++) {
    helper_start *start = malloc(sizeof *start);
    if (!start) break;
    *start = (helper_start){pool, i};
    if (pthread_create(&pool->helpers[i], NULL, helper_main, start) != 0) {
      free(start);
      break;
    }
    pool->threads = i + 1;
  }
  return pool;
}

size_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }

static void announce(ck_pool *pool) {
  atomic_store(&pool->running, (uint32_t)(pool->threads - 1));
  atomic_fetch_add(&pool->job, 1);
  if (atomic_load(&pool->sleepers)) wake(&pool->job);
}

void ck_pool_run(ck_pool *pool, ck_work work, void *context, size_t parts) {
  if (pool->threads == 1 || parts <= 1) {
    for (size_t part = 0; part < parts; part++) work(context, part);
    return;
  }
  pool->work = work;
  pool->context = context;
  pool->parts = parts;
  announce(pool);
  run_share(pool, 0);
  for (int spin = 0; spin < SPINS && atomic_load(&pool->running); spin++) relax();
  if (!atomic_load(&pool->running)) return;
  atomic_store(&pool->waiting, 1);
  for (uint32_t left; (left = atomic_load(&pool->running)) != 0;) sleep_while(&pool->running, left);
  atomic_store(&pool->waiting, 0);
}

void ck_pool_destroy(ck_pool *pool) {
  atomic_store(&pool->stop, 1);
  atomic_fetch_add(&pool->job, 1);
  wake(&pool->job);
  for (size_t i = 1; i < pool->threads; i++) pthread_join(pool->helpers[i], NULL);
  free(pool->helpers);
  free(pool);
}
