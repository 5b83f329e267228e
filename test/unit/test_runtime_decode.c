// Prefill and decode through the whole runtime, against a direct computation of the same model.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime_fixture.h"
#include "spc/spc.h"

#define ASSERT_OK(expr)                                              \
  do {                                                               \
    spc_status_t status_ = (expr);                                   \
    if (status_) fail_msg("%s", spc_status_message(status_));        \
  } while (0)

typedef struct world_t {
  fixture_t *fixture;
  spc_model_t *model;
  spc_session_t *session;
} world_t;

static world_t world_create_chunked(uint32_t element, uint64_t budget, int32_t threads, int32_t offload, uint64_t prefill_chunk) {
  world_t w = {.fixture = fixture_create(&(fixture_options_t){element, budget})};
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = threads;
  options.offload_layers = offload;
  options.prefill_chunk = prefill_chunk;
  ASSERT_OK(spc_session_create(w.model, &options, &w.session));
  return w;
}

static world_t world_create(uint32_t element, uint64_t budget, int32_t threads, int32_t offload) {
  return world_create_chunked(element, budget, threads, offload, 0);
}

static void world_destroy(world_t *w) {
  spc_session_destroy(w->session);
  spc_model_destroy(w->model);
  free(w->fixture);
}

static int32_t token_at(int sequence, int i) { return (int32_t)((unsigned)(i * 7 + sequence * 11 + i * i) % FIX_VOCAB); }

static void assert_close(const float *got, const float *expected, const char *what, int at) {
  float largest = 1;
  for (int i = 0; i < FIX_VOCAB; ++i) largest = fmaxf(largest, fabsf(expected[i]));
  for (int i = 0; i < FIX_VOCAB; ++i) {
    if (!(fabsf(got[i] - expected[i]) <= 1e-4f * largest)) {
      fail_msg("%s %d, logit %d: %g, expected %g", what, at, i, (double)got[i], (double)expected[i]);
    }
  }
}

static void prefill_and_decode(uint32_t element, uint64_t budget, bool sparse, int prompt, int32_t threads, int32_t offload) {
  world_t w = world_create(element, budget, threads, offload);
  ASSERT_OK(spc_session_set_full_attention(w.session, !sparse));
  reference_t *reference = reference_create(w.fixture);
  int32_t sequence, tokens[FIX_MAX_SEQ];
  ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
  float *logits = calloc((size_t)prompt * FIX_VOCAB, sizeof *logits), expected[FIX_VOCAB];
  for (int i = 0; i < FIX_MAX_SEQ; ++i) tokens[i] = token_at(0, i);
  ASSERT_OK(spc_session_prefill(w.session, sequence, (size_t)prompt, tokens, SPC_LOGITS_ALL, logits));
  for (int i = 0; i < prompt; ++i) {
    reference_step(reference, tokens[i], false, expected);
    assert_close(logits + i * FIX_VOCAB, expected, "prompt token", i);
  }
  for (int i = prompt; i < FIX_MAX_SEQ; ++i) {
    ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &tokens[i], logits));
    reference_step(reference, tokens[i], sparse, expected);
    for (int h = 0; sparse && h < FIX_KV_HEADS; ++h) {
      const int32_t *selected;
      size_t count;
      int32_t wanted[FIX_MAX_SEQ];
      spc_session_selection(w.session, 0, (size_t)h, &selected, &count);
      assert_int_equal(count, reference_selection(reference, h, wanted));
      assert_memory_equal(selected, wanted, count * sizeof *selected);
    }
    assert_close(logits, expected, "decoded token", i);
  }
  assert_int_equal(spc_session_sequence_length(w.session, sequence), FIX_MAX_SEQ);
  free(logits);
  reference_destroy(reference);
  world_destroy(&w);
}

static void test_full_attention(void **state) {
  (void)state;
  prefill_and_decode(SPC_F32, 0, false, 37, 1, 0);
  prefill_and_decode(SPC_F32, 8, false, 37, 2, 0);
}

