// Sessions: limits, memory, misuse, statistics, sampling, and allocations that fail.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "runtime_fixture.h"
#include "spc/memory_model.h"
#include "spc/spc.h"

static fixture_t *g_fixture;
static spc_model_t *g_model;

static int set_up(void **state) {
  (void)state;
  g_fixture = fixture_create(&(fixture_options_t){SPC_F32, 8});
  return spc_model_create(&g_fixture->plan, NULL, &g_model) ? -1 : 0;
}

static int tear_down(void **state) {
  (void)state;
  spc_model_destroy(g_model);
  free(g_fixture);
  return 0;
}

static void assert_status(spc_status_t status, spc_status_code_t code, const char *message) {
  if (spc_status_code(status) != code || !strstr(spc_status_message(status), message)) {
    fail_msg("expected %s with '%s', got %s: %s", spc_status_code_name(code), message, spc_status_code_name(spc_status_code(status)),
             spc_status_message(status));
  }
  spc_status_ignore(status);
}

static spc_session_options_t defaults(void) {
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 2;
  return options;
}

static spc_session_t *session_create(const spc_session_options_t *options) {
  spc_session_t *session;
  assert_status(spc_session_create(g_model, options, &session), SPC_OK, "OK");
  return session;
}

static void test_options_out_of_range(void **state) {
  (void)state;
  const struct {
    size_t field;
    uint64_t value;
    const char *message;
  } cases[] = {{offsetof(spc_session_options_t, max_batch), FIX_MAX_BATCH + 1, "max_batch 4"},
               {offsetof(spc_session_options_t, max_seq), FIX_MAX_SEQ + 1, "max_seq 65"},
               {offsetof(spc_session_options_t, prefill_chunk), FIX_CHUNK + 1, "prefill_chunk 17"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    spc_session_options_t options = defaults();
    memcpy((char *)&options + cases[i].field, &cases[i].value, 8);
    spc_session_t *session;
    assert_status(spc_session_create(g_model, &options, &session), SPC_OUT_OF_RANGE, cases[i].message);
    assert_null(session);
  }
  spc_session_options_t options = defaults();
  spc_session_t *session;
  options.threads = -1;
  assert_status(spc_session_create(g_model, &options, &session), SPC_OUT_OF_RANGE, "threads -1");
  options = defaults();
  options.offload_layers = FIX_LAYERS + 1;
  assert_status(spc_session_create(g_model, &options, &session), SPC_OUT_OF_RANGE, "offload_layers 4");
}

static void test_a_plan_without_staging_cannot_offload(void **state) {
  (void)state;
  uint64_t staging = g_fixture->plan.staging_size;
  g_fixture->plan.staging_size = 0;
  spc_session_options_t options = defaults();
  options.offload_layers = 1;
  spc_session_t *session;
  assert_status(spc_session_create(g_model, &options, &session), SPC_UNSUPPORTED, "staging");
  g_fixture->plan.staging_size = staging;
}

static void test_memory_is_what_the_model_says(void **state) {
  (void)state;
  spc_memory_model_t memory;
  spc_memory_model_init(&g_fixture->plan, &memory);
  for (int32_t n = 0; n <= FIX_LAYERS; ++n) {
    spc_session_options_t options = defaults();
    options.max_batch = 2;
    options.max_seq = 30;
    options.offload_layers = n;
    options.device_memory = spc_memory_device_bytes(&memory, 2, 30, (uint64_t)n);
    spc_session_t *session = session_create(&options);
    spc_session_stats_t s;
    spc_session_stats(session, &s);
    assert_int_equal(s.device_total, options.device_memory);
    assert_int_equal(s.weights + s.activations + s.state + s.staging + s.retrieval_pools + s.kv_pools + s.kv_slots, s.device_total);
    spc_session_destroy(session);
    --options.device_memory;
    assert_status(spc_session_create(g_model, &options, &session), SPC_OUT_OF_MEMORY, "1 more than");
  }
}

static void test_as_few_layers_are_offloaded_as_fit(void **state) {
  (void)state;
  spc_memory_model_t memory;
  spc_memory_model_init(&g_fixture->plan, &memory);
  uint64_t all_out = spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, FIX_LAYERS);
  spc_session_options_t options = defaults();
  int32_t tokens[FIX_MAX_SEQ] = {0}, sequence;
  for (uint64_t n = 0; n <= FIX_LAYERS; ++n) {
    options.device_memory = spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, n);
    uint64_t expected = 0;
    while (spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, expected) > options.device_memory) ++expected;
    spc_session_t *session = session_create(&options);
    spc_session_stats_t s;
    spc_session_stats(session, &s);
    assert_int_equal(s.offloaded_layers, 0);  // nothing is in use yet
    for (int i = 0; i < FIX_MAX_BATCH; ++i) {
      assert_status(spc_session_sequence_create(session, &sequence), SPC_OK, "");
      assert_status(spc_session_prefill(session, sequence, FIX_MAX_SEQ, tokens, SPC_LOGITS_NONE, NULL), SPC_OK, "");
    }
    spc_session_stats(session, &s);
    assert_int_equal(s.offloaded_layers, expected);
    assert_int_equal(s.most_offloaded_layers, expected);
    assert_int_equal(s.layers_moved_out, expected);
    spc_session_destroy(session);
  }
  spc_session_t *session;
  options.device_memory = (all_out < spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, 0)
                               ? all_out
                               : spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, 0)) / 2;
  assert_status(spc_session_create(g_model, &options, &session), SPC_OUT_OF_MEMORY, "more than the");
  options.unlimited_memory = true;
  session = session_create(&options);
  spc_session_destroy(session);
}

