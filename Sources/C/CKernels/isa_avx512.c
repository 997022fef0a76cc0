#if defined(__x86_64__)
#include "ckernels.h"
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#define CK_LANES 16
#define CK_TILE 12
#define CK_NAME "avx512"
#define CK_TABLE ck_table_avx512
#include "body/all.inc"
#pragma clang attribute pop
#endif
