// A plan that is wrong anywhere is refused with a message that names the place, and never crashes the runtime.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan_validate.h"
#include "runtime_fixture.h"
#include "spc/spc.h"

static fixture_t *g_fixture;  // the plan that the corruption below changes

static spc_plan_t *plan(void) { return &g_fixture->plan; }
static spc_command_t *command(spc_program_id_t id, uint32_t opcode) {
  const spc_program_t *p = &plan()->programs[id];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    if (g_fixture->commands[p->command_begin + i].opcode == opcode) return &g_fixture->commands[p->command_begin + i];
  }
  fail_msg("program %d has no command of opcode %u", (int)id, opcode);
  return NULL;
}
static spc_command_t *prefill(uint32_t opcode) { return command(SPC_PROGRAM_PREFILL, opcode); }
static spc_operand_t *operand(const spc_command_t *c, uint32_t i) { return &g_fixture->operands[c->operand_begin + i]; }
static spc_operand_t *operand_of(spc_program_id_t id, uint32_t kind) {
  const spc_program_t *p = &plan()->programs[id];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *c = &g_fixture->commands[p->command_begin + i];
    for (uint32_t k = 0; k < c->operand_count; ++k) {
      if (operand(c, k)->kind == kind) return operand(c, k);
    }
  }
  fail_msg("program %d has no operand of kind %u", (int)id, kind);
  return NULL;
}

static uint64_t unterminated[600];  // 4800 bytes without a NUL

