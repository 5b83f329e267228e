// The fidelity guard and synthetic selections, on the CPU and on the driver that runs C kernels.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/cublaslt.h"
#include "cuda/driver.h"
#include "fake_fixture.h"
#include "spc/spc.h"

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

enum { ROWS = 3, STEPS = 6 };
typedef struct world_t {
  fixture_t *fixture;
  spc_model_t *model;
  spc_session_t *session;
  int32_t sequences[ROWS];
  int lengths[ROWS];
} world_t;

static int32_t token_at(int sequence, int i) { return (int32_t)((unsigned)(i * 7 + sequence * 11 + i * i) % FIX_VOCAB); }

// Three sequences of 9, 20 and 31 tokens.
static world_t world_create(bool cuda, const spc_session_options_t *options) {
  if (cuda) {
    spc_cuda_driver_set_library(NULL);
    spc_cublaslt_set_library("/nonexistent");
    fake_cuda_reset(fake_fixture_kernels());
  }
  world_t w = {.fixture = cuda ? fake_fixture_create(SPC_F32, 5) : fixture_create(&(fixture_options_t){SPC_F32, 5, .f32_biases = false})};
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  ASSERT_OK(spc_session_create(w.model, options, &w.session));
  for (int s = 0; s < ROWS; ++s) {
    int32_t tokens[FIX_MAX_SEQ];
    w.lengths[s] = 9 + 11 * s;
    for (int i = 0; i < w.lengths[s]; ++i) tokens[i] = token_at(s, i);
    ASSERT_OK(spc_session_sequence_create(w.session, &w.sequences[s]));
    ASSERT_OK(spc_session_prefill(w.session, w.sequences[s], (size_t)w.lengths[s], tokens, SPC_LOGITS_NONE, NULL));
  }
  return w;
}

static void world_destroy(world_t *w) {
  spc_session_destroy(w->session);
  spc_model_destroy(w->model);
  free(w->fixture);
}

static spc_session_options_t defaults(void) {
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 2;
  options.prefill_chunk = 8;
  return options;
}

static void step(world_t *w, float *out) {
  int32_t tokens[ROWS];
  for (int s = 0; s < ROWS; ++s) tokens[s] = token_at(s, w->lengths[s]++);
  ASSERT_OK(spc_session_decode(w->session, ROWS, w->sequences, tokens, out));
}

static spc_session_stats_t steps(bool cuda, spc_session_options_t options, int count, float *out) {
  world_t w = world_create(cuda, &options);
  for (int i = 0; i < count; ++i) step(&w, out + i * ROWS * FIX_VOCAB);
  spc_session_stats_t stats;
  spc_session_stats(w.session, &stats);
  world_destroy(&w);
  return stats;
}

static float g_sparse[STEPS * ROWS * FIX_VOCAB], g_full[STEPS * ROWS * FIX_VOCAB], g_got[STEPS * ROWS * FIX_VOCAB];

static void test_nothing_and_everything_falls_back(void **state) {
  (void)state;
  for (int cuda = 0; cuda < 2; ++cuda) {
    for (int offload = 0; offload <= FIX_LAYERS; ++offload) {
      spc_session_options_t options = defaults();
      options.offload_layers = offload;
      steps(cuda, options, STEPS, g_sparse);
      options.full_attention = true;
      steps(cuda, options, STEPS, g_full);
      options.full_attention = false;
      options.min_captured = 1e-9;
      spc_session_stats_t stats = steps(cuda, options, STEPS, g_got);
      assert_memory_equal(g_got, g_sparse, sizeof g_got);
      assert_int_equal(stats.rows_captured, STEPS * ROWS);
      assert_int_equal(stats.rows_fallen_back, 0);
      assert_true(stats.captured_least > 0 && stats.captured_least < 1 && stats.captured_sum > STEPS * ROWS * stats.captured_least);
      double least = stats.captured_least;
      options.min_captured = 0;
      options.measure_captured = true;
      stats = steps(cuda, options, STEPS, g_got);
      assert_memory_equal(g_got, g_sparse, sizeof g_got);
      assert_int_equal(stats.rows_captured, STEPS * ROWS);
      assert_true(stats.captured_least == least && stats.rows_fallen_back == 0);
      options.measure_captured = false;
      options.min_captured = 1;
      stats = steps(cuda, options, STEPS, g_got);
      assert_memory_equal(g_got, g_full, sizeof g_got);
      assert_int_equal(stats.rows_fallen_back, STEPS * ROWS);
    }
  }
}

