// spc-plan and its model of time: schedules counted by hand, fits that find what made the samples, calibration files, sums of memory, the best batch.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/cost/calibration.h"
#include "tools/plan/plan.h"

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

// Four layers of 2 KV heads of 16 in bf16, 128 bytes a token and layer; a selection of 128 tokens; weights of a million bytes a linear command.
// A sparse step: one linear command for the head, the prefetches of all layers, then for each layer: linear, wait, attend, write-back.
enum { LAYERS = 4, MAX_COMMANDS = 64 };
#define LINEAR 1e-3        // seconds at 1e9 bytes a second
#define ATTEND 16.384e-6   // of 128 tokens
static const double tiny = 1e-12;

typedef struct fixture_t {
  spc_plan_t plan;
  spc_weight_t weight;
  spc_cache_t caches[LAYERS + 1];
  spc_command_t commands[MAX_COMMANDS];
  spc_operand_t operands[4 * MAX_COMMANDS];
  uint64_t thresholds[LAYERS + 1];
} fixture_t;

static void begin_program(fixture_t *f, spc_program_id_t id) { f->plan.programs[id].command_begin = f->plan.command_count; }
static void end_program(fixture_t *f, spc_program_id_t id) {
  f->plan.programs[id].command_count = f->plan.command_count - f->plan.programs[id].command_begin;
}

static spc_command_t *add(fixture_t *f, spc_opcode_t opcode, int layer) {
  spc_command_t *c = &f->commands[f->plan.command_count++];
  *c = (spc_command_t){.opcode = opcode, .cache = layer, .layer = layer, .items_per_row = 1, .operand_begin = f->plan.operand_count, .label = "x"};
  return c;
}

static void add_operand(fixture_t *f, spc_command_t *c, spc_operand_kind_t kind, int64_t value) {
  f->operands[f->plan.operand_count++] = (spc_operand_t){.kind = kind, .value = value};
  ++c->operand_count;
}

static void add_linear(fixture_t *f) {
  spc_command_t *c = add(f, SPC_OP_LINEAR, -1);
  c->imm[0] = 500, c->imm[1] = 1000;
  add_operand(f, c, SPC_OPERAND_WEIGHT, 0);
}

static void add_sparse(fixture_t *f) {
  begin_program(f, SPC_PROGRAM_DECODE);
  add_linear(f);
  for (int l = 0; l < LAYERS; ++l) {
    spc_command_t *c = add(f, SPC_OP_KV_PREFETCH, l);
    c->imm[0] = 2, c->imm[1] = 1;  // blocks a sequence
  }
  for (int l = 0; l < LAYERS; ++l) {
    add_linear(f);
    add(f, SPC_OP_KV_WAIT, -1)->imm[0] = 1 + l;
    spc_command_t *attend = add(f, SPC_OP_LAUNCH, -1);
    add_operand(f, attend, SPC_OPERAND_POOL, l);
    add_operand(f, attend, SPC_OPERAND_READ_ROWS, l);
    spc_command_t *offload = add(f, SPC_OP_KV_OFFLOAD, l);
    offload->imm[0] = offload->imm[1] = 1;
  }
  end_program(f, SPC_PROGRAM_DECODE);
}

static void add_full(fixture_t *f, spc_program_id_t id) {
  begin_program(f, id);
  for (int l = 0; l < LAYERS; ++l) {
    add_linear(f);
    add(f, SPC_OP_ATTEND_FULL, l)->imm[0] = 4;
  }
  end_program(f, id);
}