// X(name, code, part of the message, what is changed)
#define INVALID SPC_INVALID_ARGUMENT
#define CASES(X) \
  X(magic, INVALID, "magic", plan()->magic ^= 1) \
  X(version, SPC_INCOMPATIBLE, "runtime ABI 11, this runtime has ABI 10", plan()->abi_version = SPC_ABI_VERSION + 1) \
  X(struct_size, SPC_INCOMPATIBLE, "bytes", plan()->struct_size -= 8) \
  X(target, SPC_UNSUPPORTED, "target 2", plan()->target = 2) \
  X(flag_bits, INVALID, "flags", plan()->flags = 4) \
  X(compiler_missing, INVALID, "'compiler'", plan()->compiler = NULL) \
  X(model_missing, INVALID, "'model'", plan()->model = NULL) \
  X(cpu_missing, INVALID, "'cpu'", plan()->cpu = NULL) \
  X(features_missing, INVALID, "'cpu_features'", plan()->cpu_features = NULL) \
  X(endless_string, INVALID, "'model'", memset(unterminated, 'x', sizeof unterminated); plan()->model = (const char *)unterminated) \
  X(vocab, INVALID, "dims.vocab", plan()->dims.vocab = 0) \
  X(vocab_huge, INVALID, "dims.vocab", plan()->dims.vocab = UINT64_C(1) << 40) \
  X(hidden, INVALID, "dims.hidden", plan()->dims.hidden = 0) \
  X(layers_zero, INVALID, "dims.layers", plan()->dims.layers = 0) \
  X(layers_many, INVALID, "4 caches for 60000 layers", plan()->dims.layers = 60000) \
  X(heads, INVALID, "dims.q_heads", plan()->dims.q_heads = 3) \
  X(kv_heads, INVALID, "dims.kv_heads", plan()->dims.kv_heads = 0) \
  X(head_size, INVALID, "dims.head_size", plan()->dims.head_size = UINT64_MAX) \
  X(max_seq, INVALID, "dims.max_seq", plan()->dims.max_seq = 0) \
  X(max_seq_more, INVALID, "PAGE_TABLE", plan()->dims.max_seq = 65) \
  X(max_batch, INVALID, "state", plan()->dims.max_batch = 4) \
  X(chunk, INVALID, "prefill_chunk", plan()->dims.prefill_chunk = 17) \
  X(chunk_zero, INVALID, "prefill_chunk", plan()->dims.prefill_chunk = 0) \
  X(page_zero, INVALID, "page_tokens", plan()->dims.page_tokens = 0) \
  X(budget_huge, INVALID, "dims.budget", plan()->dims.budget = UINT64_MAX) \
  X(budget_more, INVALID, "state", plan()->dims.budget = 1000) \
  X(budget_none, INVALID, "budget", plan()->dims.budget = 0) \
  X(recent_none, INVALID, "dims.recent", plan()->dims.recent = 0) \
  X(features_more, INVALID, "FEATURES", plan()->dims.feature_size = 4000) \
  X(window_more, INVALID, "WINDOW", plan()->dims.window_tokens = 4) \
  X(window_wider, INVALID, "WINDOW", plan()->dims.window_size *= 2) \
  X(window_tokens, INVALID, "dims.window_tokens", plan()->dims.window_tokens = UINT64_MAX) \
  X(selection_heads, INVALID, "dims.selection_heads", plan()->dims.selection_heads = 0) \
  X(host_packed, INVALID, "dims.host_packed is 1, which only CUDA has", plan()->dims.host_packed = 1) \
  X(host_group, INVALID, "dims.host_group is 2, which only CUDA has", plan()->dims.host_group = 2) \
  X(window_size, INVALID, "dims.window_size", plan()->dims.window_size = UINT64_C(1) << 40) \
  X(budget_operand, INVALID, "of a selection where nothing is selected", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_ROWS)->kind = SPC_OPERAND_BUDGET) \
  X(first_row, INVALID, "has kind 20, which only CUDA has", operand_of(SPC_PROGRAM_DECODE, SPC_OPERAND_BUDGET)->kind = SPC_OPERAND_FIRST_ROW) \
  X(no_kernels, INVALID, "'kernels'", plan()->kernel_count = 0) \
  X(kernels_missing, INVALID, "'kernels'", plan()->kernels = NULL) \
  X(commands_missing, INVALID, "'commands'", plan()->commands = NULL) \
  X(operands_missing, INVALID, "'operands'", plan()->operands = NULL) \
  X(caches_missing, INVALID, "'caches'", plan()->caches = NULL) \
  X(weights_missing, INVALID, "'weights'", plan()->weights = NULL) \
  X(thresholds_missing, INVALID, "'thresholds'", plan()->thresholds = NULL) \
  X(command_count, INVALID, "'commands'", plan()->command_count = UINT32_MAX) \
  X(kernel_name, INVALID, "kernel 2", g_fixture->kernels[2].name = NULL) \
  X(kernel_code, INVALID, "kernel 2", g_fixture->kernels[2].host = NULL) \
  X(kernel_args, INVALID, "kernel 2", g_fixture->kernels[2].arg_count = 100) \
  X(weight_name, INVALID, "weight 1", g_fixture->weights[1].name = NULL) \
  X(weight_element, INVALID, "weight 1", g_fixture->weights[1].element = 9) \
  X(weight_rows, INVALID, "weight 1", g_fixture->weights[1].rows += 1) \
  X(weight_overflow, INVALID, "weight 1", g_fixture->weights[1].rows = UINT64_MAX) \
  X(weight_offset, INVALID, "weight 1", g_fixture->weights[1].offset += 4) \
  X(weight_end, INVALID, "weight 1", g_fixture->weights[1].offset = plan()->weights_size) \
  X(weights_size, INVALID, "past the 64 bytes", plan()->weights_size = 64) \
  X(device_weights_more, INVALID, "device_weights_size", plan()->device_weights_size += 64) \
  X(device_weights_fewer, INVALID, "only CUDA has weights in host memory", plan()->device_weights_size = g_fixture->weights[1].offset) \
  X(embedded_alignment, INVALID, "embedded weights", plan()->embedded_weights += 8) \
  X(weights_file_none, INVALID, "weights_file", plan()->embedded_weights = NULL; plan()->weights_file = NULL) \
  X(weights_file_path, INVALID, "plain file name", plan()->embedded_weights = NULL; plan()->weights_file = "../x.safetensors") \
  X(cache_count, INVALID, "2 caches for 3 layers", plan()->cache_count = 2) \
  X(cache_kind, INVALID, "cache 1", g_fixture->caches[1].kind = SPC_CACHE_KEYS) \
  X(cache_extra_kind, INVALID, "cache 3", g_fixture->caches[3].kind = 8) \
  X(cache_element, INVALID, "cache 1", g_fixture->caches[1].element = SPC_I32) \
  X(cache_mixed_element, INVALID, "cache 1", g_fixture->caches[1].element = SPC_BF16) \
  X(cache_heads, INVALID, "cache 1", g_fixture->caches[1].kv_heads = 1) \
  X(cache_heads_many, INVALID, "cache 3", g_fixture->caches[3].kv_heads = 1u << 20) \
  X(cache_head_size, INVALID, "cache 1", g_fixture->caches[1].head_size = 0) \
  X(cache_values, INVALID, "cache 1", g_fixture->caches[1].has_value = 0) \
  X(cache_key_values, INVALID, "cache 3", g_fixture->caches[3].has_value = 1) \
  X(threshold_order, INVALID, "thresholds[1]", g_fixture->thresholds[1] = 5) \
  X(threshold_range, INVALID, "thresholds[3]", g_fixture->thresholds[3] = 1000) \
  X(arena_huge, INVALID, "arena_size", plan()->arena_size = UINT64_MAX) \
  X(arena_small, INVALID, "arena", plan()->arena_size = 4096) \
  X(state_small, INVALID, "PAGE_TABLE", plan()->state_size[SPC_STATE_PAGE_TABLE] -= 4) \
  X(state_absent, INVALID, "LOAD_SLOTS", plan()->state_size[SPC_STATE_LOAD_SLOTS] = 0) \
  X(state_alignment, INVALID, "IDS", plan()->state_offset[SPC_STATE_IDS] = 4) \
  X(state_outside, INVALID, "APPEND_ROWS", plan()->state_offset[SPC_STATE_APPEND_ROWS] = UINT64_MAX - 63) \
  X(state_overlap, INVALID, "overlap", plan()->state_offset[SPC_STATE_POSITIONS] = plan()->state_offset[SPC_STATE_IDS]) \
  X(state_total, INVALID, "128 bytes of state", plan()->state_total = 128) \
  X(staging_small, INVALID, "staging", plan()->staging_size = 64) \
  X(program_begin, INVALID, "program decode", plan()->programs[SPC_PROGRAM_DECODE].command_begin = UINT32_MAX) \
  X(program_count, INVALID, "program decode", plan()->programs[SPC_PROGRAM_DECODE].command_count += 1000) \
  X(program_empty, INVALID, "program logits is empty", plan()->programs[SPC_PROGRAM_LOGITS].command_count = 0) \
  X(program_decode_empty, INVALID, "program decode is empty", plan()->programs[SPC_PROGRAM_DECODE].command_count = 0) \
  X(program_rows_many, INVALID, "max_rows 17", plan()->programs[SPC_PROGRAM_PREFILL].max_rows = 17) \
  X(program_rows_few, INVALID, "max_rows 1", plan()->programs[SPC_PROGRAM_DECODE].max_rows = 1) \
  X(program_rows_none, INVALID, "max_rows 0", plan()->programs[SPC_PROGRAM_LOGITS].max_rows = 0) \
  X(program_output, INVALID, "output of program decode", plan()->programs[SPC_PROGRAM_DECODE].output_offset = plan()->arena_size) \
  X(program_input, INVALID, "input of program logits", plan()->programs[SPC_PROGRAM_LOGITS].input_offset = UINT64_MAX - 3) \
  X(opcode, INVALID, "opcode 99", prefill(SPC_OP_LAUNCH)->opcode = 99) \
  X(label, INVALID, "no label", prefill(SPC_OP_LAUNCH)->label = NULL) \
  X(operand_begin, INVALID, "operands [", prefill(SPC_OP_LAUNCH)->operand_begin = UINT32_MAX) \
  X(operand_count, INVALID, "operands [", prefill(SPC_OP_LAUNCH)->operand_count = UINT32_MAX) \
  X(launch_kernel, INVALID, "kernel is -1", prefill(SPC_OP_LAUNCH)->kernel = -1) \
  X(launch_kernel_past, INVALID, "kernel is 1000", prefill(SPC_OP_LAUNCH)->kernel = 1000) \
  X(launch_args, INVALID, "arguments", prefill(SPC_OP_LAUNCH)->operand_count -= 1) \
  X(launch_items, INVALID, "items a row", prefill(SPC_OP_LAUNCH)->items_per_row = -1) \
  X(launch_items_many, INVALID, "items a row", prefill(SPC_OP_LAUNCH)->items_fixed = INT64_MAX) \
  X(operand_kind, INVALID, "kind 77", operand(prefill(SPC_OP_LAUNCH), 0)->kind = 77) \
  X(operand_buffer, INVALID, "of an arena of", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_BUFFER)->value = INT64_MIN) \
  X(operand_weight, INVALID, "is weight", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_WEIGHT)->value = -1) \
  X(operand_state, INVALID, "state 27", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_STATE)->value = SPC_STATE_COUNT) \
  X(operand_staging, INVALID, "state 18", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_STATE)->value = SPC_STATE_STAGING) \
  X(operand_pool, INVALID, "cache 4", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_POOL)->value = 4) \
  X(operand_append, INVALID, "of cache", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_APPEND_ROWS)->value = -1) \
  X(operand_read, INVALID, "no layer's", operand_of(SPC_PROGRAM_DECODE, SPC_OPERAND_READ_ROWS)->value = 3) \
  X(operand_read_in_prefill, INVALID, "nothing is selected", operand_of(SPC_PROGRAM_PREFILL, SPC_OPERAND_APPEND_ROWS)->kind = SPC_OPERAND_READ_ROWS) \
  X(linear_operands, INVALID, "4 operands, not 5", prefill(SPC_OP_LINEAR)->operand_count = 4) \
  X(linear_n, INVALID, "N is", prefill(SPC_OP_LINEAR)->imm[0] = INT64_MAX) \
  X(linear_k, INVALID, "not N", prefill(SPC_OP_LINEAR)->imm[1] += 1) \
  X(linear_element, INVALID, "of type 2", prefill(SPC_OP_LINEAR)->imm[2] = SPC_BF16) \
  X(linear_x, INVALID, "(x)", operand(prefill(SPC_OP_LINEAR), 0)->value = (int64_t)plan()->arena_size - 4) \
  X(linear_w, INVALID, "operand 1 (W)", *operand(prefill(SPC_OP_LINEAR), 1) = (spc_operand_t){SPC_OPERAND_BUFFER, 0, 0}) \
  X(linear_bias, INVALID, "bias embed", operand(prefill(SPC_OP_LINEAR), 2)->value = 0) \
  X(linear_residual, INVALID, "(residual)", *operand(prefill(SPC_OP_LINEAR), 3) = (spc_operand_t){SPC_OPERAND_BUFFER, 0, (int64_t)plan()->arena_size - 4}) \
  X(linear_y, INVALID, "(y)", operand(prefill(SPC_OP_LINEAR), 4)->value = (int64_t)plan()->arena_size - 4) \
  X(linear_in_place, INVALID, "operands 0 and 4 overlap", *operand(prefill(SPC_OP_LINEAR), 4) = *operand(prefill(SPC_OP_LINEAR), 0)) \
  X(linear_residual_overlap, INVALID, "operands 3 and 4 overlap", *operand(prefill(SPC_OP_LINEAR), 3) = *operand(prefill(SPC_OP_LINEAR), 4); \
    operand(prefill(SPC_OP_LINEAR), 3)->value += 4) \
  X(attend_in_place, INVALID, "operands 0 and 1 overlap", *operand(prefill(SPC_OP_ATTEND_FULL), 1) = *operand(prefill(SPC_OP_ATTEND_FULL), 0)) \
  X(linear_kernel, INVALID, "linear kernel", prefill(SPC_OP_LINEAR)->kernels[0] = 0) \
  X(linear_kernels, INVALID, "without a kernel", memset(prefill(SPC_OP_LINEAR)->kernels, 0xff, sizeof(int32_t[4]))) \
  X(linear_convert, INVALID, "conversion kernel", prefill(SPC_OP_LINEAR)->kernel = 0) \
  X(attend_cache, INVALID, "cache -1", prefill(SPC_OP_ATTEND_FULL)->cache = -1) \
  X(attend_keys, INVALID, "no values", prefill(SPC_OP_ATTEND_FULL)->cache = 3) \
  X(attend_heads, INVALID, "3 query heads", prefill(SPC_OP_ATTEND_FULL)->imm[0] = 3) \
  X(attend_heads_many, INVALID, "arena", prefill(SPC_OP_ATTEND_FULL)->imm[0] = 4096) \
  X(attend_scale, INVALID, "scale", operand(prefill(SPC_OP_ATTEND_FULL), 2)->kind = SPC_OPERAND_I64) \
  X(attend_out, INVALID, "(out)", operand(prefill(SPC_OP_ATTEND_FULL), 1)->value = (int64_t)plan()->arena_size - 4) \
  X(attend_kernel, INVALID, "prefill attention kernel", prefill(SPC_OP_ATTEND_FULL)->kernels[0] = 0) \
  X(attend_decode_kernel, INVALID, "decode attention kernel", command(SPC_PROGRAM_DECODE_FULL, SPC_OP_ATTEND_FULL)->kernels[1] = -1) \
  X(copy_cache, INVALID, "no layer's", command(SPC_PROGRAM_DECODE, SPC_OP_KV_PREFETCH)->cache = 3) \
  X(copy_place, INVALID, "prefetch where nothing is selected", command(SPC_PROGRAM_DECODE_FULL, SPC_OP_KV_OFFLOAD)->opcode = SPC_OP_KV_PREFETCH) \
  X(wait_negative, INVALID, "waits for command -1", command(SPC_PROGRAM_DECODE, SPC_OP_KV_WAIT)->imm[0] = -1) \
  X(wait_later, INVALID, "waits for command 1000", command(SPC_PROGRAM_DECODE, SPC_OP_KV_WAIT)->imm[0] = 1000) \
  X(wait_no_copy, INVALID, "which is no copy", command(SPC_PROGRAM_DECODE, SPC_OP_KV_WAIT)->imm[0] = 0)

