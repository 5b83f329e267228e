// Random schedules: sequences join, grow, are given more prompt, and leave, in a session that moves layers between device and host memory; and in one that
// holds everything on the device. Both must give the same bits at every step.
#ifndef TEST_UNIT_SCHEDULE_H_
#define TEST_UNIT_SCHEDULE_H_

#include <stdio.h>
#include <string.h>

#include "runtime_fixture.h"
#include "spc/memory_model.h"
#include "spc/spc.h"

typedef struct schedule_t {
  spc_model_t *model;
  uint64_t seed, random;
  int ops;
  bool retry;     // an error of a copy is followed by the same call
  bool no_graphs;
  uint64_t budget;
  spc_session_t *adaptive, *resident;
  int lengths[FIX_MAX_BATCH];  // -1: no such sequence
  // What happened, summed up.
  uint64_t moved_out, moved_back, most_out, steps, errors;
} schedule_t;

static inline uint32_t schedule_random(schedule_t *s, uint32_t below) {
  s->random = s->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(s->random >> 33) % below;
}

static inline void schedule_check(const schedule_t *s, spc_status_t status, const char *what) {
  if (status) fail_msg("schedule %llu, %s: %s", (unsigned long long)s->seed, what, spc_status_message(status));
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

static inline void schedule_check_memory(const schedule_t *s) {
  spc_session_stats_t m;
  spc_session_stats(s->adaptive, &m);
  uint64_t sum = m.weights + m.activations + m.state + m.staging + m.retrieval_pools + m.kv_pools + m.kv_slots + m.unassigned;
  assert_int_equal(sum, m.device_total);
  assert_true(m.device_total <= s->budget && s->budget - m.device_total < 64);
  assert_true(m.unassigned <= m.device_total && m.offloaded_layers <= FIX_LAYERS);
}

static inline void schedule_prefill(schedule_t *s, int32_t sequence) {
  int32_t tokens[FIX_MAX_SEQ];
  int room = FIX_MAX_SEQ - s->lengths[sequence];
  if (room <= 0) return;
  int n = 1 + (int)schedule_random(s, (uint32_t)(schedule_random(s, 3) ? room : (room + 3) / 4));
  for (int i = 0; i < n; ++i) tokens[i] = (int32_t)schedule_random(s, FIX_VOCAB);
  float logits[2][FIX_VOCAB];
  while (schedule_again(s, spc_session_prefill(s->adaptive, sequence, (size_t)n, tokens, SPC_LOGITS_LAST, logits[0]), "prefill")) continue;
  schedule_check(s, spc_session_prefill(s->resident, sequence, (size_t)n, tokens, SPC_LOGITS_LAST, logits[1]), "resident prefill");
  if (memcmp(logits[0], logits[1], sizeof logits[0])) fail_msg("schedule %llu: the logits of a prefill differ", (unsigned long long)s->seed);
  s->lengths[sequence] += n;
}

static inline void schedule_join(schedule_t *s) {
  int32_t a, b;
  spc_status_t status = spc_session_sequence_create(s->adaptive, &a);
  if (status) {
    assert_int_equal(spc_status_code(status), SPC_OUT_OF_RANGE);
    spc_status_ignore(status);
    return;
  }
  schedule_check(s, spc_session_sequence_create(s->resident, &b), "resident create");
  assert_int_equal(a, b);
  s->lengths[a] = 0;
  schedule_prefill(s, a);
}

static inline void schedule_leave(schedule_t *s) {
  int32_t sequence = (int32_t)schedule_random(s, FIX_MAX_BATCH);
  spc_session_sequence_destroy(s->adaptive, sequence);
  spc_session_sequence_destroy(s->resident, sequence);
  s->lengths[sequence] = -1;
}

static inline void schedule_decode(schedule_t *s) {
  int32_t rows[FIX_MAX_BATCH], tokens[FIX_MAX_BATCH];
  float logits[2][FIX_MAX_BATCH * FIX_VOCAB];
  for (uint32_t left = 1 + schedule_random(s, 12); left > 0; --left) {
    size_t n = 0;
    bool all = schedule_random(s, 4) > 0;
    for (int32_t i = 0; i < FIX_MAX_BATCH; ++i) {
      if (s->lengths[i] < 1 || s->lengths[i] == FIX_MAX_SEQ || (!all && schedule_random(s, 2))) continue;
      rows[n] = i;
      tokens[n++] = (int32_t)schedule_random(s, FIX_VOCAB);
    }
    if (n == 0) return;
    while (schedule_again(s, spc_session_decode(s->adaptive, n, rows, tokens, logits[0]), "decode")) continue;
    schedule_check(s, spc_session_decode(s->resident, n, rows, tokens, logits[1]), "resident decode");
    if (memcmp(logits[0], logits[1], n * FIX_VOCAB * sizeof(float))) {
      spc_session_stats_t m;
      spc_session_stats(s->adaptive, &m);
      fail_msg("schedule %llu: the logits of a step differ; %llu layers out, %llu moved out, %llu back", (unsigned long long)s->seed,
               (unsigned long long)m.offloaded_layers, (unsigned long long)m.layers_moved_out, (unsigned long long)m.layers_moved_back);
    }
    for (size_t r = 0; r < n; ++r) ++s->lengths[rows[r]];
    ++s->steps;
    schedule_check_memory(s);
  }
}

// Runs schedule |seed| on |s->model|; device memory is at random between what is needed with all layers out and what holds everything.
static inline void schedule_run(schedule_t *s, uint64_t seed) {
  s->seed = seed;
  s->random = seed * 2 + 1;
  (void)schedule_random(s, 2);
  spc_memory_model_t memory;
  spc_memory_model_init(spc_model_plan(s->model), &memory);
  uint64_t least = UINT64_MAX, all = spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, 0);
  for (uint64_t n = 0; n <= FIX_LAYERS; ++n) {
    uint64_t bytes = spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, n);
    if (bytes < least) least = bytes;
  }
  assert_true(least < all);
  s->budget = least + schedule_random(s, (uint32_t)(all - least));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 1 + (int32_t)schedule_random(s, 2);
  options.prefill_chunk = 8;  // more rows are multiplied by the GEMM library
  options.no_graphs = s->no_graphs;
  options.device_memory = s->budget;
  schedule_check(s, spc_session_create(s->model, &options, &s->adaptive), "session");
  options.device_memory = 0;
  options.unlimited_memory = true;
  options.threads = 1;
  schedule_check(s, spc_session_create(s->model, &options, &s->resident), "resident session");
  for (int i = 0; i < FIX_MAX_BATCH; ++i) s->lengths[i] = -1;
  for (int op = 0; op < s->ops; ++op) {
    uint32_t choice = schedule_random(s, 12);
    if (choice < 3) schedule_join(s);
    else if (choice < 5) schedule_leave(s);
    else if (choice < 6 && s->lengths[choice = schedule_random(s, FIX_MAX_BATCH)] >= 0) schedule_prefill(s, (int32_t)choice);
    else schedule_decode(s);
    if (spc_model_has_retriever(s->model) && schedule_random(s, 6) == 0) {
      bool full = schedule_random(s, 3) == 0;
      schedule_check(s, spc_session_set_full_attention(s->adaptive, full), "attention");
      schedule_check(s, spc_session_set_full_attention(s->resident, full), "attention");
    }
  }
  spc_session_stats_t stats;
  spc_session_stats(s->adaptive, &stats);
  s->moved_out += stats.layers_moved_out;
  s->moved_back += stats.layers_moved_back;
  if (stats.most_offloaded_layers > s->most_out) s->most_out = stats.most_offloaded_layers;
  spc_session_destroy(s->adaptive);
  spc_session_destroy(s->resident);
}

#endif  // TEST_UNIT_SCHEDULE_H_