static void test_thresholds_of_the_plan_decide(void **state) {
  (void)state;
  const uint64_t thresholds[FIX_LAYERS + 1] = {10, 20, 40, FIX_MAX_SEQ};
  memcpy(g_fixture->thresholds, thresholds, sizeof thresholds);
  const uint64_t lengths[] = {10, 11, 20, 40, 41, 64}, expected[] = {0, 1, 1, 2, 3, 3};
  for (size_t i = 0; i < 6; ++i) {
    spc_session_options_t options = defaults();
    options.max_seq = lengths[i];
    spc_session_t *session = session_create(&options);
    spc_session_stats_t s;
    spc_session_stats(session, &s);
    assert_int_equal(s.offloaded_layers, expected[i]);
    spc_session_destroy(session);
  }
  for (int n = 0; n <= FIX_LAYERS; ++n) g_fixture->thresholds[n] = FIX_MAX_SEQ;
}

static void test_misuse_is_refused_and_changes_nothing(void **state) {
  (void)state;
  spc_session_options_t options = defaults();
  options.max_seq = 20;
  spc_session_t *session = session_create(&options);
  int32_t a, b, c, d, tokens[32] = {1, 2, 3}, twice[2], next[4] = {1, 1, 1, 1};
  float logits[FIX_VOCAB], before[FIX_VOCAB];
  assert_status(spc_session_sequence_create(session, &a), SPC_OK, "");
  assert_status(spc_session_sequence_create(session, &b), SPC_OK, "");
  assert_status(spc_session_sequence_create(session, &c), SPC_OK, "");
  assert_status(spc_session_sequence_create(session, &d), SPC_OUT_OF_RANGE, "all 3 sequences");
  assert_status(spc_session_prefill(session, a, 0, tokens, SPC_LOGITS_NONE, NULL), SPC_INVALID_ARGUMENT, "no tokens");
  assert_status(spc_session_prefill(session, 7, 1, tokens, SPC_LOGITS_NONE, NULL), SPC_INVALID_ARGUMENT, "sequence 7");
  assert_status(spc_session_prefill(session, -1, 1, tokens, SPC_LOGITS_NONE, NULL), SPC_INVALID_ARGUMENT, "sequence -1");
  assert_status(spc_session_prefill(session, a, 21, tokens, SPC_LOGITS_NONE, NULL), SPC_OUT_OF_RANGE, "max_seq is 20");
  tokens[2] = FIX_VOCAB;
  assert_status(spc_session_prefill(session, a, 3, tokens, SPC_LOGITS_NONE, NULL), SPC_OUT_OF_RANGE, "token 2 is 29");
  tokens[2] = -1;
  assert_status(spc_session_prefill(session, a, 3, tokens, SPC_LOGITS_NONE, NULL), SPC_OUT_OF_RANGE, "token 2 is -1");
  assert_int_equal(spc_session_sequence_length(session, a), 0);
  assert_int_equal(spc_session_sequence_length(session, 9), -1);
  tokens[2] = 3;
  assert_status(spc_session_prefill(session, a, 19, tokens, SPC_LOGITS_LAST, before), SPC_OK, "");
  twice[0] = twice[1] = a;
  assert_status(spc_session_decode(session, 2, twice, next, logits), SPC_INVALID_ARGUMENT, "twice");
  assert_status(spc_session_decode(session, 0, &a, next, logits), SPC_INVALID_ARGUMENT, "0 sequences");
  assert_status(spc_session_decode(session, 4, twice, next, logits), SPC_INVALID_ARGUMENT, "4 sequences");
  next[0] = FIX_VOCAB;
  assert_status(spc_session_decode(session, 1, &a, next, logits), SPC_OUT_OF_RANGE, "token 0 is 29");
  next[0] = 1;
  assert_int_equal(spc_session_sequence_length(session, a), 19);
  assert_status(spc_session_decode(session, 1, &a, next, logits), SPC_OK, "");
  assert_status(spc_session_decode(session, 1, &a, next, NULL), SPC_OUT_OF_RANGE, "max_seq is 20");
  spc_session_sequence_destroy(session, a);
  spc_session_sequence_destroy(session, a);
  assert_status(spc_session_decode(session, 1, &a, next, NULL), SPC_INVALID_ARGUMENT, "does not exist");
  // A slot that was used before starts empty.
  assert_status(spc_session_sequence_create(session, &d), SPC_OK, "");
  assert_int_equal(d, a);
  assert_status(spc_session_prefill(session, d, 19, tokens, SPC_LOGITS_LAST, logits), SPC_OK, "");
  assert_memory_equal(logits, before, sizeof logits);
  spc_session_destroy(session);
}