static fixture_t *make(void) {
  fixture_t *f = calloc(1, sizeof *f);
  assert_non_null(f);
  f->weight = (spc_weight_t){.name = "w", .element = SPC_BF16, .rows = 500, .cols = 1000, .size = 1000000};
  for (int i = 0; i < LAYERS; ++i) f->caches[i] = (spc_cache_t){SPC_CACHE_LLM, SPC_BF16, 2, 16, 1, 0};
  f->caches[LAYERS] = (spc_cache_t){SPC_CACHE_KEYS, SPC_F32, 1, 8, 0, 0};
  f->plan.target = SPC_TARGET_CUDA;
  f->plan.model = "m<&>.onnx";
  f->plan.cpu = "sm_90";
  f->plan.dims = (spc_dims_t){.vocab = 10, .hidden = 8, .layers = LAYERS, .q_heads = 4, .kv_heads = 2, .head_size = 16, .max_seq = 4096, .max_batch = 4,
                              .prefill_chunk = 512, .page_tokens = 64, .budget = 96, .sink = 16, .recent = 16, .selection_heads = 2, .host_group = 1, .host_last_group = 1};
  f->plan.arena_size = 5000;
  f->plan.state_total = 700;
  f->plan.staging_size = 3000;
  f->plan.weights = &f->weight;
  f->plan.weight_count = 1;
  f->plan.weights_size = f->plan.device_weights_size = 1000000;
  f->plan.caches = f->caches;
  f->plan.cache_count = LAYERS + 1;
  f->plan.commands = f->commands;
  f->plan.operands = f->operands;
  f->plan.thresholds = f->thresholds;
  add_sparse(f);
  add_full(f, SPC_PROGRAM_DECODE_FULL);
  add_full(f, SPC_PROGRAM_PREFILL);
  begin_program(f, SPC_PROGRAM_LOGITS);
  add_linear(f);
  end_program(f, SPC_PROGRAM_LOGITS);
  assert_true(f->plan.command_count <= MAX_COMMANDS);
  return f;
}

static const spc_cost_step_t sparse_step = {.rows = 1, .tokens = 1000, .change_rate = 0.25};  // 32 of 128 rows, 4096 bytes a layer
static spc_cost_rates_t rates_of(double copy_seconds) { return (spc_cost_rates_t){.memory_bandwidth = 1e9, .link_bandwidth = 4096 / copy_seconds}; }

static spc_cost_time_t time_of(const fixture_t *f, const spc_cost_rates_t *rates, spc_cost_step_t step, uint64_t offloaded) {
  spc_cost_time_t time;
  step.offloaded = offloaded;
  assert_true(spc_cost_step(&f->plan, rates, &step, &time));
  assert_float_equal(time.seconds, time.compute_seconds + time.wait_seconds + time.slowed_seconds, tiny);
  return time;
}

static void test_resident(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = rates_of(1e-6);
  spc_cost_time_t time = time_of(f, &rates, sparse_step, 0);
  assert_float_equal(time.seconds, LINEAR + LAYERS * (LINEAR + ATTEND), tiny);
  assert_true(time.link_bytes == 0 && time.copy_seconds == 0 && time.wait_seconds == 0);
  // Nine commands compute; three sequences: each reads its own keys and values, weights are read once.
  rates.launch_seconds = 2e-6;
  rates.row_seconds = 1e-6;
  spc_cost_step_t step = sparse_step;
  step.rows = 3;
  assert_float_equal(time_of(f, &rates, step, 0).seconds, LINEAR + LAYERS * (LINEAR + 3 * ATTEND) + 9 * (2e-6 + 2 * 1e-6), tiny);
  // Full attention reads 1000 tokens.
  step = sparse_step;
  step.full_attention = true;
  assert_float_equal(time_of(f, &rates, step, 0).seconds, LAYERS * (LINEAR + 1000 * 128e-9 + 2 * 2e-6), tiny);
  free(f);
}

// The copy of the deepest layer has three layers to hide behind. The write-back of its new row, 128 bytes, follows the last attention.
static void test_hidden_copy(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = rates_of(2.5e-3);
  spc_cost_time_t time = time_of(f, &rates, sparse_step, 1);
  double write_back = 2.5e-3 / 32;
  assert_float_equal(time.seconds, 5 * LINEAR + LAYERS * ATTEND + write_back, tiny);
  assert_float_equal(time.wait_seconds, write_back, tiny);
  assert_int_equal(time.link_bytes, 4096 + 128);
  free(f);
}

