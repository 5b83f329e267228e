// Plans for CUDA: which kernels a linear gets, how biases are added, what is launched with which grid, and what is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "compiler/plan/lower.h"
#include "passes/ir/target.h"
#include "passes/passes.h"

// One layer without an MLP. Format arguments in order: see make_text. The first linear reads the embedding, which stays f32.
static const char k_model[] =
    "module attributes {spc.model = {vocab = 64, hidden = 64, layers = 1, q_heads = %1$d, kv_heads = %2$d, head_size = %3$d, kv_element = %4$s}} {\n"
    "  func.func @llm(%%ids: tensor<?xi32>, %%pos: tensor<?xi32>) -> tensor<?x64xf32> {\n"
    "    %%none = \"spc.none\"() : () -> none\n"
    "    %%f = \"spc.weight\"() {name = \"inv_freq\", value = dense<1.0> : tensor<%8$dxf32>} : () -> tensor<%8$dxf32>\n"
    "    %%table = \"spc.rope_table\"(%%pos, %%f) {scaling = 1.0 : f32} : (tensor<?xi32>, tensor<%8$dxf32>) -> tensor<?x%3$dxf32>\n"
    "    %%e = \"spc.weight\"() {name = \"embed\", parts = [{rows = 64, cols = 64, element = %4$s, zeros = true}]} : () -> tensor<64x64x%4$s>\n"
    "    %%x = \"spc.embed\"(%%ids, %%e) : (tensor<?xi32>, tensor<64x64x%4$s>) -> tensor<?x64xf32>\n"
    "    %%x0 = \"spc.linear\"(%%x, %%e, %%none, %%none) : (tensor<?x64xf32>, tensor<64x64x%4$s>, none, none) -> tensor<?x64xf32>\n"
    "    %%n = \"spc.weight\"() {name = \"norm\", parts = [{rows = 64, cols = 1, element = %4$s, zeros = true}]} : () -> tensor<64x%4$s>\n"
    "    %%a = \"spc.rms_norm\"(%%x0, %%n) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64x%4$s>) -> tensor<?x64xf32>\n"
    "    %%qkv = \"spc.weight\"() {name = \"layers.0.qkv\", parts = [{rows = %7$d, cols = 64, element = %4$s, zeros = true}]} : () -> tensor<%7$dx64x%4$s>\n"
    "    %%qb = \"spc.weight\"() {name = \"layers.0.qkv_bias\", parts = [{rows = %7$d, cols = 1, element = %4$s, zeros = true}]} : () -> tensor<%7$dx%4$s>\n"
    "    %%p = \"spc.linear\"(%%a, %%qkv, %%qb, %%none) : (tensor<?x64xf32>, tensor<%7$dx64x%4$s>, tensor<%7$dx%4$s>, none) -> tensor<?x%7$dxf32>\n"
    "    %%cache = \"spc.kv_cache\"() {layer = 0, kv_heads = %2$d, head_size = %3$d, element = %4$s, kind = \"llm\"} : () -> !spc.cache\n"
    "    %%q = \"spc.rope_append\"(%%p, %%table, %%none, %%none, %%cache) {layer = 0, q_heads = %1$d, kv_heads = %2$d, head_size = %3$d, eps = 0.0 : f32,"
    " has_value = true, interleaved = false} : (tensor<?x%7$dxf32>, tensor<?x%3$dxf32>, none, none, !spc.cache) -> tensor<?x%6$dxf32>\n"
    "    %%o = \"spc.attend_cached\"(%%q, %%cache, %%none) {layer = 0, q_heads = %1$d, kv_heads = %2$d, head_size = %3$d, scale = 0.25 : f32, window = -1}"
    " : (tensor<?x%6$dxf32>, !spc.cache, none) -> tensor<?x%6$dxf32>\n"
    "    %%ow = \"spc.weight\"() {name = \"layers.0.o\", parts = [{rows = 64, cols = %6$d, element = %4$s, zeros = true}]} : () -> tensor<64x%6$dx%4$s>\n"
    "    %%ob = \"spc.weight\"() {name = \"layers.0.o_bias\", parts = [{rows = 64, cols = 1, element = %5$s, zeros = true}]} : () -> tensor<64x%5$s>\n"
    "    %%x1 = \"spc.linear\"(%%o, %%ow, %%ob, %%x0) : (tensor<?x%6$dxf32>, tensor<64x%6$dx%4$s>, tensor<64x%5$s>, tensor<?x64xf32>) -> tensor<?x64xf32>\n"
    "    %%z = \"spc.rms_norm\"(%%x1, %%n) {eps = 1.0e-05 : f32} : (tensor<?x64xf32>, tensor<64x%4$s>) -> tensor<?x64xf32>\n"
    "    %%logits = \"spc.linear\"(%%z, %%e, %%none, %%none) : (tensor<?x64xf32>, tensor<64x64x%4$s>, none, none) -> tensor<?x64xf32>\n"
    "    return %%logits : tensor<?x64xf32>\n"
    "  }\n"
    "}\n";

