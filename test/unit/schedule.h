// Random schedules: sequences join, grow, are given more prompt, and leave, in a session that moves layers between device and host memory; and in one that
// holds everything on the device. Both must give the same bits at every step.
#ifndef TEST_UNIT_SCHEDULE_H_
#define TEST_UNIT_SCHEDULE_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spc/memory_model.h"
#include "spc/spc.h"

#define SCHEDULE_MAX_BATCH 8
#define SCHEDULE_MAX_SEQ 4096

// Says what is wrong and does not return; the program that includes this file defines it.
_Noreturn void schedule_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

typedef struct schedule_t {
  spc_model_t *model;
  uint64_t seed, random;
  int ops;
  bool retry;     // an error of a copy is followed by the same call
  bool no_graphs;
  bool (*is_over)(void);  // asked before every step; from then on the schedule under way does nothing any more. NULL: never
  int32_t max_seq, max_batch;  // of the schedule under way
  int32_t longest;             // of the object
  uint64_t vocab, layers;
  float *logits[2];  // [max_batch, vocab]
  uint64_t budget;
  spc_session_t *adaptive, *resident;
  int lengths[SCHEDULE_MAX_BATCH];  // -1: no such sequence
  // What happened, summed up.
  uint64_t moved_out, moved_back, most_out, steps, errors, bytes_moved;
  uint64_t bytes_traced;  // of the schedule under way
} schedule_t;

static inline void schedule_require(const schedule_t *s, bool condition, const char *what) {
  if (!condition) schedule_fail("schedule %llu: not so: %s", (unsigned long long)s->seed, what);
}
#define SCHEDULE_REQUIRE(s, condition) schedule_require(s, condition, #condition)

static inline uint32_t schedule_random(schedule_t *s, uint32_t below) {
  s->random = s->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(s->random >> 33) % below;
}

static inline void schedule_check(const schedule_t *s, spc_status_t status, const char *what) {
  if (status) schedule_fail("schedule %llu, %s: %s", (unsigned long long)s->seed, what, spc_status_message(status));
}

// A failed copy is told and may be tried again; nothing else may fail.
static inline bool schedule_again(schedule_t *s, spc_status_t status, const char *what) {
  if (!status || !s->retry || spc_status_code(status) != SPC_DEVICE) {
    schedule_check(s, status, what);
    return false;
  }
  ++s->errors;
  spc_status_ignore(status);
  return true;
}

// One call at a time, some from the thread that copies.
static inline void schedule_traced(void *context, const spc_trace_span_t *span) {
  schedule_t *s = context;
  if (span->track != SPC_TRACE_MOVE) return;
  SCHEDULE_REQUIRE(s, span->layer >= 0 && (uint64_t)span->layer < s->layers && span->begin <= span->end && span->bytes > 0);
  s->bytes_traced += span->bytes;
}

static inline bool schedule_is_over(const schedule_t *s) { return s->is_over && s->is_over(); }

static inline void schedule_check_memory(const schedule_t *s) {
  spc_session_stats_t m;
  spc_session_stats(s->adaptive, &m);
  uint64_t sum = m.weights + m.activations + m.state + m.staging + m.retrieval_pools + m.kv_pools + m.kv_slots + m.unassigned;
  SCHEDULE_REQUIRE(s, sum == m.device_total);
  SCHEDULE_REQUIRE(s, m.device_total <= s->budget && s->budget - m.device_total < 64);
  SCHEDULE_REQUIRE(s, m.unassigned <= m.device_total && m.offloaded_layers <= s->layers);
}