static void test_half_precision_weights(void **state) {
  (void)state;
  prefill_and_decode(SPC_BF16, 0, false, 37, 2, 0);
  prefill_and_decode(SPC_F16, 0, false, 37, 3, 0);
}

static void test_sparse_attention(void **state) {
  (void)state;
  prefill_and_decode(SPC_F32, 8, true, 21, 2, 0);
  prefill_and_decode(SPC_BF16, 5, true, 3, 3, 0);
}

static void test_offloaded(void **state) {
  (void)state;
  for (int n = 1; n <= FIX_LAYERS; ++n) {
    prefill_and_decode(SPC_F32, 8, true, 21, 2, n);
    prefill_and_decode(SPC_F32, 8, false, 21, 2, n);
    prefill_and_decode(SPC_F32, 0, false, 37, 2, n);
  }
}

// Logits of three sequences of unequal lengths, one of which leaves and makes room for a fourth.
#define STEPS 12
static void run_batch(world_t *w, bool alternate, float *out) {
  int32_t sequences[4], tokens[FIX_MAX_SEQ];
  const int prompts[4] = {5, 20, 33, 9};
  int lengths[4];
  for (int s = 0; s < 3; ++s) {
    ASSERT_OK(spc_session_sequence_create(w->session, &sequences[s]));
    for (int i = 0; i < prompts[s]; ++i) tokens[i] = token_at(s, i);
    ASSERT_OK(spc_session_prefill(w->session, sequences[s], (size_t)prompts[s], tokens, SPC_LOGITS_NONE, NULL));
    lengths[s] = prompts[s];
  }
  int members[3] = {2, 0, 1};
  for (int step = 0; step < STEPS; ++step) {
    if (step == 5) {
      spc_session_sequence_destroy(w->session, sequences[0]);
      ASSERT_OK(spc_session_sequence_create(w->session, &sequences[3]));
      for (int i = 0; i < prompts[3]; ++i) tokens[i] = token_at(3, i);
      ASSERT_OK(spc_session_prefill(w->session, sequences[3], (size_t)prompts[3], tokens, SPC_LOGITS_NONE, NULL));
      lengths[3] = prompts[3];
      members[1] = 3;
    }
    if (alternate) ASSERT_OK(spc_session_set_full_attention(w->session, step % 3 == 2));
    int32_t rows[3], next[3];
    for (int r = 0; r < 3; ++r) {
      rows[r] = sequences[members[r]];
      next[r] = token_at(members[r], lengths[members[r]]++);
    }
    ASSERT_OK(spc_session_decode(w->session, 3, rows, next, out + step * 3 * FIX_VOCAB));
  }
}

// In chunks of more than 8 rows the GEMM library multiplies, whose bits may depend on how the threads share the columns.
static void offloaded_layers_give_the_same_bits(uint64_t prefill_chunk, bool same_threads) {
  static float base[STEPS * 3 * FIX_VOCAB], other[STEPS * 3 * FIX_VOCAB];
  for (int n = 0; n <= FIX_LAYERS; ++n) {
    world_t w = world_create_chunked(SPC_F32, 6, same_threads ? 2 : n % 3 + 1, n, prefill_chunk);
    run_batch(&w, true, n == 0 ? base : other);
    if (n) assert_memory_equal(base, other, sizeof base);
    spc_session_stats_t stats;
    spc_session_stats(w.session, &stats);
    assert_int_equal(stats.offloaded_layers, n);
    assert_true((stats.bytes_loaded > 0) == (n > 0));
    assert_true((stats.host_pools > 0) == (n > 0));
    assert_true(stats.rows_loaded > 0 && stats.rows_loaded < stats.rows_selected);
    world_destroy(&w);
  }
}

static void test_any_number_of_offloaded_layers_gives_the_same_bits(void **state) {
  (void)state;
  offloaded_layers_give_the_same_bits(0, true);
  offloaded_layers_give_the_same_bits(8, false);
}

