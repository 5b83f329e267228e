#include "cpu/bandwidth.h"

#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "cpu/thread_pool.h"

#define MOST_BYTES (UINT64_C(512) << 20)
#define LEAST_BYTES (UINT64_C(64) << 20)
#define PASSES 4
#define ROW_BYTES 1024  // of what the copy thread moves at a time

typedef struct reader_t {
  const uint64_t *words;
  uint64_t sums[64];  // so that no read is without use
} reader_t;

static void read_range(void *context, int64_t begin, int64_t end) {
  reader_t *reader = context;
  uint64_t sum[8] = {0};
  for (int64_t block = begin; block < end; ++block) {  // of eight words
    for (int k = 0; k < 8; ++k) sum[k] += reader->words[8 * block + k];
  }
  uint64_t all = 0;
  for (int k = 0; k < 8; ++k) all += sum[k];
  __atomic_fetch_add(&reader->sums[begin % 64], all, __ATOMIC_RELAXED);
}

static double best_read(spc_thread_pool_t *pool, const spc_region_t *from) {
  reader_t reader = {.words = (const uint64_t *)(const void *)from->data};
  double best = 0;
  for (int pass = 0; pass < PASSES; ++pass) {
    double begin = spc_now();
    spc_thread_pool_for(pool, (int64_t)(from->size / 64), read_range, &reader);
    double rate = (double)from->size / (spc_now() - begin);
    if (rate > best) best = rate;
  }
  return best;
}

static double best_copy(const spc_region_t *from, uint8_t *to, uint64_t bytes) {
  double best = 0;
  for (int pass = 0; pass < PASSES; ++pass) {
    double begin = spc_now();
    for (uint64_t at = 0; at + ROW_BYTES <= bytes; at += ROW_BYTES) memcpy(to + at, from->data + at, ROW_BYTES);
    double rate = (double)bytes / (spc_now() - begin);
    if (rate > best) best = rate;
  }
  return best;
}

spc_status_t spc_cpu_measure(const spc_model_t *model, uint32_t threads, spc_machine_t *machine) {
  (void)model;
  machine->device_memory = machine->host_memory;
  uint64_t bytes = machine->host_memory / 16 < MOST_BYTES ? machine->host_memory / 16 : MOST_BYTES;
  if (bytes < LEAST_BYTES) bytes = LEAST_BYTES;
  spc_thread_pool_t *pool = NULL;
  spc_region_t from = {0}, to = {0};
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_thread_pool_create(threads, &pool));
  SPC_GOTO_IF_ERROR(spc_region_init("memory to read", bytes, &from));
  SPC_GOTO_IF_ERROR(spc_region_init("memory to copy to", bytes / 4, &to));
  memset(from.data, 1, bytes);  // pages that nobody wrote to are all the same one
  memset(to.data, 1, bytes / 4);
  machine->memory_bandwidth = best_read(pool, &from);
  machine->link_bandwidth = best_copy(&from, to.data, bytes / 4);
cleanup:
  spc_region_deinit(&to);
  spc_region_deinit(&from);
  spc_thread_pool_destroy(pool);
  return status;
}
