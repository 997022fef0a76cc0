/* The bf16 GEMM peak of this machine, with the library Hearth uses: one oneDNN matmul a thread, each on rows of its own,
   as Hearth calls it. Prints GFLOP/s of every shape and of the best one.

     cc -O2 gemm-peak.c -o gemm-peak -ldnnl -lpthread && ./gemm-peak [THREADS]  */
#include <dnnl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void omp_set_num_threads(int threads);

typedef struct { int m, n, k, turned; double seconds; int rounds; pthread_barrier_t *barrier; } job;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check(dnnl_status_t status) {
  if (status != dnnl_success) exit(1);
}

static dnnl_memory_desc_t matrix(int rows, int columns, int turned, dnnl_data_type_t type) {
  dnnl_memory_desc_t d;
  dnnl_dims_t sizes = {rows, columns}, steps = {turned ? 1 : columns, turned ? rows : 1};
  check(dnnl_memory_desc_init_by_strides(&d, 2, sizes, type, steps));
  return d;
}

static dnnl_memory_t memory(dnnl_engine_t engine, const dnnl_memory_desc_t *d) {
  size_t bytes = dnnl_memory_desc_get_size(d);
  unsigned short *numbers = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!numbers) exit(1);
  for (size_t i = 0; i < bytes / 2; i++) numbers[i] = (unsigned short)(0x3c00 + i * 40503u % 0x300);
  dnnl_memory_t m;
  check(dnnl_memory_create(&m, d, engine, numbers));
  return m;
}

static void *work(void *argument) {
  job *j = argument;
  omp_set_num_threads(1);
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  check(dnnl_engine_create(&engine, dnnl_cpu, 0));
  check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
  dnnl_memory_desc_t a = matrix(j->m, j->k, 0, dnnl_bf16), b = matrix(j->k, j->n, j->turned, dnnl_bf16),
                     c = matrix(j->m, j->n, 0, dnnl_f32);
  dnnl_matmul_desc_t plan;
  dnnl_primitive_desc_t planned;
  dnnl_primitive_t product;
  check(dnnl_matmul_desc_init(&plan, &a, &b, NULL, &c));
  check(dnnl_primitive_desc_create(&planned, &plan, NULL, engine, NULL));
  check(dnnl_primitive_create(&product, planned));
  dnnl_exec_arg_t arguments[3] = {
      {DNNL_ARG_SRC, memory(engine, &a)}, {DNNL_ARG_WEIGHTS, memory(engine, &b)}, {DNNL_ARG_DST, memory(engine, &c)}};
  for (int round = 0; round < 3; round++) check(dnnl_primitive_execute(product, stream, 3, arguments));
  pthread_barrier_wait(j->barrier);
  double start = now(), best = 1e9;
  for (j->rounds = 0; now() - start < 0.6; j->rounds++) {
    double from = now();
    check(dnnl_primitive_execute(product, stream, 3, arguments));
    dnnl_stream_wait(stream);
    if (now() - from < best) best = now() - from;
  }
  j->seconds = now() - start;
  return NULL;
}

int main(int count, char **words) {
  int threads = count > 1 ? atoi(words[1]) : 2;
  int shapes[][4] = {{1024, 1024, 640, 1}, {1024, 2048, 640, 1}, {1024, 640, 2048, 1}, {1024, 2048, 2048, 1},
                     {1024, 640, 2048, 0}, {2048, 2048, 2048, 0}, {1024, 1536, 576, 1}, {1024, 128, 640, 1},
                     {1024, 640, 128, 1}};
  double best = 0;
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    pthread_t thread[64];
    job jobs[64];
    if (threads > 64 || threads < 1) return 2;
    double sum = 0;
    for (int i = 0; i < threads; i++) {
      jobs[i] = (job){shapes[s][0], shapes[s][1], shapes[s][2], shapes[s][3], 0, 0, &barrier};
      pthread_create(&thread[i], NULL, work, &jobs[i]);
    }
    for (int i = 0; i < threads; i++) {
      pthread_join(thread[i], NULL);
      sum += 2e-9 * jobs[i].m * jobs[i].n * jobs[i].k * jobs[i].rounds / jobs[i].seconds;
    }
    printf("%5d x %5d x %5d %s %8.0f GFLOP/s\n", shapes[s][0], shapes[s][1], shapes[s][2], shapes[s][3] ? "x·Wᵀ " : "dy·W ", sum);
    if (sum > best) best = sum;
  }
  printf("best %.0f GFLOP/s on %d threads\n", best, threads);
  return 0;
}