// Layers 2 and 3 are out, a copy takes 2.5 ms: they end at 3.5 and 6 ms. Layer 2 comes to its wait at 4.03 ms, layer 3 at 5.05 ms and waits until 6.
static void test_schedule_layer_by_layer(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = rates_of(2.5e-3);
  spc_cost_time_t time = time_of(f, &rates, sparse_step, 2);
  double write_back = 2.5e-3 / 32, arrival = 5 * LINEAR + 3 * ATTEND;
  double write_backs_end = 6e-3 + 2 * write_back;  // both of them; the first waited for the copies
  assert_float_equal(time.seconds, write_backs_end, tiny);
  assert_float_equal(time.wait_seconds, (6e-3 - arrival) + (write_backs_end - (6e-3 + ATTEND)), tiny);
  // With all layers out the first wait is for a copy that nothing but the head's successor hides.
  time = time_of(f, &rates, sparse_step, 4);
  assert_true(time.seconds > 1e-3 + 4 * 2.5e-3);
  assert_true(time.seconds < 1e-3 + 4 * 2.5e-3 + 4 * write_back + ATTEND);
  free(f);
}

// Two of eight multiprocessors are taken from 1 ms to 3.5 ms: 1.875 ms of work is done in that time.
static void test_copies_slow_what_is_beside(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = rates_of(2.5e-3);
  rates.multiprocessors = 8;
  double write_back = 2.5e-3 / 32, work = 4 * (LINEAR + ATTEND);
  spc_cost_time_t time = time_of(f, &rates, sparse_step, 1);
  assert_float_equal(time.seconds, 1e-3 + 2.5e-3 + (work - 0.75 * 2.5e-3) + write_back, tiny);
  assert_float_equal(time.slowed_seconds, 0.25 * 2.5e-3, tiny);
  // A copy whose blocks fill the processor lets nothing run beside it.
  rates.multiprocessors = 1;
  time = time_of(f, &rates, sparse_step, 1);
  assert_float_equal(time.seconds, 1e-3 + 2.5e-3 + work + write_back, tiny);
  free(f);
}

// Far caches: however fast the link is, rows that lie alone cost a translation each, and those of a token together cost one.
static void test_translations(void **state) {
  (void)state;
  fixture_t *f = make();
  const spc_cost_rates_t rates = {.memory_bandwidth = 1e9, .link_bandwidth = 1e18};
  spc_cost_step_t step = sparse_step;
  step.tokens = 4000000;  // 128 bytes each and layer
  const double units = 4000000 * 128.0 / 65536;
  assert_float_equal(time_of(f, &rates, step, 1).copy_seconds, 0, 1e-9);  // half a gigabyte: cached
  assert_float_equal(time_of(f, &rates, step, 4).copy_seconds, 4 * units * (1 - exp(-2 * 32 / units)) / 28e6, 1e-9);
  f->plan.dims.host_group = f->plan.dims.host_last_group = 2;  // one translation for two layers
  assert_float_equal(time_of(f, &rates, step, 4).copy_seconds, 2 * 2 * units * (1 - exp(-2 * 32 / (2 * units))) / 28e6, 1e-9);
  assert_float_equal(time_of(f, &rates, step, 3).copy_seconds, 3 * units * (1 - exp(-2 * 32 / (3 * units))) / 28e6, 1e-9);  // or three
  f->plan.dims.host_group = f->plan.dims.host_last_group = 1;
  f->plan.dims.selection_heads = 1;
  assert_float_equal(time_of(f, &rates, step, 4).copy_seconds, 4 * units * (1 - exp(-32 / units)) / 28e6, 1e-9);
  f->plan.target = SPC_TARGET_CPU;
  assert_float_equal(time_of(f, &rates, step, 4).copy_seconds, 0, 1e-9);
  free(f);
}

static void test_full_attention_over_layers_that_are_out(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = {.memory_bandwidth = 1e9, .link_bandwidth = 1e8};
  spc_cost_step_t step = sparse_step;
  step.full_attention = true;
  double attend = 128e-6, link = 1280e-6, resident = LAYERS * (LINEAR + attend);
  assert_float_equal(time_of(f, &rates, step, 2).seconds, resident + 2 * link, tiny);  // pages are copied, then read
  f->plan.target = SPC_TARGET_CPU;
  assert_float_equal(time_of(f, &rates, step, 2).seconds, resident + 2 * (link - attend), tiny);  // the next page is copied beside the kernel
  free(f);
}