static inline void schedule_prefill(schedule_t *s, int32_t sequence) {
  int32_t tokens[SCHEDULE_MAX_SEQ];
  int room = s->max_seq - s->lengths[sequence];
  if (room <= 0) return;
  int n = 1 + (int)schedule_random(s, (uint32_t)(schedule_random(s, 3) ? room : (room + 3) / 4));
  for (int i = 0; i < n; ++i) tokens[i] = (int32_t)schedule_random(s, (uint32_t)s->vocab);
  while (schedule_again(s, spc_session_prefill(s->adaptive, sequence, (size_t)n, tokens, SPC_LOGITS_LAST, s->logits[0]), "prefill")) continue;
  schedule_check(s, spc_session_prefill(s->resident, sequence, (size_t)n, tokens, SPC_LOGITS_LAST, s->logits[1]), "resident prefill");
  if (memcmp(s->logits[0], s->logits[1], s->vocab * sizeof(float))) schedule_fail("schedule %llu: the logits of a prefill differ", (unsigned long long)s->seed);
  s->lengths[sequence] += n;
}

static inline void schedule_join(schedule_t *s) {
  int32_t a, b;
  spc_status_t status = spc_session_sequence_create(s->adaptive, &a);
  if (status) {
    SCHEDULE_REQUIRE(s, spc_status_code(status) == SPC_OUT_OF_RANGE);
    spc_status_ignore(status);
    return;
  }
  schedule_check(s, spc_session_sequence_create(s->resident, &b), "resident create");
  SCHEDULE_REQUIRE(s, a == b);
  s->lengths[a] = 0;
  schedule_prefill(s, a);
}

static inline void schedule_leave(schedule_t *s) {
  int32_t sequence = (int32_t)schedule_random(s, (uint32_t)s->max_batch);
  spc_session_sequence_destroy(s->adaptive, sequence);
  spc_session_sequence_destroy(s->resident, sequence);
  s->lengths[sequence] = -1;
}

static inline void schedule_decode(schedule_t *s) {
  int32_t rows[SCHEDULE_MAX_BATCH], tokens[SCHEDULE_MAX_BATCH];
  for (uint32_t left = 1 + schedule_random(s, (uint32_t)s->max_seq / 5); left > 0 && !schedule_is_over(s); --left) {
    size_t n = 0;
    bool all = schedule_random(s, 4) > 0;
    for (int32_t i = 0; i < s->max_batch; ++i) {
      if (s->lengths[i] < 1 || s->lengths[i] == s->max_seq || (!all && schedule_random(s, 2))) continue;
      rows[n] = i;
      tokens[n++] = (int32_t)schedule_random(s, (uint32_t)s->vocab);
    }
    if (n == 0) return;
    while (schedule_again(s, spc_session_decode(s->adaptive, n, rows, tokens, s->logits[0]), "decode")) continue;
    schedule_check(s, spc_session_decode(s->resident, n, rows, tokens, s->logits[1]), "resident decode");
    if (memcmp(s->logits[0], s->logits[1], n * s->vocab * sizeof(float))) {
      spc_session_stats_t m;
      spc_session_stats(s->adaptive, &m);
      schedule_fail("schedule %llu: the logits of a step differ; %llu layers out, %llu moved out, %llu back", (unsigned long long)s->seed,
               (unsigned long long)m.offloaded_layers, (unsigned long long)m.layers_moved_out, (unsigned long long)m.layers_moved_back);
    }
    for (size_t r = 0; r < n; ++r) ++s->lengths[rows[r]];
    ++s->steps;
    schedule_check_memory(s);
  }
}

// Takes |s->model|'s dimensions, as far as they are not too large for a test.
static inline void schedule_open(schedule_t *s) {
  const spc_dims_t *d = &spc_model_plan(s->model)->dims;
  s->longest = s->max_seq = (int32_t)(d->max_seq < SCHEDULE_MAX_SEQ ? d->max_seq : SCHEDULE_MAX_SEQ);
  s->max_batch = (int32_t)(d->max_batch < SCHEDULE_MAX_BATCH ? d->max_batch : SCHEDULE_MAX_BATCH);
  s->vocab = d->vocab;
  s->layers = d->layers;
  for (int i = 0; i < 2; ++i) s->logits[i] = calloc((size_t)s->max_batch * s->vocab, sizeof(float));
  SCHEDULE_REQUIRE(s, s->logits[0] && s->logits[1]);
}
static inline void schedule_close(schedule_t *s) {
  for (int i = 0; i < 2; ++i) free(s->logits[i]);
}