static void test_pages_come_back(void **state) {
  (void)state;
  spc_session_options_t options = defaults();
  options.max_batch = 2;
  options.max_seq = 30;
  options.prefill_chunk = 5;
  spc_session_t *session = session_create(&options);
  spc_session_stats_t s;
  int32_t tokens[30] = {0}, a;
  for (int round = 0; round < 5; ++round) {
    int32_t sequences[2];
    for (int i = 0; i < 2; ++i) assert_status(spc_session_sequence_create(session, &sequences[i]), SPC_OK, "");
    for (int i = 0; i < 2; ++i) {
      assert_status(spc_session_prefill(session, sequences[i], 30, tokens, SPC_LOGITS_NONE, NULL), SPC_OK, "");
    }
    spc_session_stats(session, &s);
    assert_int_equal(s.pages_used, s.pages_total);
    assert_int_equal(s.pages_total, 2 * 8);
    for (int i = 0; i < 2; ++i) spc_session_sequence_destroy(session, sequences[i]);
    spc_session_stats(session, &s);
    assert_int_equal(s.pages_used, 0);
  }
  assert_int_equal(s.prefill_tokens, 5 * 2 * 30);
  spc_session_stats_reset(session);
  spc_session_stats(session, &s);
  assert_int_equal(s.prefill_tokens, 0);
  assert_int_equal(s.pages_total, 16);
  assert_status(spc_session_sequence_create(session, &a), SPC_OK, "");
  spc_session_destroy(session);
}