static void test_rates_that_lack_something(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = {.memory_bandwidth = 1e9};
  spc_cost_step_t step = sparse_step;
  spc_cost_time_t time;
  assert_true(spc_cost_step(&f->plan, &rates, &step, &time));
  step.offloaded = 1;
  assert_false(spc_cost_step(&f->plan, &rates, &step, &time));
  assert_true(spc_cost_prefill(&f->plan, &rates, 100, 64, 0) == 0);
  rates.memory_bandwidth = 0;
  step.offloaded = 0;
  assert_false(spc_cost_step(&f->plan, &rates, &step, &time));
  free(f);
}

// ---- Fits

static void test_fit_finds_what_made_the_samples(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t truth = {.memory_bandwidth = 1e9, .launch_seconds = 3e-6, .row_seconds = 0.5e-6}, fitted = {.memory_bandwidth = 1e9};
  spc_cost_sample_t samples[4];
  for (int i = 0; i < 4; ++i) {
    samples[i].step = (spc_cost_step_t){.rows = i % 2 ? 4 : 1, .tokens = i < 2 ? 100 : 3000, .full_attention = i == 3};
    samples[i].seconds = time_of(f, &truth, samples[i].step, 0).seconds;
  }
  spc_cost_fit_launches(&f->plan, samples, 4, &fitted);
  assert_float_equal(fitted.launch_seconds, 3e-6, 1e-11);
  assert_float_equal(fitted.row_seconds, 0.5e-6, 1e-11);
  // One number of rows says nothing about rows; steps faster than the floor leave nothing to launches.
  spc_cost_sample_t alone[2] = {samples[0], samples[2]};
  spc_cost_fit_launches(&f->plan, alone, 2, &fitted);
  assert_float_equal(fitted.launch_seconds, 3e-6, 1e-11);
  assert_true(fitted.row_seconds == 0);
  for (int i = 0; i < 4; ++i) samples[i].seconds *= 0.5;
  spc_cost_fit_launches(&f->plan, samples, 4, &fitted);
  assert_true(fitted.launch_seconds == 0 && fitted.row_seconds == 0);
  free(f);
}

// Two chunks of 64 and 36 tokens; a linear command has 2 * 500 * 1000 operations a token, attention 4 * 4 * 16 a pair.
static void test_prefill(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_cost_rates_t rates = {.memory_bandwidth = 1e12, .link_bandwidth = 1e8, .prefill_flops = 1e9};
  double linear = 1e6 / 1e9, pair = 256 / 1e9;
  double pairs = 100 * 101 / 2, seconds = LAYERS * (100 * linear + pairs * pair) + 1e-6;  // and the logits' weights
  assert_float_equal(spc_cost_prefill(&f->plan, &rates, 100, 64, 0), seconds, 1e-9);
  assert_float_equal(spc_cost_prefill(&f->plan, &rates, 100, 64, 1), seconds + (64 + 100) * 128 / 1e8, 1e-9);
  assert_float_equal(spc_cost_fit_prefill(&f->plan, &rates, 100, 64, seconds), 1e9, 1e3);
  assert_true(spc_cost_fit_prefill(&f->plan, &rates, 100, 64, 1e-9) == 0);
  free(f);
}

// ---- Calibration files

static char g_path[] = "/tmp/spc-plan-test-XXXXXX";

static void write_text(const char *text) {
  FILE *out = fopen(g_path, "w");
  assert_non_null(out);
  fputs(text, out);
  fclose(out);
}

static void assert_refused(const char *text, const char *message) {
  spc_calibration_t *read = malloc(sizeof *read);
  assert_non_null(read);
  write_text(text);
  spc_status_t status = spc_calibration_read(g_path, read);
  if (spc_status_code(status) != SPC_INVALID_ARGUMENT || !strstr(spc_status_message(status), message)) {
    fail_msg("expected '%s', got: %s", message, spc_status_message(status));
  }
  spc_status_ignore(status);
  free(read);
}

