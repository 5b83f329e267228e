// The CUDA device through the whole runtime, on a driver that runs C kernels: results against a direct computation, graphs, streams, the GEMM library,
// errors of every driver call, and what is refused.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/cublaslt.h"
#include "cuda/cudnn.h"
#include "cuda/driver.h"
#include "fake_cudnn.h"
#include "fake_fixture.h"
#include "spc/spc.h"

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

typedef struct setup_t {
  uint32_t element;
  uint64_t budget;
  int32_t offload;
  bool full, no_graphs, synchronous, later_streams_first, no_library, cudnn, old_driver, table_on_host;
} setup_t;

typedef struct world_t {
  fixture_t *fixture;
  spc_model_t *model;
  spc_session_t *session;
} world_t;

static void open_fakes(const setup_t *s) {
  spc_cuda_driver_set_library(NULL);
  spc_cublaslt_set_library(s->no_library ? "/nonexistent" : NULL);
  spc_cudnn_set_library(s->no_library ? "/nonexistent" : NULL);
  fake_cudnn = (fake_cudnn_t){.version = 91900, .proposals = 1};
  fake_cuda_reset(fake_fixture_kernels());
  fake_cuda.later_streams_first = s->later_streams_first;
  if (s->old_driver) fake_cuda.version = 12030;
}

static world_t world_create(const setup_t *s) {
  open_fakes(s);
  world_t w = {.fixture = fake_fixture_create(s->element, s->budget)};
  if (s->table_on_host) fake_fixture_put_table_on_host(w.fixture);
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.offload_layers = s->offload;
  options.full_attention = s->full;
  options.no_graphs = s->no_graphs;
  options.synchronous = s->synchronous;
  options.prefill_attention = s->cudnn ? SPC_PREFILL_ATTENTION_CUDNN : SPC_PREFILL_ATTENTION_AUTO;
  ASSERT_OK(spc_session_create(w.model, &options, &w.session));
  return w;
}

static void world_destroy(world_t *w) {
  spc_session_destroy(w->session);
  spc_model_destroy(w->model);
  free(w->fixture);
  assert_int_equal(fake_cuda.live, 0);
  assert_int_equal(fake_cudnn.live, 0);
}

static int32_t token_at(int sequence, int i) { return (int32_t)((unsigned)(i * 7 + sequence * 11 + i * i) % FIX_VOCAB); }

static void assert_close(const float *got, const float *expected, float tolerance, const char *what, int at) {
  float largest = 1;
  for (int i = 0; i < FIX_VOCAB; ++i) largest = fmaxf(largest, fabsf(expected[i]));
  for (int i = 0; i < FIX_VOCAB; ++i) {
    if (!(fabsf(got[i] - expected[i]) <= tolerance * largest)) {
      fail_msg("%s %d, logit %d: %g, expected %g", what, at, i, (double)got[i], (double)expected[i]);
    }
  }
}

static void check_against_reference(const setup_t *s) {
  enum { PROMPT = 37 };  // two chunks of 16, which the library multiplies, and one of 5
  world_t w = world_create(s);
  reference_t *reference = reference_create(w.fixture);
  int32_t sequence, tokens[FIX_MAX_SEQ];
  static float logits[PROMPT * FIX_VOCAB], expected[FIX_VOCAB];
  const float tolerance = 1e-4f;  // bf16 weights too: the library takes x in two parts
  for (int i = 0; i < FIX_MAX_SEQ; ++i) tokens[i] = token_at(0, i);
  ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
  ASSERT_OK(spc_session_prefill(w.session, sequence, PROMPT, tokens, SPC_LOGITS_ALL, logits));
  for (int i = 0; i < PROMPT; ++i) {
    reference_step(reference, tokens[i], false, expected);
    assert_close(logits + i * FIX_VOCAB, expected, tolerance, "prompt token", i);
  }
  bool sparse = s->budget && !s->full;
  for (int i = PROMPT; i < FIX_MAX_SEQ; ++i) {
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
    assert_close(logits, expected, tolerance, "decoded token", i);
  }
  assert_true(s->no_library || fake_cuda.products > 0);
  reference_destroy(reference);
  world_destroy(&w);
}

static void test_results(void **state) {
  (void)state;
  for (int offload = 0; offload <= FIX_LAYERS; ++offload) {
    for (int order = 0; order < 2; ++order) {
      check_against_reference(&(setup_t){.budget = 8, .offload = offload, .later_streams_first = order});
      check_against_reference(&(setup_t){.budget = 8, .offload = offload, .later_streams_first = order, .full = true});
    }
  }
  check_against_reference(&(setup_t){.budget = 0});
  check_against_reference(&(setup_t){.budget = 8, .offload = 2, .no_graphs = true});
  check_against_reference(&(setup_t){.budget = 8, .offload = 2, .synchronous = true});
  check_against_reference(&(setup_t){.budget = 8, .no_library = true});
  check_against_reference(&(setup_t){.element = SPC_BF16, .budget = 0});
  check_against_reference(&(setup_t){.element = SPC_BF16, .budget = 8, .offload = 1, .no_library = true});
}

