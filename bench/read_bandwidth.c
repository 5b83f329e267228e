// Read bandwidth of this machine: N threads sum disjoint parts of a buffer far larger than the caches; prints bytes a second of the best pass.
//
//   cc -D_GNU_SOURCE -O3 -march=native -pthread bench/read_bandwidth.c -o read_bandwidth && ./read_bandwidth THREADS [MiB]
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define PASSES 8
#define LANES 128  // sums in flight: enough independent vectors that adding never waits

typedef struct part_t {
  const uint32_t *data;
  size_t count;  // a multiple of LANES
  uint32_t sum;
} part_t;

static void *sum_part(void *argument) {
  part_t *part = argument;
  uint32_t lanes[LANES] = {0};
  for (size_t i = 0; i < part->count; i += LANES) {
    for (size_t lane = 0; lane < LANES; ++lane) lanes[lane] += part->data[i + lane];
  }
  part->sum = 0;
  for (size_t lane = 0; lane < LANES; ++lane) part->sum += lanes[lane];
  return NULL;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 0;
  size_t bytes = (size_t)(argc > 2 ? atoi(argv[2]) : 2048) << 20;
  if (threads < 1 || threads > 256 || bytes == 0) {
    fprintf(stderr, "usage: %s THREADS [MiB]\n", argv[0]);
    return 2;
  }
  uint32_t *data = aligned_alloc(HUGE_PAGE, bytes + (HUGE_PAGE - bytes % HUGE_PAGE) % HUGE_PAGE);
  part_t *parts = calloc((size_t)threads, sizeof *parts);
  pthread_t *ids = calloc((size_t)threads, sizeof *ids);
  if (!data || !parts || !ids) {
    fprintf(stderr, "no memory for %zu bytes\n", bytes);
    return 1;
  }
  madvise(data, bytes, MADV_HUGEPAGE);  // the roof should not be the TLB's
  memset(data, 1, bytes);
  size_t each = bytes / sizeof *data / (size_t)threads / LANES * LANES;
  double best = 1e30;
  uint32_t check = 0;
  for (int pass = 0; pass < PASSES; ++pass) {
    double start = now();
    for (int i = 0; i < threads; ++i) {
      parts[i] = (part_t){data + (size_t)i * each, each, 0};
      if (pthread_create(&ids[i], NULL, sum_part, &parts[i]) != 0) return 1;
    }
    for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
    double seconds = now() - start;
    for (int i = 0; i < threads; ++i) check += parts[i].sum;
    if (seconds < best) best = seconds;
  }
  // The sum is used, so that the reads cannot be optimised away.
  fprintf(stderr, "checksum %u\n", check);
  printf("%.0f\n", (double)(each * sizeof *data * (size_t)threads) / best);
  free(ids);
  free(parts);
  free(data);
  return 0;
}