static void test_calibration_files(void **state) {
  (void)state;
  int file = mkstemp(g_path);
  assert_true(file >= 0);
  close(file);
  spc_calibration_t *one = calloc(1, sizeof *one), *two = calloc(1, sizeof *two);
  assert_true(one && two);
  *one = (spc_calibration_t){.device = "a \"GPU\"", .device_memory = UINT64_C(85017493504), .host_memory = 1 << 30, .copy_bandwidth = 55e9,
                             .rates = {3e12, 45.5e9, 2e-6, 1.5e-7, 132, 5e14}, .prefill_tokens = 4096, .prefill_seconds = 0.1, .case_count = 1};
  one->cases[0] = (spc_calibration_case_t){.step = sparse_step, .seconds = 1, .predicted = 2};
  ASSERT_OK(spc_calibration_write(one, g_path));
  ASSERT_OK(spc_calibration_read(g_path, two));
  assert_memory_equal(&one->rates, &two->rates, sizeof one->rates);
  assert_true(one->device_memory == two->device_memory && one->host_memory == two->host_memory);
  assert_string_equal(two->device, one->device);
  assert_refused("{", "not JSON");
  assert_refused("{}", "format");
  assert_refused("{\"format\": \"spc-calibration-1\", \"device_memory\": \"much\"}", "\"device_memory\" is missing");
  unlink(g_path);
  spc_status_t status = spc_calibration_read(g_path, two);
  assert_int_equal(spc_status_code(status), SPC_IO);
  spc_status_ignore(status);
  free(one);
  free(two);
}

// ---- Memory and choices

static void test_buffers_add_up(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_memory_model_t memory;
  spc_memory_model_init(&f->plan, &memory);
  for (uint64_t n = 0; n <= LAYERS; ++n) {
    for (uint64_t tokens = 1; tokens < 4096; tokens += 777) {
      spc_memory_use_t use;
      spc_plan_memory(&f->plan, 3, tokens, n, &use);
      uint64_t sum = 0;
      for (int b = 0; b < SPC_BUFFERS; ++b) sum += use.buffers[b];
      assert_int_equal(sum, use.device);
      assert_int_equal(use.device, spc_memory_device_bytes(&memory, 3, tokens, n));
      assert_int_equal(use.host, n * spc_memory_paged_bytes(&memory, 0, 3, tokens));
    }
  }
  free(f);
}

// Tables in host memory leave the device and count there, with and without layers.
static void test_embedding_tables_in_host_memory(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_memory_use_t near[2], far[2];
  for (uint64_t n = 0; n < 2; ++n) spc_plan_memory(&f->plan, 3, 1000, n, &near[n]);
  f->plan.device_weights_size = 600064;
  for (uint64_t n = 0; n < 2; ++n) {
    spc_plan_memory(&f->plan, 3, 1000, n, &far[n]);
    assert_int_equal(far[n].buffers[SPC_BUFFER_WEIGHTS], 600064);
    assert_int_equal(far[n].device, near[n].device - (1000000 - 600064));
    assert_int_equal(far[n].host, near[n].host + (1000000 - 600064));
  }
  spc_machine_limits_t limits = {.host_memory = 1000000 - 600064};
  assert_true(spc_plan_row(&f->plan, &limits, 3, 1000).fits);
  --limits.host_memory;
  assert_false(spc_plan_row(&f->plan, &limits, 3, 1000).fits);
  free(f);
}