typedef struct model_t {
  const char *target;
  int q_heads, kv_heads, head_size;
  const char *element, *o_bias;
} model_t;

static char *make_text(const model_t *m) {
  char *text = NULL;
  assert_true(asprintf(&text, k_model, m->q_heads, m->kv_heads, m->head_size, m->element, m->o_bias, m->q_heads * m->head_size,
                       (m->q_heads + 2 * m->kv_heads) * m->head_size, m->head_size / 2) > 0);
  return text;
}

// A plan, and what it points into.
typedef struct compiled_t {
  spc_context_t context;
  MlirModule module;
  spc_weight_table_t weights;
  spc_kernel_set_t *kernels;
  spc_plan_builder_t builder;
} compiled_t;

static void ok(spc_status_t status) {
  if (status) fail_msg("%s", spc_status_message(status));
}

static void run(compiled_t *c, spc_status_t (*create)(const char *, MlirPass *), const char *options) {
  MlirPass pass;
  ok(create(options, &pass));
  ok(spc_context_run_pass(&c->context, c->module, pass));
}

static spc_status_t compile(compiled_t *c, const model_t *m) {
  memset(c, 0, sizeof *c);
  spc_plan_builder_init(&c->builder);
  ok(spc_context_init(&c->context));
  char *text = make_text(m);
  ok(spc_context_parse(&c->context, text, strlen(text), "model", &c->module));
  free(text);
  spc_module_set_target(mlirModuleGetOperation(c->module), m->target);
  run(c, spc_create_insert_kv_prefetch_pass, "max-seq=300 max-batch=3 prefill-chunk=64");
  run(c, spc_create_narrow_activations_pass, "");
  run(c, spc_create_solve_memory_pass, "");
  free(spc_context_take_remarks(&c->context));
  ok(spc_weight_table_init(&c->weights, c->module));
  ok(spc_kernel_set_create_for(SPC_KERNELS_NVPTX, &c->kernels));
  spc_plan_lower_options_t options = {.model = "model", .cpu = m->target, .cpu_features = "", .weights_file = "model.safetensors"};
  ok(spc_nvptx_target_find(m->target, &options.gpu));
  return spc_plan_lower(c->module, &options, c->kernels, &c->weights, &c->builder);
}

static void done(compiled_t *c) {
  spc_plan_builder_deinit(&c->builder);
  spc_kernel_set_destroy(c->kernels);
  spc_weight_table_deinit(&c->weights);
  mlirModuleDestroy(c->module);
  spc_context_deinit(&c->context);
}

// The |n|-th command from the start of |program| with this label.
static const spc_command_t *command(const spc_plan_t *plan, spc_program_id_t program, const char *label, int n) {
  const spc_program_t *p = &plan->programs[program];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *c = &plan->commands[p->command_begin + i];
    if (strcmp(c->label, label) == 0 && n-- == 0) return c;
  }
  fail_msg("no command '%s'", label);
  return NULL;
}