// Logits of three sequences of unequal lengths, one of which leaves and makes room for a fourth; sparse and full steps, and steps of fewer rows.
#define STEPS 12
static void run_batch(world_t *w, float *out) {
  int32_t sequences[4], tokens[FIX_MAX_SEQ];
  const int prompts[4] = {5, 20, 33, 9};
  int lengths[4], members[3] = {2, 0, 1};
  for (int s = 0; s < 4; ++s) lengths[s] = prompts[s];
  for (int step = 0; step < STEPS; ++step) {
    for (int s = 0; s < 4; ++s) {
      if (step != (s == 3 ? 5 : 0)) continue;
      if (s == 3) spc_session_sequence_destroy(w->session, sequences[0]), members[1] = 3;
      ASSERT_OK(spc_session_sequence_create(w->session, &sequences[s]));
      for (int i = 0; i < prompts[s]; ++i) tokens[i] = token_at(s, i);
      ASSERT_OK(spc_session_prefill(w->session, sequences[s], (size_t)prompts[s], tokens, SPC_LOGITS_NONE, NULL));
    }
    ASSERT_OK(spc_session_set_full_attention(w->session, step % 3 == 2));
    int32_t rows[3], next[3];
    size_t n = step % 4 == 3 ? 2 : 3;
    for (size_t r = 0; r < n; ++r) {
      rows[r] = sequences[members[r]];
      next[r] = token_at(members[r], lengths[members[r]]++);
    }
    ASSERT_OK(spc_session_decode(w->session, n, rows, next, out + step * 3 * FIX_VOCAB));
  }
}

static void test_the_same_bits_in_any_way(void **state) {
  (void)state;
  static float base[STEPS * 3 * FIX_VOCAB], other[STEPS * 3 * FIX_VOCAB];
  static const setup_t ways[] = {{.budget = 6},
                                 {.budget = 6, .no_graphs = true},
                                 {.budget = 6, .offload = 1},
                                 {.budget = 6, .offload = 3},
                                 {.budget = 6, .offload = 3, .later_streams_first = true},
                                 {.budget = 6, .offload = 2, .no_graphs = true, .later_streams_first = true},
                                 {.budget = 6, .offload = 2, .old_driver = true},
                                 {.budget = 6, .table_on_host = true},
                                 {.budget = 6, .offload = 2, .table_on_host = true, .later_streams_first = true},
                                 {.budget = 6, .offload = 2, .synchronous = true}};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; ++i) {
    world_t w = world_create(&ways[i]);
    run_batch(&w, i ? other : base);
    if (i) assert_memory_equal(base, other, sizeof base);
    spc_session_stats_t stats;
    spc_session_stats(w.session, &stats);
    assert_int_equal(stats.offloaded_layers, ways[i].offload);
    assert_int_equal(stats.host_layers, ways[i].offload);
    assert_true((stats.bytes_loaded > 0) == (ways[i].offload > 0));
    assert_true((stats.bytes_offloaded > 0) == (ways[i].offload > 0));
    assert_true(stats.rows_loaded > 0 && stats.rows_loaded < stats.rows_selected);
    uint64_t table = FIX_VOCAB * FIX_HIDDEN * sizeof(float);
    assert_int_equal(stats.host_weights, ways[i].table_on_host ? table : 0);
    assert_int_equal(stats.weights, w.fixture->plan.weights_size - stats.host_weights);
    assert_string_equal(stats.device_name, "Fake 0");
    assert_null(stats.attention_library);
    assert_true(stats.gemm_library && stats.device_allocated >= stats.device_total && stats.host_pinned > stats.host_pools + stats.host_weights);
    // One graph for two rows and one for three, of each kind of step that can be replayed.
    bool graphs = !ways[i].no_graphs && !ways[i].synchronous;
    assert_int_equal(stats.graphs, !graphs ? 0 : ways[i].offload ? 2 : 4);
    if (graphs && !ways[i].offload) assert_int_equal(fake_cuda.graph_launches, STEPS);
    assert_true(ways[i].synchronous || fake_cuda.overlapping > 0);
    // Beside copies, kernels leave room for one: here two blocks of the same size, of which each has 1 KiB of the driver's own.
    bool divided = ways[i].offload && !ways[i].old_driver;
    assert_true((fake_cuda.divided > 0) == divided && fake_cuda.divided < fake_cuda.launches);
    // Linears are told where prefetches are, and what computes is in another domain than these and write-backs.
    assert_true((fake_cuda.beside > 0) == (ways[i].offload > 0));
    // Where something is loaded, one row's tokens are selected before the others'.
    assert_true((fake_cuda.parts > 0) == (ways[i].offload > 0));
    assert_true(fake_cuda.apart > 0 && (fake_cuda.apart < fake_cuda.launches) == (ways[i].offload > 0));
    if (divided) assert_int_equal(fake_cuda.shared_percent, 100 * 2 * (FAKE_CUDA_FIXED_BYTES + 1024) / (228 << 10));
    world_destroy(&w);
  }
}