// One step: each row is that of the sparse or of the full step, and which is decided by what was captured of that row.
static void test_rows_fall_back_by_themselves(void **state) {
  (void)state;
  for (int cuda = 0; cuda < 2; ++cuda) {
    spc_session_options_t options = defaults();
    options.offload_layers = 1;
    steps(cuda, options, 1, g_sparse);
    options.full_attention = true;
    steps(cuda, options, 1, g_full);
    options.full_attention = false;
    options.min_captured = 1e-9;
    double least = steps(cuda, options, 1, g_got).captured_least;
    uint64_t before = 0;
    for (int at = 0; at <= 20; ++at) {
      options.min_captured = at == 20 ? 1 : least * 0.999 + (1 - least) * at / 20;
      spc_session_stats_t stats = steps(cuda, options, 1, g_got);
      uint64_t fallen = 0;
      for (int r = 0; r < ROWS; ++r) {
        const float *row = g_got + r * FIX_VOCAB;
        bool full = memcmp(row, g_full + r * FIX_VOCAB, FIX_VOCAB * sizeof *row) == 0;
        if (!full) assert_memory_equal(row, g_sparse + r * FIX_VOCAB, FIX_VOCAB * sizeof *row);
        fallen += full;
      }
      assert_int_equal(stats.rows_fallen_back, fallen);
      assert_true(fallen >= before && (at > 0 || fallen == 0));
      before = fallen;
    }
    assert_int_equal(before, ROWS);
    options.min_captured = least * 1.0001;
    assert_int_equal(steps(cuda, options, 1, g_got).rows_fallen_back, 1);
  }
}

static void test_options(void **state) {
  (void)state;
  fixture_t *fixture = fixture_create(&(fixture_options_t){SPC_F32, 0, .f32_biases = false});
  spc_model_t *model;
  spc_session_t *session;
  ASSERT_OK(spc_model_create(&fixture->plan, NULL, &model));
  const struct {
    double captured, change;
    spc_status_code_t code;
  } cases[] = {{0.5, 0, SPC_UNSUPPORTED}, {0, 0.5, SPC_UNSUPPORTED}, {1.5, 0, SPC_OUT_OF_RANGE}, {0, -1, SPC_OUT_OF_RANGE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    spc_session_options_t options = defaults();
    options.min_captured = cases[i].captured;
    options.synthetic_change = cases[i].change;
    spc_status_t status = spc_session_create(model, &options, &session);
    assert_int_equal(spc_status_code(status), cases[i].code);
    spc_status_ignore(status);
  }
  spc_model_destroy(model);
  free(fixture);
}

// Random selections of which a quarter of eight tokens (a sink, five chosen, two recent) changes, and the newest token, whatever is offloaded.
// Of row |row|, which decoded a token of sequence |s|.
static void check_synthetic(const world_t *w, int row, int s) {
  for (size_t h = 0; h < FIX_KV_HEADS; ++h) {
    const int32_t *selected;
    size_t count;
    spc_session_selection(w->session, (size_t)row, h, &selected, &count);
    assert_int_equal(count, FIX_SINK + 5 + FIX_RECENT);
    assert_int_equal(selected[0], 0);
    for (size_t k = 1; k < count; ++k) assert_true(selected[k] > selected[k - 1]);
    assert_int_equal(selected[count - 1], w->lengths[s] - 1);
  }
}

static void test_synthetic_selections(void **state) {
  (void)state;
  for (int cuda = 0; cuda < 2; ++cuda) {
    spc_session_options_t options = defaults();
    options.synthetic_change = 0.25;
    for (int offload = 0; offload <= FIX_LAYERS; ++offload) {
      options.offload_layers = offload;
      world_t w = world_create(cuda, &options);
      float *out = offload ? g_got : g_sparse;
      for (int i = 0; i < STEPS; ++i) {
        step(&w, out + i * ROWS * FIX_VOCAB);
        for (int r = 0; r < ROWS; ++r) check_synthetic(&w, r, r);
        if (i == 0) spc_session_stats_reset(w.session);
      }
      if (offload) assert_memory_equal(g_got, g_sparse, sizeof g_got);
      spc_session_stats_t stats;
      spc_session_stats(w.session, &stats);
      // Two of eight, and now and then the token that the recent ones leave behind or reach; the short sequence has too few candidates to choose.
      double share = (double)stats.rows_loaded / (double)stats.rows_selected;
      assert_true(share > 0.12 && share < 0.3);
      // A step writes its successor's selections; these are other sequences than it expects.
      const int32_t token = token_at(2, w.lengths[2]++);
      ASSERT_OK(spc_session_decode(w.session, 1, &w.sequences[2], &token, NULL));
      check_synthetic(&w, 0, 2);
      step(&w, g_got);
      for (int r = 0; r < ROWS; ++r) check_synthetic(&w, r, r);
      world_destroy(&w);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing_and_everything_falls_back),
      cmocka_unit_test(test_rows_fall_back_by_themselves),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_synthetic_selections),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
