// Layers that move between device and host memory while sequences come, grow and go: the bits of a session that holds everything, budgets to the byte,
// copies that fail. `unit-runtime_adaptive N [FIRST]` runs N random schedules instead, from number FIRST on.
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cpu/copy_stream.h"
#include "runtime_fixture.h"
#include "schedule_cmocka.h"

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

static uint64_t g_schedules = 120, g_first = 1;

// ---- Delays and failures on the copy threads

static atomic_uint g_jobs;
static unsigned g_fail_every;  // 0: none fails

static bool delay(const char *stream) {
  unsigned job = atomic_fetch_add(&g_jobs, 1) * 2654435761u >> 16;
  if (job % 16 == 0) usleep(job / 16 % 200);
  return strcmp(stream, "moves") || g_fail_every == 0 || job % g_fail_every;
}

static void run_schedules(uint64_t budget, uint64_t first, uint64_t count, bool failures) {
  fixture_t *fixture = fixture_create(&(fixture_options_t){SPC_F32, budget});
  schedule_t s = {.ops = 24, .retry = failures};
  ASSERT_OK(spc_model_create(&fixture->plan, NULL, &s.model));
  schedule_open(&s);
  g_fail_every = failures ? 61 : 0;
  spc_copy_stream_set_hook(delay);
  for (uint64_t i = 0; i < count; ++i) schedule_run(&s, first + i);
  spc_copy_stream_set_hook(NULL);
  if (count >= 20) {
    assert_true(s.moved_out > count / 4 && s.moved_back > count / 8);
    assert_int_equal(s.most_out, FIX_LAYERS);
    assert_true(!failures || s.errors > 0);
  }
  print_message("%llu schedules, %llu steps: %llu layers moved out, %llu back, %llu failures\n", (unsigned long long)count, (unsigned long long)s.steps,
                (unsigned long long)s.moved_out, (unsigned long long)s.moved_back, (unsigned long long)s.errors);
  schedule_close(&s);
  spc_model_destroy(s.model);
  free(fixture);
}

static void test_schedules(void **state) {
  (void)state;
  run_schedules(6, g_first, g_schedules, false);
}
static void test_schedules_without_a_retriever(void **state) {
  (void)state;
  run_schedules(0, g_first, g_schedules / 4, false);
}
static void test_schedules_with_copies_that_fail(void **state) {
  (void)state;
  run_schedules(6, g_first, g_schedules / 4, true);
}

// ---- One sequence after the other

typedef struct world_t {
  fixture_t *fixture;
  spc_model_t *model;
  spc_memory_model_t memory;
} world_t;

static world_t world_create(void) {
  world_t w = {.fixture = fixture_create(&(fixture_options_t){SPC_F32, 6})};
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  spc_memory_model_init(&w.fixture->plan, &w.memory);
  return w;
}
static void world_destroy(world_t *w) {
  spc_model_destroy(w->model);
  free(w->fixture);
}

static spc_session_options_t options_for(uint64_t device_memory) {
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 1;
  options.prefill_chunk = 8;
  options.device_memory = device_memory;
  return options;
}

static uint64_t out_now(const spc_session_t *session) {
  spc_session_stats_t stats;
  spc_session_stats(session, &stats);
  return stats.offloaded_layers;
}

// The fewest layers out with which |tokens| tokens of one sequence fit.
static uint64_t expected_out(const world_t *w, uint64_t tokens, uint64_t budget) {
  uint64_t n = 0, pages = spc_memory_pages(&w->memory, 1, tokens);
  while (spc_memory_add(w->memory.weights, spc_memory_arena_of_pages(&w->memory, 1, pages, n)) > budget) ++n;
  return n;
}

static void test_a_prompt_starts_with_the_right_number_out(void **state) {
  (void)state;
  world_t w = world_create();
  uint64_t budget = spc_memory_device_bytes(&w.memory, 1, FIX_MAX_SEQ, FIX_LAYERS) + 1000, seen = 0;
  int32_t tokens[FIX_MAX_SEQ] = {0}, sequence;
  for (uint64_t length = 1; length <= FIX_MAX_SEQ; ++length) {
    spc_session_options_t options = options_for(budget);
    options.max_batch = 1;
    spc_session_t *session;
    ASSERT_OK(spc_session_create(w.model, &options, &session));
    assert_int_equal(out_now(session), 0);
    ASSERT_OK(spc_session_sequence_create(session, &sequence));
    ASSERT_OK(spc_session_prefill(session, sequence, length, tokens, SPC_LOGITS_NONE, NULL));
    assert_int_equal(out_now(session), expected_out(&w, length, budget));
    seen |= UINT64_C(1) << out_now(session);
    // A shorter one that follows brings layers back.
    spc_session_sequence_destroy(session, sequence);
    ASSERT_OK(spc_session_sequence_create(session, &sequence));
    ASSERT_OK(spc_session_prefill(session, sequence, 1, tokens, SPC_LOGITS_NONE, NULL));
    assert_int_equal(out_now(session), 0);
    spc_session_destroy(session);
  }
  assert_true((seen & (seen - 1)) != 0);  // at least two numbers of layers occurred
  world_destroy(&w);
}

