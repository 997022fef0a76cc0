#include "ckernels.h"
#include <math.h>
#include <string.h>
#define CK_LANES 4
#define CK_TILE 4
#define CK_NAME "baseline"
#define CK_TABLE ck_table_baseline
#include "body/all.inc"