static void test_chunks_do_not_matter(void **state) {
  (void)state;
  float expected[FIX_VOCAB], logits[FIX_VOCAB];
  int32_t tokens[40], sequence;
  for (int i = 0; i < 40; ++i) tokens[i] = i * 5 % FIX_VOCAB;
  const uint64_t chunks[] = {8, 1, 3, 4, 7};  // at most 8 rows: our own kernels, the same bits
  for (size_t i = 0; i < 5; ++i) {
    spc_session_options_t options = defaults();
    options.prefill_chunk = chunks[i];
    options.offload_layers = (int32_t)(i % 3);
    spc_session_t *session = session_create(&options);
    assert_status(spc_session_sequence_create(session, &sequence), SPC_OK, "");
    assert_status(spc_session_prefill(session, sequence, 40, tokens, SPC_LOGITS_LAST, i ? logits : expected), SPC_OK, "");
    if (i) assert_memory_equal(logits, expected, sizeof logits);
    // A decode step after a prefill is the same whatever the chunks were: the retriever's features and keys are too.
    assert_status(spc_session_decode(session, 1, &sequence, tokens, logits), SPC_OK, "");
    static float decoded[FIX_VOCAB];
    if (i == 0) memcpy(decoded, logits, sizeof decoded);
    assert_memory_equal(logits, decoded, sizeof logits);
    spc_session_destroy(session);
  }
}

static void decode(spc_session_t *session, int32_t sequence, int n, const int32_t *tokens, float *out_logits) {
  for (int i = 0; i < n; ++i) assert_status(spc_session_decode(session, 1, &sequence, &tokens[i], out_logits + i * FIX_VOCAB), SPC_OK, "");
}

// Going back to a mark and decoding the same tokens gives the same bits, whatever was decoded in between, resident or offloaded.
static void test_rewind(void **state) {
  (void)state;
  enum { steps = 9 };
  static float first[steps * FIX_VOCAB], again[steps * FIX_VOCAB], other[steps * FIX_VOCAB];
  int32_t tokens[30], different[steps], sequence, neighbour;
  for (int i = 0; i < 30; ++i) tokens[i] = i * 7 % FIX_VOCAB;
  for (int i = 0; i < steps; ++i) different[i] = (i * 3 + 11) % FIX_VOCAB;
  for (int32_t offload = 0; offload <= FIX_LAYERS; ++offload) {
    spc_session_options_t options = defaults();
    options.offload_layers = offload;
    spc_session_t *session = session_create(&options);
    assert_status(spc_session_sequence_create(session, &neighbour), SPC_OK, "");
    assert_status(spc_session_sequence_create(session, &sequence), SPC_OK, "");
    assert_status(spc_session_sequence_rewind(session, sequence), SPC_INVALID_ARGUMENT, "no mark");
    assert_status(spc_session_prefill(session, sequence, 30, tokens, SPC_LOGITS_NONE, NULL), SPC_OK, "");
    assert_status(spc_session_sequence_mark(session, sequence), SPC_OK, "");
    decode(session, sequence, steps, tokens, first);
    assert_int_equal(spc_session_sequence_length(session, sequence), 30 + steps);
    assert_status(spc_session_prefill(session, neighbour, 12, tokens, SPC_LOGITS_NONE, NULL), SPC_OK, "");
    for (int round = 0; round < 2; ++round) {
      assert_status(spc_session_sequence_rewind(session, sequence), SPC_OK, "");
      assert_int_equal(spc_session_sequence_length(session, sequence), 30);
      decode(session, sequence, steps, different, other);
      assert_memory_not_equal(other, first, sizeof first);
      assert_status(spc_session_sequence_rewind(session, sequence), SPC_OK, "");
      decode(session, sequence, steps, tokens, again);
      assert_memory_equal(again, first, sizeof first);
    }
    spc_session_sequence_destroy(session, sequence);
    assert_status(spc_session_sequence_mark(session, sequence), SPC_INVALID_ARGUMENT, "does not exist");
    assert_status(spc_session_sequence_create(session, &sequence), SPC_OK, "");
    assert_status(spc_session_sequence_rewind(session, sequence), SPC_INVALID_ARGUMENT, "no mark");  // a new sequence has none
    spc_session_destroy(session);
  }
}

static void selection_of(spc_session_t *session, const int32_t **out_tokens, size_t *out_count) {
  spc_session_selection(session, 0, 1, out_tokens, out_count);
}