// A session that asks for cuDNN: where it is not there, and where it takes no f32 attention, our own kernel does it with the same bits.
static void test_attention_library_without_use(void **state) {
  (void)state;
  static float base[STEPS * 3 * FIX_VOCAB], other[STEPS * 3 * FIX_VOCAB];
  static const setup_t ways[] = {{.budget = 6, .cudnn = true}, {.budget = 6, .offload = 2, .cudnn = true}};
  world_t w = world_create(&(setup_t){.budget = 6});
  run_batch(&w, base);
  assert_int_equal(fake_cudnn.created, 0);  // of no use for f32, unless asked for
  world_destroy(&w);
  for (size_t i = 0; i < sizeof ways / sizeof *ways; ++i) {
    w = world_create(&ways[i]);
    assert_int_equal(fake_cudnn.created, 1);
    run_batch(&w, other);
    assert_memory_equal(base, other, sizeof base);
    assert_int_equal(fake_cudnn.executed, 0);
    spc_session_stats_t stats;
    spc_session_stats(w.session, &stats);
    assert_null(stats.attention_library);
    world_destroy(&w);
  }
  check_against_reference(&(setup_t){.budget = 8, .no_library = true, .cudnn = true});
}

// By itself a session opens cuDNN where it helps: for heads of a 16-bit type, and not a version that is slower than our own kernel. Where a pool of f32 may lie where one of bf16 did, never.
static void test_attention_library_by_itself(void **state) {
  (void)state;
  static const struct {
    size_t version;
    spc_prefill_attention_t choice;
    int created;
    bool mixed;
  } cases[] = {{91900, SPC_PREFILL_ATTENTION_AUTO, 0, true}, {91900, SPC_PREFILL_ATTENTION_CUDNN, 0, true}, {91900, SPC_PREFILL_ATTENTION_AUTO, 1},  {91800, SPC_PREFILL_ATTENTION_AUTO, 0}, {91900, SPC_PREFILL_ATTENTION_OWN, 0},
               {91800, SPC_PREFILL_ATTENTION_CUDNN, 1}, {90500, SPC_PREFILL_ATTENTION_CUDNN, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    open_fakes(&(setup_t){0});
    fake_cudnn.version = cases[i].version;
    world_t w = {.fixture = fake_fixture_create(SPC_BF16, 6)};
    for (uint32_t k = 0; k < w.fixture->plan.cache_count; ++k) w.fixture->caches[k].element = cases[i].mixed && k == FIX_LAYERS ? SPC_F32 : SPC_BF16;
    for (uint32_t k = 0; k < w.fixture->plan.command_count; ++k) {
      if (w.fixture->commands[k].opcode == SPC_OP_ATTEND_FULL) w.fixture->commands[k].imm[2] = SPC_BF16;
    }
    ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
    spc_session_options_t options;
    spc_session_options_init(&options);
    options.prefill_attention = cases[i].choice;
    ASSERT_OK(spc_session_create(w.model, &options, &w.session));
    assert_int_equal(fake_cudnn.created, cases[i].created);
    world_destroy(&w);
  }
  world_t w = {.fixture = fake_fixture_create(SPC_BF16, 6)};
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.prefill_attention = (spc_prefill_attention_t)3;
  spc_status_t status = spc_session_create(w.model, &options, &w.session);
  assert_int_equal(spc_status_code(status), SPC_OUT_OF_RANGE);
  spc_status_ignore(status);
  world_destroy(&w);
}

static void test_choosing_on_the_device(void **state) {
  (void)state;
  world_t w = world_create(&(setup_t){.budget = 6});
  int32_t sequence[2], tokens[9], next[2], chosen[2];
  float logits[2 * FIX_VOCAB];
  for (int i = 0; i < 9; ++i) tokens[i] = token_at(0, i);
  for (int s = 0; s < 2; ++s) {
    ASSERT_OK(spc_session_sequence_create(w.session, &sequence[s]));
    ASSERT_OK(spc_session_prefill(w.session, sequence[s], 9, tokens, SPC_LOGITS_LAST, logits + s * FIX_VOCAB));
    next[s] = spc_logits_argmax(logits + s * FIX_VOCAB, FIX_VOCAB);
  }
  for (int step = 0; step < 20; ++step) {  // the first sequence alone, then both: the same token at the same place
    ASSERT_OK(spc_session_decode(w.session, 1, &sequence[1], &next[1], logits));
    ASSERT_OK(spc_session_decode_next(w.session, 1, &sequence[0], &next[0], chosen));
    assert_int_equal(chosen[0], spc_logits_argmax(logits, FIX_VOCAB));
    next[0] = next[1] = chosen[0];
  }
  world_destroy(&w);
}

static void test_profile(void **state) {
  (void)state;
  for (int offload = 0; offload < 2; ++offload) {
    world_t w = world_create(&(setup_t){.budget = 6, .offload = offload});
    const spc_program_t *decode = &w.fixture->plan.programs[SPC_PROGRAM_DECODE];
    double seconds[256] = {0};
    int32_t sequence, token = 3;
    ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
    ASSERT_OK(spc_session_prefill(w.session, sequence, 1, &token, SPC_LOGITS_NONE, NULL));
    ASSERT_OK(spc_session_decode_profile(w.session, 1, &sequence, &token, seconds));
    for (uint32_t i = 0; i < decode->command_count; ++i) assert_true(seconds[i] > 0);
    assert_true(seconds[decode->command_count] == 0);
    world_destroy(&w);
  }
}

// ---- Timelines

typedef struct told_t {
  int spans[SPC_TRACE_TRACKS][256];  // by command
  int hosts;
} told_t;

static void count_span(void *context, const spc_trace_span_t *span) {
  told_t *told = context;
  assert_true(span->track < SPC_TRACE_TRACKS && span->begin <= span->end);
  if (span->track == SPC_TRACE_HOST) {
    ++told->hosts;
  } else {
    ++told->spans[span->track][span->command];
  }
}

// A traced step launches on both streams, without a graph, and gives the bits of a step that is not traced.
static void test_trace(void **state) {
  (void)state;
  for (int offload = 0; offload <= FIX_LAYERS; ++offload) {
    for (int order = 0; order < 2; ++order) {
      float logits[2][FIX_VOCAB];
      for (int traced = 0; traced < 2; ++traced) {
        world_t w = world_create(&(setup_t){.budget = 6, .offload = offload, .later_streams_first = order});
        const spc_program_t *decode = &w.fixture->plan.programs[SPC_PROGRAM_DECODE];
        told_t told = {.hosts = 0};
        int32_t sequence, token = 3;
        ASSERT_OK(spc_session_sequence_create(w.session, &sequence));
        ASSERT_OK(spc_session_prefill(w.session, sequence, 1, &token, SPC_LOGITS_NONE, NULL));
        if (traced) ASSERT_OK(spc_session_trace(w.session, count_span, &told));
        ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &token, NULL));
        ASSERT_OK(spc_session_trace(w.session, NULL, NULL));
        ASSERT_OK(spc_session_decode(w.session, 1, &sequence, &token, logits[traced]));
        assert_int_equal(told.hosts, traced);
        for (uint32_t i = 0; traced && i < decode->command_count; ++i) {
          const spc_command_t *command = &w.fixture->plan.commands[decode->command_begin + i];
          bool waits = command->opcode == SPC_OP_KV_WAIT, copies = command->opcode == SPC_OP_KV_PREFETCH || command->opcode == SPC_OP_KV_OFFLOAD;
          const spc_command_t *copy = waits ? &w.fixture->plan.commands[decode->command_begin + command->imm[0]] : command;
          bool out = copy->cache >= FIX_LAYERS - offload;
          assert_int_equal(told.spans[SPC_TRACE_COMPUTE][i], !waits && !copies);
          // The fixture's layers that are out are one group.
          bool with_another = out && copy->cache != (copy->opcode == SPC_OP_KV_PREFETCH ? FIX_LAYERS - offload : FIX_LAYERS - 1);
          assert_int_equal(told.spans[SPC_TRACE_COPY][i], copies && out && !with_another);
          assert_int_equal(told.spans[SPC_TRACE_WAIT][i], waits && out && !with_another);
        }
        world_destroy(&w);
      }
      assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
    }
  }
}