#define DEFINE(name, code, message, ...) \
  static void name(void) { __VA_ARGS__; }
CASES(DEFINE)

static const struct {
  const char *name;
  void (*change)(void);
  spc_status_code_t code;
  const char *message;
} cases[] = {
#define ROW(name, code, message, ...) {#name, name, code, message},
    CASES(ROW)};

static void test_every_corruption_is_named(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    g_fixture = fixture_create(&(fixture_options_t){SPC_F32, 8});
    cases[i].change();
    spc_model_t *model;
    spc_status_t status = spc_model_create(plan(), NULL, &model);
    if (!status) fail_msg("%s: accepted", cases[i].name);
    assert_null(model);
    if (spc_status_code(status) != cases[i].code || !strstr(spc_status_message(status), cases[i].message)) {
      fail_msg("%s: %s: %s", cases[i].name, spc_status_code_name(spc_status_code(status)), spc_status_message(status));
    }
    spc_status_ignore(status);
    free(g_fixture);
  }
}

static void test_the_fixture_itself_is_valid(void **state) {
  (void)state;
  for (uint64_t budget = 0; budget < 20; budget += 8) {
    g_fixture = fixture_create(&(fixture_options_t){SPC_BF16, budget});
    spc_status_t status = spc_plan_validate(plan());
    if (status) fail_msg("%s", spc_status_message(status));
    free(g_fixture);
  }
}

static void test_cpu_features(void **state) {
  (void)state;
  const struct {
    const char *features;
    bool ok;
    const char *message;
  } lists[] = {
#if defined(__x86_64__)
      {"sse2,+sse", true, ""},
      {"sse2,,", true, ""},
      {"sse2,xop,lwp", false, "lacks xop, lwp"},  // of AMD's 2011 to 2017 only
#endif
      {"", true, ""},
      {"quantum", false, "quantum"},
  };
  g_fixture = fixture_create(&(fixture_options_t){SPC_F32, 8});
  for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
    plan()->cpu_features = lists[i].features;
    spc_model_t *model;
    spc_status_t status = spc_model_create(plan(), NULL, &model);
    assert_int_equal(status == NULL, lists[i].ok);
    if (status) {
      assert_int_equal(spc_status_code(status), SPC_INCOMPATIBLE);
      assert_non_null(strstr(spc_status_message(status), lists[i].message));
    }
    spc_status_ignore(status);
    spc_model_destroy(model);
  }
  free(g_fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_fixture_itself_is_valid),
      cmocka_unit_test(test_every_corruption_is_named),
      cmocka_unit_test(test_cpu_features),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