// A smaller budget, a sliding window, and random keys.
static void test_selections(void **state) {
  (void)state;
  int32_t tokens[40], sequence;
  float logits[FIX_VOCAB];
  const int32_t *selected;
  int32_t kept[FIX_MAX_SEQ];
  size_t count;
  for (int i = 0; i < 40; ++i) tokens[i] = i * 5 % FIX_VOCAB;
  spc_session_options_t options = defaults();
  options.offload_layers = 1;
  spc_session_t *session = session_create(&options);
  assert_status(spc_session_sequence_create(session, &sequence), SPC_OK, "");
  assert_status(spc_session_prefill(session, sequence, 40, tokens, SPC_LOGITS_NONE, NULL), SPC_OK, "");
  assert_status(spc_session_sequence_mark(session, sequence), SPC_OK, "");
  assert_status(spc_session_set_selection(session, 9, FIX_RECENT), SPC_OUT_OF_RANGE, "compiled for 10 of both");
  assert_status(spc_session_set_selection(session, UINT64_MAX, UINT64_MAX), SPC_OUT_OF_RANGE, "compiled for 10 of both");
  assert_status(spc_session_set_selection(session, 8, 0), SPC_OUT_OF_RANGE, "its own token");
  const uint64_t budgets[] = {8, 3, 1, 0, 6, 8};
  for (size_t i = 0; i < 6; ++i) {
    assert_status(spc_session_set_selection(session, budgets[i], FIX_RECENT), SPC_OK, "");
    if (i % 2) assert_status(spc_session_sequence_rewind(session, sequence), SPC_OK, "");  // else goes on with what is resident
    decode(session, sequence, 1, tokens, logits);
    selection_of(session, &selected, &count);
    assert_int_equal(count, FIX_SINK + budgets[i] + FIX_RECENT);
    if (i == 0) memcpy(kept, selected, count * sizeof *selected);
    if (i == 5) assert_memory_equal(selected, kept, count * sizeof *selected);
  }
  assert_status(spc_session_set_selection(session, 0, 10), SPC_OK, "");
  assert_status(spc_session_sequence_rewind(session, sequence), SPC_OK, "");
  decode(session, sequence, 1, tokens, logits);
  selection_of(session, &selected, &count);
  assert_int_equal(count, FIX_SINK + 10);
  for (size_t i = 0; i < count; ++i) assert_int_equal(selected[i], i < FIX_SINK ? i : 41 - count + i);

  assert_status(spc_session_set_selection(session, 8, FIX_RECENT), SPC_OK, "");
  assert_status(spc_session_sequence_rewind(session, sequence), SPC_OK, "");
  assert_status(spc_session_sequence_randomize_keys(session, sequence, 3), SPC_OK, "");
  assert_status(spc_session_sequence_randomize_keys(session, FIX_MAX_BATCH, 3), SPC_INVALID_ARGUMENT, "does not exist");
  decode(session, sequence, 1, tokens, logits);
  selection_of(session, &selected, &count);
  assert_int_equal(count, FIX_SINK + 8 + FIX_RECENT);
  assert_memory_not_equal(selected, kept, count * sizeof *selected);
  spc_session_destroy(session);
}

static void test_failing_allocations(void **state) {
  (void)state;
  spc_memory_model_t memory;
  spc_memory_model_init(&g_fixture->plan, &memory);
  spc_session_options_t options = defaults();
  for (int adapts = 0; adapts < 2; ++adapts) {
    options.offload_layers = adapts ? -1 : 2;
    if (adapts) options.device_memory = spc_memory_device_bytes(&memory, FIX_MAX_BATCH, FIX_MAX_SEQ, 2);
    spc_alloc_fail_nth(0);
    spc_session_destroy(session_create(&options));
    uint64_t allocations = spc_alloc_fail_nth(0);
    assert_true(allocations > 8);
    for (uint64_t n = 1; n <= allocations; ++n) {
      spc_alloc_fail_nth(n);
      spc_session_t *session;
      spc_status_t status = spc_session_create(g_model, &options, &session);
      assert_null(session);
      assert_status(status, SPC_OUT_OF_MEMORY, "the system has no");
    }
  }
  spc_alloc_fail_nth(1);
  spc_model_t *model;
  assert_status(spc_model_create(&g_fixture->plan, NULL, &model), SPC_OUT_OF_MEMORY, "model");
  spc_alloc_fail_nth(2);
  spc_sampler_t *sampler;
  assert_status(spc_sampler_create(&(spc_sampler_options_t){.temperature = 1, .top_p = 1}, 10, &sampler), SPC_OUT_OF_MEMORY, "candidates");
  assert_null(sampler);
  spc_alloc_fail_nth(0);
}