// ---- Random weights and caches

static void test_random_weights_are_those_of_the_cpu(void **state) {
  (void)state;
  static float logits[3][FIX_VOCAB];
  for (int cuda = 0; cuda < 3; ++cuda) {
    open_fakes(&(setup_t){.no_library = true});
    fixture_t *fixture = cuda ? fake_fixture_create(SPC_BF16, 8) : fixture_create(&(fixture_options_t){SPC_BF16, 8, .f32_biases = false});
    if (cuda == 2) fake_fixture_put_table_on_host(fixture);
    fixture->plan.embedded_weights = NULL;
    spc_model_options_t options;
    spc_model_options_init(&options);
    options.random_weights = true;
    options.seed = 11;
    spc_model_t *model;
    spc_session_t *session;
    ASSERT_OK(spc_model_create_with(&fixture->plan, NULL, &options, &model));
    ASSERT_OK(spc_session_create(model, NULL, &session));
    int32_t sequence, token = 5;
    ASSERT_OK(spc_session_sequence_create(session, &sequence));
    ASSERT_OK(spc_session_sequence_fill(session, sequence, 23, 4));
    assert_int_equal(spc_session_sequence_length(session, sequence), 23);
    ASSERT_OK(spc_session_decode(session, 1, &sequence, &token, logits[cuda]));
    for (int i = 0; i < FIX_VOCAB; ++i) assert_true(isfinite(logits[cuda][i]) && logits[cuda][i] != 0);
    spc_session_destroy(session);
    spc_model_destroy(model);
    free(fixture);
  }
  assert_close(logits[1], logits[0], 1e-5f, "random model", 0);
  assert_memory_equal(logits[2], logits[1], sizeof logits[1]);
}

