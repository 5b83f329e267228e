#include "bench/measure.h"

#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double bench_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct bench_t {
  int threads, repeats;
  bench_range_fn_t run;
  void *data;
  int64_t items, windows;
  atomic_int arrived;
  atomic_int round;
  double best;
} bench_t;

typedef struct worker_t {
  bench_t *bench;
  int index;
} worker_t;

// Spins briefly, then yields: the machine may have fewer cores free than threads.
static void meet(bench_t *bench) {
  int round = atomic_load(&bench->round);
  if (atomic_fetch_add(&bench->arrived, 1) + 1 == bench->threads) {
    atomic_store(&bench->arrived, 0);
    atomic_store(&bench->round, round + 1);
    return;
  }
  for (int spins = 0; atomic_load(&bench->round) == round; ++spins) {
    if (spins > 20000) sched_yield();
  }
}

static void *work(void *argument) {
  worker_t *worker = argument;
  bench_t *bench = worker->bench;
  int64_t first = bench->items * worker->index / bench->threads, last = bench->items * (worker->index + 1) / bench->threads;
  for (int i = 0; i < bench->repeats; ++i) {
    meet(bench);
    double start = bench_now();
    int64_t window = i % bench->windows * bench->items;
    bench->run(bench->data, window + first, window + last);
    meet(bench);
    double seconds = bench_now() - start;
    if (worker->index == 0 && seconds < bench->best) bench->best = seconds;
  }
  return NULL;
}

double bench_run(int threads, int repeats, bench_range_fn_t run, void *data, int64_t items, int64_t windows) {
  if (threads > 64) threads = 64;
  bench_t bench = {threads, repeats, run, data, items, windows, 0, 0, 1e30};
  pthread_t ids[64];
  worker_t workers[64];
  for (int i = 1; i < threads; ++i) {
    workers[i] = (worker_t){&bench, i};
    if (pthread_create(&ids[i], NULL, work, &workers[i])) {
      fprintf(stderr, "cannot start thread %d\n", i);
      exit(1);
    }
  }
  workers[0] = (worker_t){&bench, 0};
  work(&workers[0]);
  for (int i = 1; i < threads; ++i) pthread_join(ids[i], NULL);
  return bench.best;
}

typedef uint64_t wide_t __attribute__((vector_size(32)));
static volatile uint64_t g_sink;

__attribute__((target("avx2"))) static void read_range(void *data, int64_t begin, int64_t end) {
  // Items are lines of 64 bytes; four streams of each thread's share, as a kernel that reads several rows has.
  const wide_t *lines = data;
  int64_t quarter = (end - begin) / 4;
  wide_t sums[8] = {{0}};
  const wide_t *s0 = lines + 2 * begin, *s1 = s0 + 2 * quarter, *s2 = s1 + 2 * quarter, *s3 = s2 + 2 * quarter;
  for (int64_t i = 0; i < 2 * quarter; i += 2) {
    sums[0] += s0[i];
    sums[1] += s0[i + 1];
    sums[2] += s1[i];
    sums[3] += s1[i + 1];
    sums[4] += s2[i];
    sums[5] += s2[i + 1];
    sums[6] += s3[i];
    sums[7] += s3[i + 1];
  }
  for (int i = 1; i < 8; ++i) sums[0] += sums[i];
  g_sink += sums[0][0] + sums[0][1] + sums[0][2] + sums[0][3];
}

double bench_read_bandwidth(int threads, int repeats, const void *data, int64_t size, int64_t windows) {
  int64_t lines = size / windows / 64;
  return (double)lines * 64 / bench_run(threads, repeats, read_range, (void *)data, lines, windows);
}

enum { k_fma_accumulators = 12, k_fma_steps = 200 };  // of an item; the accumulators fit the registers when unrolled

__attribute__((target("avx512f"))) static void fma_range_512(void *data, int64_t begin, int64_t end) {
  (void)data;
  __m512 sums[k_fma_accumulators], a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
  for (int j = 0; j < k_fma_accumulators; ++j) sums[j] = b;
  for (int64_t i = begin * k_fma_steps; i < end * k_fma_steps; ++i) {
#pragma GCC unroll 12
    for (int j = 0; j < k_fma_accumulators; ++j) sums[j] = _mm512_fmadd_ps(sums[j], a, b);
  }
  for (int j = 1; j < k_fma_accumulators; ++j) sums[0] = _mm512_add_ps(sums[0], sums[j]);
  g_sink += (uint64_t)_mm512_reduce_add_ps(sums[0]);
}

__attribute__((target("avx2,fma"))) static void fma_range_256(void *data, int64_t begin, int64_t end) {
  (void)data;
  __m256 sums[k_fma_accumulators], a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
  for (int j = 0; j < k_fma_accumulators; ++j) sums[j] = b;
  for (int64_t i = begin * k_fma_steps; i < end * k_fma_steps; ++i) {
#pragma GCC unroll 12
    for (int j = 0; j < k_fma_accumulators; ++j) sums[j] = _mm256_fmadd_ps(sums[j], a, b);
  }
  for (int j = 1; j < k_fma_accumulators; ++j) sums[0] = _mm256_add_ps(sums[0], sums[j]);
  g_sink += (uint64_t)_mm256_cvtss_f32(sums[0]);
}

double bench_fma_rate(int threads, int repeats) {
  bool wide = __builtin_cpu_supports("avx512f");
  int64_t items = 2000 * threads;
  double operations = 2.0 * (wide ? 16 : 8) * k_fma_accumulators * k_fma_steps * (double)items;
  return operations / bench_run(threads, repeats, wide ? fma_range_512 : fma_range_256, NULL, items, 1);
}
