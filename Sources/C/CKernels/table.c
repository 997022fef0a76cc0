#include "ckernels.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const ck_table ck_table_baseline;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
#endif

static int level_of_cpu(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return 1;
  return 2;
#else
  return 0;
#endif
}

static const ck_table *table_of_level(int level) {
#if defined(__x86_64__)
  if (level == 2) return &ck_table_avx512;
  if (level == 1) return &ck_table_avx2;
#endif
  return &ck_table_baseline;
}

const ck_table *ck_kernels_named(const char *name) {
  for (int level = level_of_cpu(); level >= 0; level--)
    if (!strcmp(table_of_level(level)->name, name)) return table_of_level(level);
  return NULL;
}

const ck_table *ck_kernels(void) {
  static _Atomic(const ck_table *) chosen;
  const ck_table *table = atomic_load_explicit(&chosen, memory_order_acquire);
  if (table) return table;
  const char *wanted = getenv("HEARTH_ISA");
  table = wanted ? ck_kernels_named(wanted) : NULL;
  if (!table) table = table_of_level(level_of_cpu());
  atomic_store_explicit(&chosen, table, memory_order_release);
  return table;
}

size_t ck_block_elements(enum ck_format format) {
  switch (format) {
    case CK_F32: case CK_F16: case CK_BF16: return 1;
    case CK_Q4_K: case CK_Q5_K: case CK_Q6_K: return 256;
    default: return 32;
  }
}

size_t ck_block_bytes(enum ck_format format) {
  switch (format) {
    case CK_F32: return 4;
    case CK_F16: case CK_BF16: return 2;
    case CK_Q4_0: return 18;
    case CK_Q4_1: return 20;
    case CK_Q5_0: return 22;
    case CK_Q5_1: return 24;
    case CK_Q8_0: return 34;
    case CK_Q4_K: return 144;
    case CK_Q5_K: return 176;
    case CK_Q6_K: return 210;
  }
  return 0;
}
