#include "csp.h"
int csp_placeholder(void) { return 0; }