static const spc_operand_t *operand(const spc_plan_t *plan, const spc_command_t *c, uint32_t i) {
  assert_true(i < c->operand_count);
  return &plan->operands[c->operand_begin + i];
}

static const char *kernel_name(const spc_plan_t *plan, int32_t kernel) { return kernel < 0 ? "none" : plan->kernels[kernel].name; }

static void weights_of_16_bits_take_the_tensor_cores(void **state) {
  (void)state;
  compiled_t c;
  ok(compile(&c, &(model_t){"sm_90", 4, 2, 16, "bf16", "bf16"}));
  const spc_plan_t *plan = &c.builder.plan;
  assert_int_equal(plan->target, SPC_TARGET_CUDA);
  const spc_command_t *qkv = command(plan, SPC_PROGRAM_DECODE_FULL, "linear layers.0.qkv", 0);
  assert_string_equal(kernel_name(plan, qkv->kernels[0]), "linear_m8.bf16.bf16.bf16");
  assert_string_equal(kernel_name(plan, qkv->kernels[3]), "linear_m32.bf16.bf16.bf16");
  assert_int_equal(qkv->kernel, -1);  // x is narrow already
  assert_int_equal(qkv->imm[2], SPC_LINEAR_TYPES(SPC_BF16, SPC_BF16, SPC_BF16));
  assert_int_equal(operand(plan, qkv, 2)->kind, SPC_OPERAND_WEIGHT);  // a bias of y's type stays

  // The first linear's x is the embedding.
  const spc_command_t *first = command(plan, SPC_PROGRAM_DECODE_FULL, "linear embed", 0);
  assert_string_equal(kernel_name(plan, first->kernel), "narrow_rows.bf16");
  assert_int_equal(first->imm[2], SPC_LINEAR_TYPES(SPC_BF16, SPC_F32, SPC_F32));
  assert_int_equal(plan->state_size[SPC_STATE_NARROW], 64 * 64 * 2);
  for (uint32_t i = 0; i < plan->kernel_count; ++i) {
    assert_null(plan->kernels[i].host);
    assert_non_null(plan->kernels[i].entry);
    assert_null(strchr(plan->kernels[i].entry, '.'));
    assert_in_range(plan->kernels[i].threads, 32, 1024);
    assert_int_equal(plan->kernels[i].flags, SPC_KERNEL_OVERLAPS);
  }
  done(&c);
}

static void a_bias_of_another_type_is_added_apart(void **state) {
  (void)state;
  compiled_t c;
  static const char *const types[] = {"bf16", "f32"};  // y is f32 and the weights bf16: neither can be added by the linear
  for (int i = 0; i < 2; ++i) {
    ok(compile(&c, &(model_t){"sm_90", 4, 2, 16, "bf16", types[i]}));
    const spc_plan_t *plan = &c.builder.plan;
    const spc_command_t *linear = command(plan, SPC_PROGRAM_DECODE_FULL, "linear layers.0.o", 0), *add = linear + 1;
    assert_int_equal(linear->imm[2], SPC_LINEAR_TYPES(SPC_BF16, SPC_BF16, SPC_F32));
    assert_int_equal(operand(plan, linear, 2)->kind, SPC_OPERAND_NULL);
    assert_int_equal(operand(plan, linear, 3)->kind, SPC_OPERAND_BUFFER);
    assert_int_equal(add->opcode, SPC_OP_LAUNCH);
    assert_string_equal(kernel_name(plan, add->kernel), i == 0 ? "add_bias.bf16.f32" : "add_bias.f32.f32");
    assert_int_equal(operand(plan, add, 0)->value, operand(plan, linear, 4)->value);
    assert_int_equal(operand(plan, add, 1)->kind, SPC_OPERAND_WEIGHT);
    assert_int_equal(operand(plan, add, 2)->value, 64);
    assert_int_equal(add->items_per_row, 1);
    done(&c);
  }
}