static void test_greedy(void **state) {
  (void)state;
  const float logits[] = {1, NAN, 5, 5, -INFINITY};
  assert_int_equal(spc_logits_argmax(logits, 5), 2);
  assert_int_equal(spc_logits_argmax(logits + 1, 4), 1);
  spc_sampler_options_t options;
  spc_sampler_options_init(&options);
  spc_sampler_t *sampler;
  assert_status(spc_sampler_create(&options, 5, &sampler), SPC_OK, "");
  assert_int_equal(spc_sampler_choose(sampler, logits), 2);
  spc_sampler_destroy(sampler);
  const spc_sampler_options_t bad[] = {{.temperature = -1, .top_p = 1}, {.temperature = NAN, .top_p = 1}, {.top_p = 0}, {.top_p = 1.5f},
                                       {.top_k = -1, .top_p = 1}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) assert_status(spc_sampler_create(&bad[i], 5, &sampler), SPC_OUT_OF_RANGE, "");
}

// How often each of four tokens with probabilities 0.5, 0.25, 0.15 and 0.1 is chosen.
static void sample(spc_sampler_options_t options, int n, int out[4]) {
  const float logits[4] = {logf(0.15f), logf(0.5f), logf(0.1f), logf(0.25f)};
  memset(out, 0, 4 * sizeof *out);
  spc_sampler_t *sampler;
  assert_status(spc_sampler_create(&options, 4, &sampler), SPC_OK, "");
  for (int i = 0; i < n; ++i) ++out[spc_sampler_choose(sampler, logits)];
  spc_sampler_destroy(sampler);
}

static void test_sampling(void **state) {
  (void)state;
  int counts[4], again[4];
  sample((spc_sampler_options_t){.temperature = 1, .top_p = 1, .seed = 3}, 20000, counts);
  assert_in_range(counts[1], 9700, 10300);
  assert_in_range(counts[3], 4750, 5250);
  assert_in_range(counts[0], 2800, 3200);
  sample((spc_sampler_options_t){.temperature = 1, .top_p = 1, .seed = 3}, 20000, again);
  assert_memory_equal(counts, again, sizeof counts);
  sample((spc_sampler_options_t){.temperature = 1, .top_p = 1, .seed = 4}, 20000, again);
  assert_memory_not_equal(counts, again, sizeof counts);
  sample((spc_sampler_options_t){.temperature = 1, .top_k = 2, .top_p = 1}, 3000, counts);
  assert_true(counts[0] == 0 && counts[2] == 0 && counts[3] > 800 && counts[1] > 1800);
  sample((spc_sampler_options_t){.temperature = 1, .top_p = 0.8f}, 3000, counts);
  assert_true(counts[2] == 0 && counts[0] > 300 && counts[1] > 1500 && counts[3] > 700);
  sample((spc_sampler_options_t){.temperature = 0.01f, .top_p = 1}, 300, counts);
  assert_int_equal(counts[1], 300);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_options_out_of_range),
      cmocka_unit_test(test_a_plan_without_staging_cannot_offload),
      cmocka_unit_test(test_memory_is_what_the_model_says),
      cmocka_unit_test(test_as_few_layers_are_offloaded_as_fit),
      cmocka_unit_test(test_thresholds_of_the_plan_decide),
      cmocka_unit_test(test_misuse_is_refused_and_changes_nothing),
      cmocka_unit_test(test_pages_come_back),
      cmocka_unit_test(test_chunks_do_not_matter),
      cmocka_unit_test(test_rewind),
      cmocka_unit_test(test_selections),
      cmocka_unit_test(test_failing_allocations),
      cmocka_unit_test(test_greedy),
      cmocka_unit_test(test_sampling),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