static void test_budget_of_the_whole_length_equals_full_attention(void **state) {
  (void)state;
  static float sparse[STEPS * 3 * FIX_VOCAB], full[STEPS * 3 * FIX_VOCAB];
  for (int n = 0; n <= FIX_LAYERS; n += FIX_LAYERS) {
    world_t w = world_create(SPC_F32, FIX_MAX_SEQ, 2, n);
    run_batch(&w, false, sparse);
    world_destroy(&w);
    w = world_create(SPC_F32, FIX_MAX_SEQ, 2, n);
    ASSERT_OK(spc_session_set_full_attention(w.session, true));
    run_batch(&w, false, full);
    assert_memory_equal(sparse, full, sizeof full);
    world_destroy(&w);
  }
}

// Prefilled in chunks that the GEMM library has no part in, as above.
static void test_a_row_does_not_depend_on_its_neighbours(void **state) {
  (void)state;
  static float together[STEPS * 3 * FIX_VOCAB];
  world_t w = world_create_chunked(SPC_F32, 6, 2, 2, 8);
  run_batch(&w, false, together);
  world_destroy(&w);
  w = world_create_chunked(SPC_F32, 6, 1, 0, 8);  // sequence 2 alone: row 0 of every step
  int32_t sequence, tokens[FIX_MAX_SEQ];
  float logits[FIX_VOCAB];
  for (int i = 0; i < FIX_MAX_SEQ; ++i) tokens[i] = token_at(2, i);
  ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
  ASSERT_OK(spc_session_prefill(w.session, sequence, 33, tokens, SPC_LOGITS_NONE, NULL));
  for (int step = 0; step < STEPS; ++step) {
    ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &tokens[33 + step], logits));
    assert_memory_equal(logits, together + step * 3 * FIX_VOCAB, sizeof logits);
  }
  world_destroy(&w);
}

static void test_prefill_without_room_to_convert_weights(void **state) {
  (void)state;
  world_t w = world_create(SPC_BF16, 0, 2, 0);
  world_t bare = {.fixture = fixture_create(&(fixture_options_t){SPC_BF16, 0})};
  bare.fixture->plan.state_size[SPC_STATE_PANEL] = 0;  // no GEMM library for bf16 weights: groups of eight rows
  ASSERT_OK(spc_model_create(&bare.fixture->plan, NULL, &bare.model));
  ASSERT_OK(spc_session_create(bare.model, NULL, &bare.session));
  int32_t tokens[FIX_CHUNK], sequence;
  float expected[FIX_VOCAB], logits[FIX_VOCAB];
  for (int i = 0; i < FIX_CHUNK; ++i) tokens[i] = token_at(1, i);
  ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
  ASSERT_OK(spc_session_prefill(w.session, sequence, FIX_CHUNK, tokens, SPC_LOGITS_LAST, expected));
  ASSERT_OK(spc_session_sequence_create(bare.session, &sequence));
  ASSERT_OK(spc_session_prefill(bare.session, sequence, FIX_CHUNK, tokens, SPC_LOGITS_LAST, logits));
  assert_close(logits, expected, "sequence", 1);
  world_destroy(&w);
  world_destroy(&bare);
}

// A kv_diff that asks for what does not exist: a token past the sequence, a slot past the pool, too many of them, an append to nowhere.
static int g_wrong;
static spc_host_kernel_fn_t g_right_kv_diff;
static void wrong_kv_diff(const spc_arg_t *args, int64_t begin, int64_t end) {
  g_right_kv_diff(args, begin, end);
  int32_t *load_tokens = args[10].ptr, *load_slots = args[11].ptr, *load_count = args[12].ptr, *append_rows = args[13].ptr;
  if (begin == end) return;
  if (g_wrong == 0) load_tokens[0] = FIX_MAX_SEQ;
  if (g_wrong == 1) load_tokens[0] = -1;
  if (g_wrong == 2) load_slots[0] = 1 << 30;
  if (g_wrong == 3) load_count[0] = 1 << 30;
  if (g_wrong == 4) append_rows[0] = -1;
}