// An embedding that comes first is the LLM's when nothing of the retrieval head reads what it writes.
static void test_retrieval_begins_behind_the_embedding(void **state) {
  (void)state;
  fixture_t *f = make();
  const spc_program_t *decode = &f->plan.programs[SPC_PROGRAM_DECODE];
  spc_work_range_t all = spc_work_retrieval(&f->plan);
  assert_int_equal(all.begin, 0);
  assert_int_equal(all.end, 1 + LAYERS);
  spc_command_t *embed = &f->commands[decode->command_begin], *next = embed + 1;
  embed->opcode = SPC_OP_LAUNCH;
  embed->operand_begin = f->plan.operand_count;
  embed->operand_count = 0;
  add_operand(f, embed, SPC_OPERAND_STATE, SPC_STATE_IDS);
  add_operand(f, embed, SPC_OPERAND_BUFFER, 640);
  assert_int_equal(spc_work_retrieval(&f->plan).begin, 1);
  next->operand_begin = f->plan.operand_count;
  next->operand_count = 0;
  add_operand(f, next, SPC_OPERAND_BUFFER, 640);
  assert_int_equal(spc_work_retrieval(&f->plan).begin, 0);
  free(f);
}

static void test_the_best_is_the_best(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_machine_limits_t limits = {.rates = {.memory_bandwidth = 1e9, .link_bandwidth = 1e7, .launch_seconds = 1e-6}, .change_rate = 0.2};
  spc_memory_use_t use;
  spc_plan_memory(&f->plan, 2, 4096, 0, &use);
  limits.device_memory = use.device;  // two sequences of 4096 fit without anything out
  for (uint64_t tokens = 64; tokens <= 4096; tokens *= 2) {
    spc_plan_row_t best = spc_plan_best(&f->plan, &limits, tokens);
    assert_true(best.fits && best.timed && best.use.device <= limits.device_memory);
    for (uint64_t batch = 1; batch <= 4; ++batch) {
      for (uint64_t n = 0; n <= LAYERS; ++n) {
        spc_plan_memory(&f->plan, batch, tokens, n, &use);
        if (use.device > limits.device_memory) continue;
        spc_cost_step_t step = {.rows = batch, .tokens = tokens, .offloaded = n, .change_rate = 0.2};
        assert_true((double)batch / time_of(f, &limits.rates, step, n).seconds <= best.tokens_per_second * (1 + 1e-9));
      }
    }
  }
  // A host that is full refuses what the device could do with.
  spc_plan_row_t row = spc_plan_row(&f->plan, &limits, 4, 4096);
  assert_true(row.fits && row.offloaded > 0);
  limits.host_memory = row.use.host - 1;
  assert_false(spc_plan_row(&f->plan, &limits, 4, 4096).fits);
  free(f);
}

static void test_chunk(void **state) {
  (void)state;
  fixture_t *f = make();
  spc_machine_limits_t limits = {.rates = {.memory_bandwidth = 1e9, .link_bandwidth = 1e8, .prefill_flops = 1e12}};
  double seconds;
  // The weights of a chunk are read in the time of 1000 tokens' operations: the largest is best.
  assert_int_equal(spc_plan_best_chunk(&f->plan, &limits, 4096, 0, &seconds), 512);
  assert_float_equal(seconds, spc_cost_prefill(&f->plan, &limits.rates, 4096, 512, 0), tiny);
  // In the time of one token's: any will do, so the smallest.
  limits.rates.prefill_flops = 1e9;
  assert_int_equal(spc_plan_best_chunk(&f->plan, &limits, 4096, 0, &seconds), 64);
  limits.rates.prefill_flops = 0;
  assert_int_equal(spc_plan_best_chunk(&f->plan, &limits, 4096, 0, &seconds), 512);
  assert_true(seconds == 0);
  free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_resident),
      cmocka_unit_test(test_hidden_copy),
      cmocka_unit_test(test_schedule_layer_by_layer),
      cmocka_unit_test(test_copies_slow_what_is_beside),
      cmocka_unit_test(test_translations),
      cmocka_unit_test(test_full_attention_over_layers_that_are_out),
      cmocka_unit_test(test_rates_that_lack_something),
      cmocka_unit_test(test_fit_finds_what_made_the_samples),
      cmocka_unit_test(test_prefill),
      cmocka_unit_test(test_calibration_files),
      cmocka_unit_test(test_buffers_add_up),
      cmocka_unit_test(test_embedding_tables_in_host_memory),
      cmocka_unit_test(test_retrieval_begins_behind_the_embedding),
      cmocka_unit_test(test_the_best_is_the_best),
      cmocka_unit_test(test_chunk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
