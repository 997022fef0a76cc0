#pragma once
#include <dnnl.h>
/* omp.h is not always found; the setting is per calling thread, and every
   worker of our pool sets it to one before its first product. */
void omp_set_num_threads(int threads);