static void weights_of_f32_have_one_kernel(void **state) {
  (void)state;
  compiled_t c;
  ok(compile(&c, &(model_t){"sm_80", 4, 2, 16, "f32", "f32"}));
  const spc_plan_t *plan = &c.builder.plan;
  const spc_command_t *o = command(plan, SPC_PROGRAM_DECODE_FULL, "linear layers.0.o", 0);
  assert_string_equal(kernel_name(plan, o->kernels[0]), "linear_m8.f32.f32.f32");
  for (int i = 1; i < 4; ++i) assert_int_equal(o->kernels[i], -1);
  assert_int_equal(o->kernel, -1);
  assert_int_equal(operand(plan, o, 2)->kind, SPC_OPERAND_WEIGHT);
  assert_int_equal(plan->state_size[SPC_STATE_NARROW], 0);
  assert_int_equal(plan->kernels[0].flags, 0);  // sm_80 has no programmatic launches
  done(&c);
}

static void attention_reads_everything_in_blocks_of_rows_and_in_splits(void **state) {
  (void)state;
  compiled_t c;
  ok(compile(&c, &(model_t){"sm_90", 4, 2, 16, "f16", "f16"}));
  const spc_plan_t *plan = &c.builder.plan;
  const spc_command_t *prefill = command(plan, SPC_PROGRAM_PREFILL, "attend_cached layer 0", 0);
  assert_int_equal(prefill->opcode, SPC_OP_ATTEND_FULL);
  assert_int_equal(prefill->kernels[1], -1);
  assert_int_equal(prefill->imm[0], 4);
  assert_true(prefill->imm[1] >= 16);
  const spc_command_t *decode = command(plan, SPC_PROGRAM_DECODE_FULL, "attend_cached layer 0", 0);
  assert_int_equal(decode->kernels[0], -1);
  assert_string_equal(kernel_name(plan, decode->kernels[1]), "attend_pages.f16.f16.d16.g2.h2.p64");
  assert_string_equal(kernel_name(plan, decode->kernels[2]), "attend_combine.f16.d16");
  const spc_command_t *append = command(plan, SPC_PROGRAM_PREFILL, "rope_append layer 0", 0);
  assert_int_equal(append->imm[0], 4 + 2 * 2);
  assert_int_equal(append->imm[1], 1);
  for (int i = 0; i < SPC_STATE_COUNT; ++i) assert_int_equal(plan->state_offset[i] % 256, 0);
  for (uint32_t i = 0; i < plan->operand_count; ++i) {
    if (plan->operands[i].kind == SPC_OPERAND_BUFFER) assert_int_equal(plan->operands[i].value % 256, 0);
  }
  done(&c);
}

static void refuse(const model_t *m, const char *message) {
  compiled_t c;
  spc_status_t status = compile(&c, m);
  assert_non_null(status);
  assert_int_equal(spc_status_code(status), SPC_UNSUPPORTED);
  if (!strstr(spc_status_message(status), message)) fail_msg("%s", spc_status_message(status));
  spc_status_ignore(status);
  done(&c);
}

static void heads_that_no_kernel_takes_are_refused(void **state) {
  (void)state;
  refuse(&(model_t){"sm_90", 4, 2, 48, "bf16", "bf16"}, "head size 48: the GPU kernels take 16, 32, 64, 128 and 256; --target=cpu takes this model");
  refuse(&(model_t){"sm_90", 4, 2, 512, "bf16", "bf16"}, "head size 512");
  refuse(&(model_t){"sm_90", 16, 1, 16, "bf16", "bf16"}, "16 query heads share a KV head: the GPU kernels take at most 8");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_of_16_bits_take_the_tensor_cores),
      cmocka_unit_test(a_bias_of_another_type_is_added_apart),
      cmocka_unit_test(weights_of_f32_have_one_kernel),
      cmocka_unit_test(attention_reads_everything_in_blocks_of_rows_and_in_splits),
      cmocka_unit_test(heads_that_no_kernel_takes_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