static void test_copies_of_rows_that_do_not_exist(void **state) {
  (void)state;
  for (g_wrong = 0; g_wrong < 5; ++g_wrong) {
    world_t w = {.fixture = fixture_create(&(fixture_options_t){SPC_F32, 8})};
    for (uint32_t i = 0; i < w.fixture->plan.kernel_count; ++i) {
      if (strcmp(w.fixture->kernels[i].name, "kv_diff")) continue;
      g_right_kv_diff = w.fixture->kernels[i].host;
      w.fixture->kernels[i].host = wrong_kv_diff;
    }
    ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
    spc_session_options_t options;
    spc_session_options_init(&options);
    options.offload_layers = 1;
    ASSERT_OK(spc_session_create(w.model, &options, &w.session));
    int32_t sequence, tokens[20];
    for (int i = 0; i < 20; ++i) tokens[i] = token_at(0, i);
    ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
    ASSERT_OK(spc_session_prefill(w.session, sequence, 20, tokens, SPC_LOGITS_NONE, NULL));
    spc_status_t status = spc_session_decode(w.session, 1, &sequence, tokens, NULL);
    assert_int_equal(spc_status_code(status), SPC_INTERNAL);
    assert_non_null(strstr(spc_status_message(status), "rows to copy"));
    spc_status_ignore(status);
    assert_int_equal(spc_session_sequence_length(w.session, sequence), 20);
    world_destroy(&w);
  }
}

// A profiled step is a step: those after it give the same bits. Every command of its program has a time, and the times fit into the step's.
static void test_profiled_step(void **state) {
  (void)state;
  for (int full = 0; full < 2; ++full) {
    float logits[2][FIX_VOCAB];
    for (int profiled = 0; profiled < 2; ++profiled) {
      world_t w = world_create(SPC_F32, 8, 2, 1);
      ASSERT_OK(spc_session_set_full_attention(w.session, full));
      int32_t sequence, tokens[20];
      for (int i = 0; i < 20; ++i) tokens[i] = token_at(0, i);
      ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
      ASSERT_OK(spc_session_prefill(w.session, sequence, 18, tokens, SPC_LOGITS_NONE, NULL));
      if (profiled) {
        const spc_program_t *program = &spc_model_plan(w.model)->programs[full ? SPC_PROGRAM_DECODE_FULL : SPC_PROGRAM_DECODE];
        double *seconds = malloc(program->command_count * sizeof *seconds), sum = 0;
        assert_non_null(seconds);
        for (uint32_t i = 0; i < program->command_count; ++i) seconds[i] = -1;
        ASSERT_OK(spc_session_decode_profile(w.session, 1, &sequence, &tokens[18], seconds));
        for (uint32_t i = 0; i < program->command_count; ++i) {
          assert_true(seconds[i] >= 0);
          sum += seconds[i];
        }
        spc_session_stats_t stats;
        spc_session_stats(w.session, &stats);
        assert_true(sum > 0 && sum <= stats.decode_seconds);
        free(seconds);
      } else {
        ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &tokens[18], NULL));
      }
      ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &tokens[19], logits[profiled]));
      world_destroy(&w);
    }
    assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_full_attention),
      cmocka_unit_test(test_half_precision_weights),
      cmocka_unit_test(test_sparse_attention),
      cmocka_unit_test(test_offloaded),
      cmocka_unit_test(test_any_number_of_offloaded_layers_gives_the_same_bits),
      cmocka_unit_test(test_budget_of_the_whole_length_equals_full_attention),
      cmocka_unit_test(test_prefill_without_room_to_convert_weights),
      cmocka_unit_test(test_copies_of_rows_that_do_not_exist),
      cmocka_unit_test(test_profiled_step),
      cmocka_unit_test(test_a_row_does_not_depend_on_its_neighbours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