static void test_a_byte_too_few(void **state) {
  (void)state;
  world_t w = world_create();
  uint64_t least = UINT64_MAX;
  for (uint64_t n = 0; n <= FIX_LAYERS; ++n) {
    uint64_t bytes = spc_memory_device_bytes(&w.memory, FIX_MAX_BATCH, FIX_MAX_SEQ, n);
    if (bytes < least) least = bytes;
  }
  spc_session_options_t options = options_for(least - 1);
  spc_session_t *session;
  spc_status_t status = spc_session_create(w.model, &options, &session);
  assert_int_equal(spc_status_code(status), SPC_OUT_OF_MEMORY);
  assert_non_null(strstr(spc_status_message(status), "1 more than"));
  spc_status_ignore(status);
  options.device_memory = least;
  ASSERT_OK(spc_session_create(w.model, &options, &session));
  // All sequences reach their full length: nothing runs out.
  int32_t rows[FIX_MAX_BATCH], tokens[FIX_MAX_BATCH] = {1, 2, 3};
  for (int i = 0; i < FIX_MAX_BATCH; ++i) {
    ASSERT_OK(spc_session_sequence_create(session, &rows[i]));
    ASSERT_OK(spc_session_prefill(session, rows[i], 1, tokens, SPC_LOGITS_NONE, NULL));
  }
  for (int step = 1; step < FIX_MAX_SEQ; ++step) ASSERT_OK(spc_session_decode(session, FIX_MAX_BATCH, rows, tokens, NULL));
  spc_session_stats_t stats;
  spc_session_stats(session, &stats);
  assert_int_equal(stats.pages_used, stats.pages_total);
  assert_int_equal(stats.device_total, least);
  assert_true(stats.layers_moved_out > 0 && stats.bytes_moved > 0);
  spc_session_destroy(session);
  world_destroy(&w);
}

static bool fail_moves(const char *stream) { return strcmp(stream, "moves") != 0; }

// While every copy fails, sequences that need no move go on, and one that needs it gets an error that changes nothing.
static void test_a_copy_that_always_fails(void **state) {
  (void)state;
  world_t w = world_create();
  uint64_t budget = spc_memory_device_bytes(&w.memory, 2, FIX_MAX_SEQ, FIX_LAYERS) + 3000;
  int32_t tokens[FIX_MAX_SEQ] = {0}, a, b;
  float logits[FIX_VOCAB], expected[FIX_VOCAB];
  for (int failing = 0; failing < 2; ++failing) {
    spc_copy_stream_set_hook(failing ? fail_moves : NULL);
    spc_session_options_t options = options_for(budget);
    options.max_batch = 2;
    spc_session_t *session;
    ASSERT_OK(spc_session_create(w.model, &options, &session));
    ASSERT_OK(spc_session_sequence_create(session, &a));
    ASSERT_OK(spc_session_sequence_create(session, &b));
    ASSERT_OK(spc_session_prefill(session, a, 9, tokens, SPC_LOGITS_NONE, NULL));
    spc_status_t status = spc_session_prefill(session, b, FIX_MAX_SEQ, tokens, SPC_LOGITS_NONE, NULL);
    if (failing) {
      assert_int_equal(spc_status_code(status), SPC_DEVICE);
      assert_non_null(strstr(spc_status_message(status), "no sequence is affected"));
      spc_status_ignore(status);
      assert_int_equal(spc_session_sequence_length(session, b), 0);
      spc_session_sequence_destroy(session, b);
    } else {
      ASSERT_OK(status);
    }
    ASSERT_OK(spc_session_decode(session, 1, &a, tokens, failing ? logits : expected));
    spc_session_destroy(session);
  }
  spc_copy_stream_set_hook(NULL);
  assert_memory_equal(logits, expected, sizeof logits);
  world_destroy(&w);
}

int main(int argc, char **argv) {
  if (argc > 1) g_schedules = strtoull(argv[1], NULL, 10);
  if (argc > 2) g_first = strtoull(argv[2], NULL, 10);
  const struct CMUnitTest many[] = {cmocka_unit_test(test_schedules)};
  if (argc > 1) return cmocka_run_group_tests(many, NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_schedules_without_a_retriever),
      cmocka_unit_test(test_schedules_with_copies_that_fail),
      cmocka_unit_test(test_a_prompt_starts_with_the_right_number_out),
      cmocka_unit_test(test_a_byte_too_few),
      cmocka_unit_test(test_a_copy_that_always_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
