#if defined(__x86_64__)
#include "ckernels.h"
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define CK_LANES 8
#define CK_TILE 4
#define CK_NAME "avx2"
#define CK_TABLE ck_table_avx2
#include "body/all.inc"
#pragma clang attribute pop
#endif