static void note_progress(void *context, uint64_t done, uint64_t total) {
  uint64_t *last = context;
  assert_true(done > *last && done <= total);
  *last = done;
}

// All bytes are told of, wherever they go.
static void test_progress(void **state) {
  (void)state;
  for (int random = 0; random < 2; ++random) {
    open_fakes(&(setup_t){0});
    fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
    fake_fixture_put_table_on_host(fixture);
    uint64_t done = 0;
    spc_model_options_t options;
    spc_model_options_init(&options);
    options.random_weights = random;
    options.progress = note_progress;
    options.progress_context = &done;
    spc_model_t *model;
    ASSERT_OK(spc_model_create_with(&fixture->plan, NULL, &options, &model));
    assert_int_equal(done, fixture->plan.weights_size);
    spc_model_destroy(model);
    free(fixture);
    assert_int_equal(fake_cuda.live, 0);
  }
}

// ---- Errors

static void assert_error(spc_status_t status, spc_status_code_t code, const char *message) {
  if (spc_status_code(status) != code || !strstr(spc_status_message(status), message)) {
    fail_msg("expected %s with '%s', got %s: %s", spc_status_code_name(code), message, spc_status_code_name(spc_status_code(status)),
             spc_status_message(status));
  }
  spc_status_ignore(status);
}

static void test_no_driver(void **state) {
  (void)state;
  spc_cuda_driver_set_library("/nonexistent/libcuda.so.1");
  fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
  spc_model_t *model;
  assert_error(spc_model_create(&fixture->plan, NULL, &model), SPC_UNSUPPORTED, "/nonexistent/libcuda.so.1");
  assert_null(model);
  free(fixture);
}