// Runs schedule |seed| on |s->model|; device memory is at random between what is needed with all layers out and what holds everything.
static inline void schedule_run(schedule_t *s, uint64_t seed) {
  s->seed = seed;
  s->random = seed * 2 + 1;
  (void)schedule_random(s, 2);
  s->max_seq = seed % 3 ? s->longest : s->longest * 3 / 4;  // sessions may be made for less than the object
  spc_memory_model_t memory;
  spc_memory_model_init(spc_model_plan(s->model), &memory);
  spc_memory_limit_staging(spc_model_plan(s->model), (uint64_t)s->max_seq, &memory);
  uint64_t batch = (uint64_t)s->max_batch, seq = (uint64_t)s->max_seq, least = UINT64_MAX, all = spc_memory_device_bytes(&memory, batch, seq, 0);
  for (uint64_t n = 0; n <= s->layers; ++n) {
    uint64_t bytes = spc_memory_device_bytes(&memory, batch, seq, n);
    if (bytes < least) least = bytes;
  }
  SCHEDULE_REQUIRE(s, least < all);
  s->budget = least + (uint64_t)schedule_random(s, 1 << 30) * (all - least) / (1 << 30);
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 1 + (int32_t)schedule_random(s, 2);
  options.prefill_chunk = 8;  // more rows are multiplied by the GEMM library
  options.max_batch = batch;
  options.max_seq = seq;
  options.no_graphs = s->no_graphs;
  options.device_memory = s->budget;
  schedule_check(s, spc_session_create(s->model, &options, &s->adaptive), "session");
  options.device_memory = 0;
  options.unlimited_memory = true;
  options.threads = 1;
  schedule_check(s, spc_session_create(s->model, &options, &s->resident), "resident session");
  bool traced = seed % 4 == 3;
  s->bytes_traced = 0;
  if (traced) schedule_check(s, spc_session_trace(s->adaptive, schedule_traced, s), "trace");
  for (int i = 0; i < s->max_batch; ++i) s->lengths[i] = -1;
  for (int op = 0; op < s->ops && !schedule_is_over(s); ++op) {
    uint32_t choice = schedule_random(s, 12);
    if (choice < 3) schedule_join(s);
    else if (choice < 5) schedule_leave(s);
    else if (choice < 6 && s->lengths[choice = schedule_random(s, (uint32_t)s->max_batch)] >= 0) schedule_prefill(s, (int32_t)choice);
    else schedule_decode(s);
    if (spc_model_has_retriever(s->model) && schedule_random(s, 6) == 0) {
      bool full = schedule_random(s, 3) == 0;
      schedule_check(s, spc_session_set_full_attention(s->adaptive, full), "attention");
      schedule_check(s, spc_session_set_full_attention(s->resident, full), "attention");
    }
  }
  if (traced) schedule_check(s, spc_session_trace(s->adaptive, NULL, NULL), "trace");  // every move has been told of now
  spc_session_stats_t stats;
  spc_session_stats(s->adaptive, &stats);
  if (traced && !s->retry) SCHEDULE_REQUIRE(s, s->bytes_traced == stats.bytes_moved);
  s->moved_out += stats.layers_moved_out;
  s->moved_back += stats.layers_moved_back;
  s->bytes_moved += stats.bytes_moved;
  if (stats.most_offloaded_layers > s->most_out) s->most_out = stats.most_offloaded_layers;
  spc_session_destroy(s->adaptive);
  spc_session_destroy(s->resident);
}

#endif  // TEST_UNIT_SCHEDULE_H_
