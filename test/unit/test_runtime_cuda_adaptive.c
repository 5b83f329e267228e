// Layers that move between the GPU and host memory, on a driver that runs streams out of order: the bits of a session that holds everything, with graphs and
// without, and with copies that fail. `unit-runtime_cuda_adaptive N [FIRST]` runs N random schedules instead, from number FIRST on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cuda/cublaslt.h"
#include "cuda/driver.h"
#include "fake_fixture.h"
#include "schedule_cmocka.h"

static uint64_t g_schedules = 60, g_first = 1;

static void run_schedules(uint64_t budget, bool no_graphs, uint64_t count, uint64_t fail_every) {
  schedule_t s = {.ops = 24, .no_graphs = no_graphs, .retry = fail_every > 0};
  spc_cuda_driver_set_library(NULL);
  spc_cublaslt_set_library("/nonexistent");  // whose products depend on the number of rows
  fixture_t *fixture = fake_fixture_create(SPC_F32, budget);
  uint64_t moves = 0;
  for (uint64_t i = 0; i < count; ++i) {
    fake_cuda_reset(fake_fixture_kernels());
    fixture->plan.dims.host_group = 1 + (g_first + i) / 2 % FIX_LAYERS;
    fixture->plan.dims.host_last_group = 1 + (g_first + i) / 6 % fixture->plan.dims.host_group;
    fake_cuda.later_streams_first = (g_first + i) % 2;
    fake_cuda.fail_moves_every = fail_every;
    schedule_check(&s, spc_model_create(&fixture->plan, NULL, &s.model), "model");
    schedule_open(&s);
    schedule_run(&s, g_first + i);
    schedule_close(&s);
    spc_model_destroy(s.model);
    assert_int_equal(fake_cuda.live, 0);
    moves += fake_cuda.moves;
  }
  if (count >= 20) {
    assert_true(s.moved_out > count / 4 && s.moved_back > count / 8 && moves > count);
    assert_int_equal(s.most_out, FIX_LAYERS);
    assert_true(!fail_every || s.errors > 0);
  }
  print_message("%llu schedules, %llu steps: %llu layers moved out, %llu back, %llu failures\n", (unsigned long long)count, (unsigned long long)s.steps,
                (unsigned long long)s.moved_out, (unsigned long long)s.moved_back, (unsigned long long)s.errors);
  free(fixture);
}

static void test_schedules(void **state) {
  (void)state;
  run_schedules(6, false, g_schedules, 0);
}
static void test_schedules_without_graphs(void **state) {
  (void)state;
  run_schedules(6, true, g_schedules / 2, 0);
}
static void test_schedules_without_a_retriever(void **state) {
  (void)state;
  run_schedules(0, false, g_schedules / 2, 0);
}
static void test_schedules_with_copies_that_fail(void **state) {
  (void)state;
  run_schedules(6, false, g_schedules / 2, 71);
}

// A session whose layers move out and back; a call of the driver fails: an error, or the bits of a run without one, and nothing is left behind.
static spc_status_t move_out_and_back(fixture_t *fixture, float *out_logits) {
  spc_model_t *model;
  spc_session_t *session = NULL;
  SPC_RETURN_IF_ERROR(spc_model_create(&fixture->plan, NULL, &model));
  spc_memory_model_t memory;
  spc_memory_model_init(&fixture->plan, &memory);
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.prefill_chunk = 8;
  options.max_batch = 2;
  options.device_memory = spc_memory_device_bytes(&memory, 2, FIX_MAX_SEQ, FIX_LAYERS) + 2500;
  int32_t rows[2] = {0, 0}, tokens[FIX_MAX_SEQ] = {0};
  float logits[2 * FIX_VOCAB];
  spc_status_t status = spc_session_create(model, &options, &session);
  for (int i = 0; i < 2 && !status; ++i) {
    status = spc_session_sequence_create(session, &rows[i]);
    if (!status) status = spc_session_prefill(session, rows[i], 18, tokens, SPC_LOGITS_NONE, NULL);
  }
  for (int step = 0; step < 40 && !status; ++step) status = spc_session_decode(session, 2, rows, tokens, logits);
  if (!status) spc_session_sequence_destroy(session, rows[1]);
  if (!status) status = spc_session_sequence_create(session, &rows[1]);
  if (!status) status = spc_session_prefill(session, rows[1], 2, tokens, SPC_LOGITS_NONE, NULL);
  for (int step = 0; step < 5 && !status; ++step) status = spc_session_decode(session, 2, rows, tokens, out_logits);
  if (!status) {
    spc_session_stats_t stats;
    spc_session_stats(session, &stats);
    assert_true(stats.layers_moved_out > 0);
  }
  spc_session_destroy(session);
  spc_model_destroy(model);
  return status;
}

static void test_calls_that_fail_once(void **state) {
  (void)state;
  float expected[2 * FIX_VOCAB], logits[2 * FIX_VOCAB];
  spc_cuda_driver_set_library(NULL);
  spc_cublaslt_set_library("/nonexistent");
  fixture_t *fixture = fake_fixture_create(SPC_F32, 6);
  fake_cuda_reset(fake_fixture_kernels());
  spc_status_t status = move_out_and_back(fixture, expected);
  if (status) fail_msg("%s", spc_status_message(status));
  uint64_t calls = fake_cuda.calls;
  for (uint64_t at = 1; at <= calls; at += 1 + calls / 200 + at % 3) {  // some 200 of them
    fake_cuda_reset(fake_fixture_kernels());
    fake_cuda.fail_at = at;
    status = move_out_and_back(fixture, logits);
    if (!status) assert_memory_equal(logits, expected, sizeof logits);  // what failed was not needed, such as a figure
    spc_status_ignore(status);
    assert_int_equal(fake_cuda.live, 0);
  }
  free(fixture);
}

int main(int argc, char **argv) {
  if (argc > 1) g_schedules = strtoull(argv[1], NULL, 10);
  if (argc > 2) g_first = strtoull(argv[2], NULL, 10);
  const struct CMUnitTest many[] = {cmocka_unit_test(test_schedules)};
  if (argc > 1) return cmocka_run_group_tests(many, NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_schedules_without_graphs),
      cmocka_unit_test(test_schedules_without_a_retriever),
      cmocka_unit_test(test_schedules_with_copies_that_fail),
      cmocka_unit_test(test_calls_that_fail_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