static void test_the_wrong_gpu(void **state) {
  (void)state;
  static const struct {
    const char *target;
    int capability;
    const char *message;  // NULL: it loads
  } cases[] = {{"sm_90", 80, "for sm_90, but Fake 0 is sm_80"}, {"sm_90", 100, NULL}, {"sm_90a", 100, "for sm_90a"}, {"sm_90a", 90, NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    open_fakes(&(setup_t){0});
    fake_cuda.capability = cases[i].capability;
    fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
    fixture->plan.cpu = cases[i].target;
    spc_model_t *model;
    spc_status_t status = spc_model_create(&fixture->plan, NULL, &model);
    if (cases[i].message) assert_error(status, SPC_INCOMPATIBLE, cases[i].message);
    else ASSERT_OK(status);
    spc_model_destroy(model);
    free(fixture);
    assert_int_equal(fake_cuda.live, 0);
  }
}

static void test_a_kernel_that_does_not_compile(void **state) {
  (void)state;
  open_fakes(&(setup_t){0});
  fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
  fixture->plan.ptx = (const uint8_t *)"// wrong";
  fixture->plan.ptx_size = sizeof "// wrong";
  spc_model_t *model;
  assert_error(spc_model_create(&fixture->plan, NULL, &model), SPC_DEVICE, "ptxas fatal: not PTX");
  fixture->plan.ptx = (const uint8_t *)"// fake";
  fixture->plan.ptx_size = sizeof "// fake";
  fixture->kernels[3].entry = "missing";
  assert_error(spc_model_create(&fixture->plan, NULL, &model), SPC_DEVICE, "kernel linear_f16");
  free(fixture);
  assert_int_equal(fake_cuda.live, 0);
}

// Every call of the driver fails once: an error that names the call, no crash, nothing left behind.
static spc_status_t use_everything(fixture_t *fixture, bool graphs) {
  spc_model_t *model;
  spc_session_t *session = NULL;
  SPC_RETURN_IF_ERROR(spc_model_create(&fixture->plan, NULL, &model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.offload_layers = 2;
  options.no_graphs = !graphs;
  int32_t sequence, tokens[20], next;
  float logits[FIX_VOCAB];
  for (int i = 0; i < 20; ++i) tokens[i] = token_at(0, i);
  spc_status_t status = spc_session_create(model, &options, &session);
  if (!status) status = spc_session_sequence_create(session, &sequence);
  if (!status) status = spc_session_prefill(session, sequence, 20, tokens, SPC_LOGITS_LAST, logits);
  if (!status) status = spc_session_decode_next(session, 1, &sequence, tokens, &next);
  if (!status) status = spc_session_set_full_attention(session, true);
  if (!status) status = spc_session_decode(session, 1, &sequence, tokens, logits);
  spc_session_destroy(session);
  spc_model_destroy(model);
  return status;
}

static void test_every_call_fails_once(void **state) {
  (void)state;
  fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
  fake_fixture_put_table_on_host(fixture);
  for (int graphs = 0; graphs < 2; ++graphs) {
    open_fakes(&(setup_t){0});
    ASSERT_OK(use_everything(fixture, graphs));
    uint64_t calls = fake_cuda.calls;
    assert_true(calls > 200);
    for (uint64_t at = 1; at <= calls; ++at) {
      open_fakes(&(setup_t){0});
      fake_cuda.fail_at = at;
      spc_status_t status = use_everything(fixture, graphs);
      if (!status && fake_cuda.calls < at) fail_msg("call %d was not made", (int)at);
      // Some failures cost nothing: an algorithm that cannot be measured, a context that is lost while it is given back.
      if (status && !strstr(spc_status_message(status), "cu")) fail_msg("call %d: %s", (int)at, spc_status_message(status));
      spc_status_ignore(status);
      if (fake_cuda.live) fail_msg("call %d leaves %d objects", (int)at, (int)fake_cuda.live);
    }
  }
  free(fixture);
}

static void ignore_span(void *context, const spc_trace_span_t *span) {
  (void)context;
  (void)span;
}

// |out_before| is how many calls were made before what is looked at here: a traced step and a measurement.
static spc_status_t trace_and_measure(fixture_t *fixture, uint64_t *out_before) {
  spc_model_t *model;
  spc_session_t *session = NULL;
  int32_t sequence, token = 3;
  float logits[FIX_VOCAB];
  SPC_RETURN_IF_ERROR(spc_model_create(&fixture->plan, NULL, &model));
  spc_status_t status = spc_session_create(model, NULL, &session);
  if (!status) status = spc_session_sequence_create(session, &sequence);
  *out_before = fake_cuda.calls;
  if (!status) status = spc_session_trace(session, ignore_span, NULL);
  if (!status) status = spc_session_decode(session, 1, &sequence, &token, logits);
  spc_machine_t machine;
  if (!status) status = spc_model_measure(model, 0, &machine);
  if (!status) assert_true(machine.device_memory == 2 << 20 && machine.memory_bandwidth > 0 && machine.link_bandwidth > 0);
  spc_session_destroy(session);
  spc_model_destroy(model);
  return status;
}

static void test_calls_of_traces_and_measurements_fail(void **state) {
  (void)state;
  fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
  uint64_t before, ignored;
  open_fakes(&(setup_t){0});
  ASSERT_OK(trace_and_measure(fixture, &before));
  uint64_t calls = fake_cuda.calls;
  for (uint64_t at = before + 1; at <= calls; at += 13) {  // most of them are events, one like another
    open_fakes(&(setup_t){0});
    fake_cuda.fail_at = at;
    spc_status_ignore(trace_and_measure(fixture, &ignored));
    if (fake_cuda.calls < at) fail_msg("call %d was not made", (int)at);
    if (fake_cuda.live) fail_msg("call %d leaves %d objects", (int)at, (int)fake_cuda.live);
  }
  free(fixture);
}

static void test_errors_name_the_command(void **state) {
  (void)state;
  fixture_t *fixture = fake_fixture_create(SPC_F32, 8);
  open_fakes(&(setup_t){.no_library = true});
  fake_cuda.fail_function = "cuLaunchKernelEx";
  fake_cuda.fail_at = 3;
  assert_error(use_everything(fixture, true), SPC_DEVICE, "program prefill, command 2 (qkv): kernel linear_f32, 2 x 1 x 1 blocks: cuLaunchKernelEx: CUDA_ERROR_FAKE");
  open_fakes(&(setup_t){0});
  fake_cuda.fail_function = "cuMemAlloc_v2";
  fake_cuda.fail_at = 2;
  assert_error(use_everything(fixture, true), SPC_OUT_OF_MEMORY, "device arena: ");
  fake_fixture_put_table_on_host(fixture);
  open_fakes(&(setup_t){0});
  fake_cuda.fail_function = "cuMemHostRegister_v2";
  fake_cuda.fail_at = 1;
  assert_error(use_everything(fixture, true), SPC_DEVICE, "embedding tables in host memory: locking 67392 bytes: cuMemHostRegister: CUDA_ERROR_FAKE");
  fake_cuda.calls = 0;
  assert_error(use_everything(fixture, true), SPC_DEVICE, "; compile the model with --embeddings=device to have them on the GPU");
  assert_int_equal(fake_cuda.live, 0);
  free(fixture);
}

// ---- Plans

static fixture_t *g_fixture;
static spc_plan_t *plan(void) { return &g_fixture->plan; }
static spc_command_t *command(spc_program_id_t id, uint32_t opcode) {
  for (uint32_t i = 0;; ++i) {
    if (g_fixture->commands[plan()->programs[id].command_begin + i].opcode == opcode) return &g_fixture->commands[plan()->programs[id].command_begin + i];
  }
}
static spc_command_t *decode(uint32_t opcode) { return command(SPC_PROGRAM_DECODE, opcode); }
static spc_operand_t *operand(spc_command_t *c, uint32_t i) { return &g_fixture->operands[c->operand_begin + i]; }

#define CASES(X) \
  X("not the name of a GPU", plan()->cpu = "znver4") \
  X("not the name of a GPU", plan()->cpu = "sm_9") \
  X("not the name of a GPU", plan()->cpu = "sm_90b") \
  X("no PTX", plan()->ptx = NULL) \
  X("no PTX", plan()->ptx_size = 0) \
  X("ends in a NUL", plan()->ptx_size = 4) \
  X("machine code", plan()->cubin_size = 100) \
  X("not an ELF image", plan()->cubin = plan()->ptx; plan()->cubin_size = 100) \
  X("has no entry", g_fixture->kernels[2].entry = NULL) \
  X("0 threads", g_fixture->kernels[2].threads = 0) \
  X("1025 threads", g_fixture->kernels[2].threads = 1025) \
  X("shared memory", g_fixture->kernels[2].shared_bytes = 1 << 20) \
  X("flags 0x2", g_fixture->kernels[2].flags = 2) \
  X("no multiple of 64 up to the", plan()->weights_size += 64; plan()->device_weights_size += 4) \
  X("no multiple of 64 up to the", plan()->device_weights_size = plan()->weights_size + 64) \
  X("lies both before and behind byte", plan()->device_weights_size = g_fixture->weights[fixture_weight(g_fixture, "head")].offset + 64) \
  X("(head) in host memory", plan()->device_weights_size = g_fixture->weights[fixture_weight(g_fixture, "head")].offset) \
  X("(2.norm) in host memory", fake_fixture_put_table_on_host(g_fixture); g_fixture->weights[fixture_weight(g_fixture, "2.norm")].offset = plan()->device_weights_size) \
  X("SPLIT_STATE has", plan()->state_size[SPC_STATE_SPLIT_STATE] -= 4) \
  X("SPLIT_SUMS has", plan()->state_size[SPC_STATE_SPLIT_SUMS] = 0) \
  X("SCORE_STATS has", plan()->state_size[SPC_STATE_SCORE_STATS] = 0) \
  X("NEXT_IDS has", plan()->state_size[SPC_STATE_NEXT_IDS] = 0) \
  X("COPYING has", plan()->state_size[SPC_STATE_COPYING] = 4 * SPC_COPYING_MULTIPROCESSORS) \
  X("do not follow", plan()->state_offset[SPC_STATE_SEQUENCES] = plan()->state_total; plan()->state_total += 64) \
  X("staging has", plan()->staging_size -= 8) \
  X("a grid of 0 x", decode(SPC_OP_LAUNCH)->imm[0] = 0) \
  X("a grid of", decode(SPC_OP_LAUNCH)->imm[1] = 65536) \
  X("a grid of", decode(SPC_OP_LAUNCH)->imm[2] = -1) \
  X("a grid of", decode(SPC_OP_KV_PREFETCH)->imm[1] = 0) \
  X("copying kernel is -1", decode(SPC_OP_KV_PREFETCH)->kernel = -1) \
  X("copying kernel kv_scatter takes 7", decode(SPC_OP_KV_OFFLOAD)->operand_count = 6) \
  X("dims.host_group", plan()->dims.host_group = 0) \
  X("dims.host_group", plan()->dims.host_group = FIX_LAYERS + 1) \
  X("dims.host_last_group", plan()->dims.host_last_group = 0) \
  X("dims.host_last_group", plan()->dims.host_last_group = plan()->dims.host_group + 1) \
  X("dims.host_packed", plan()->dims.host_packed = 2) \
  X("cannot be packed", plan()->dims.host_packed = 1; plan()->staging_size += 1 << 20) \
  X("no kernel kv_pack.d16 of 7 arguments", plan()->dims.host_packed = plan()->dims.host_group = plan()->dims.host_last_group = 1; plan()->dims.head_size = 16; \
    for (int i = 0; i < FIX_LAYERS; ++i) g_fixture->caches[i] = (spc_cache_t){SPC_CACHE_LLM, SPC_BF16, FIX_KV_HEADS, 16, 1, 0}) \
  X("outside a copy", *operand(decode(SPC_OP_LAUNCH), 0) = (spc_operand_t){SPC_OPERAND_GROUP_PLACE, 0, 0}) \
  X("of packed rows", *operand(decode(SPC_OP_KV_PREFETCH), 0) = (spc_operand_t){SPC_OPERAND_HOST_REST, 0, 0}) \
  X("operand 0 is of a selection where nothing is selected", *operand(command(SPC_PROGRAM_PREFILL, SPC_OP_LAUNCH), 0) = (spc_operand_t){SPC_OPERAND_FIRST_ROW, 0, 0}) \
  X("the first row of a command that is always for all rows", *operand(decode(SPC_OP_KV_OFFLOAD), 4) = (spc_operand_t){SPC_OPERAND_FIRST_ROW, 0, 0}) \
  X("a prefetch of layer 1 after one of layer 2", decode(SPC_OP_KV_PREFETCH)->cache = 2; operand(decode(SPC_OP_KV_PREFETCH), 0)->value = 2; \
    operand(decode(SPC_OP_KV_PREFETCH), 12)->value = 2; operand(decode(SPC_OP_KV_PREFETCH), 13)->value = 2; operand(decode(SPC_OP_KV_PREFETCH), 14)->value = 2) \
  X("outside a copy", *operand(decode(SPC_OP_LAUNCH), 0) = (spc_operand_t){SPC_OPERAND_GROUP_LAYERS, 0, 0}) \
  X("of cache 4 of 4", *operand(decode(SPC_OP_LAUNCH), 0) = (spc_operand_t){SPC_OPERAND_POOL_STRIDE, 0, 4}) \
  X("no layer's", operand(decode(SPC_OP_KV_PREFETCH), 0)->value = 3) \
  X("outside a copy", *operand(decode(SPC_OP_LAUNCH), 0) = (spc_operand_t){SPC_OPERAND_HOST_POOL, 0, 0}) \
  X("outside a copy", operand(decode(SPC_OP_KV_PREFETCH), 0)->value = 2) \
  X("of types 0x200", decode(SPC_OP_LINEAR)->imm[2] = SPC_LINEAR_TYPES(SPC_F32, SPC_BF16, SPC_F32)) \
  X("blocks of 0 rows", command(SPC_PROGRAM_PREFILL, SPC_OP_ATTEND_FULL)->imm[1] = 0) \
  X("q of type 3", command(SPC_PROGRAM_PREFILL, SPC_OP_ATTEND_FULL)->imm[2] = SPC_I32) \
  X("combining kernel is -1", command(SPC_PROGRAM_DECODE_FULL, SPC_OP_ATTEND_FULL)->kernels[2] = -1) \
  X("65536 rows", plan()->dims.prefill_chunk = 65536)

static void test_corrupt_plans(void **state) {
  (void)state;
#define RUN(message, ...)                                                                        \
  do {                                                                                           \
    g_fixture = fake_fixture_create(SPC_F32, 8);                                                 \
    __VA_ARGS__;                                                                                 \
    spc_model_t *model;                                                                          \
    assert_error(spc_model_create(plan(), NULL, &model), SPC_INVALID_ARGUMENT, message);         \
    free(g_fixture);                                                                             \
  } while (0);
  CASES(RUN)
}

static void test_narrow_plans(void **state) {
  (void)state;
  g_fixture = fake_fixture_create(SPC_BF16, 8);
  plan()->state_size[SPC_STATE_NARROW] = 64;
  spc_model_t *model;
  assert_error(spc_model_create(plan(), NULL, &model), SPC_INVALID_ARGUMENT, "NARROW has no room");
  free(g_fixture);
  g_fixture = fake_fixture_create(SPC_BF16, 8);
  command(SPC_PROGRAM_PREFILL, SPC_OP_LINEAR)->kernel = -1;
  assert_error(spc_model_create(plan(), NULL, &model), SPC_INVALID_ARGUMENT, "conversion kernel is -1");
  free(g_fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_results),
      cmocka_unit_test(test_the_same_bits_in_any_way),
      cmocka_unit_test(test_attention_library_without_use),
      cmocka_unit_test(test_attention_library_by_itself),
                                     cmocka_unit_test(test_choosing_on_the_device),
      cmocka_unit_test(test_profile),
      cmocka_unit_test(test_trace),
      cmocka_unit_test(test_random_weights_are_those_of_the_cpu),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_no_driver),
      cmocka_unit_test(test_the_wrong_gpu),
      cmocka_unit_test(test_a_kernel_that_does_not_compile),
      cmocka_unit_test(test_every_call_fails_once),
      cmocka_unit_test(test_calls_of_traces_and_measurements_fail),
      cmocka_unit_test(test_errors_name_the_command),
      cmocka_unit_test(test_corrupt_plans),
      cmocka_unit_test(test_narrow_plans),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
