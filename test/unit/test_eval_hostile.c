// Every operator on random inputs and attributes, most of them nonsense: whatever comes, a result that is consistent or an error that says
// something. What this is after is found by the sanitizers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

#define ROUNDS 400        // for each operator
#define DAMAGE_ROUNDS 50  // for each case of ops.mlir
#define MAX_INPUTS 16
#define MAX_OUTPUTS 4
#define MAX_ATTRIBUTES 4

static uint64_t random_state = 20240229;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static int64_t pick(const int64_t *from, size_t count) { return from[next_random() % count]; }
#define PICK(...) pick((const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static int64_t random_int(void) { return PICK(-1, 0, 0, 1, 1, 2, 2, 3, 4, -2, 8, 100, INT64_MIN, INT64_MAX, INT64_C(1) << 40); }

static void random_tensor(const spc_eval_tensor_t *like, spc_eval_tensor_t *out) {
  const spc_eval_element_t elements[] = {SPC_EVAL_F32, SPC_EVAL_F32, SPC_EVAL_F16, SPC_EVAL_I64,
                                         SPC_EVAL_I64, SPC_EVAL_I32, SPC_EVAL_U8,  SPC_EVAL_BOOL};
  spc_eval_element_t element = elements[next_random() % 8];
  int64_t dims[SPC_EVAL_MAX_RANK];
  int32_t rank = (int32_t)PICK(0, 1, 1, 2, 2, 3, 4, 4, 5, 8);
  for (int32_t d = 0; d < rank; d++) dims[d] = PICK(0, 1, 1, 2, 2, 3, 4, 4, 8, 16);
  if (next_random() % 30 == 0 && rank > 0) dims[next_random() % (uint64_t)rank] = INT64_C(1) << 40;
  if (like && next_random() % 2) {  // what fits together gets further
    rank = like->rank;
    element = like->element;
    memcpy(dims, like->dims, sizeof dims);
    if (rank > 0 && next_random() % 2) dims[rank - 1] = PICK(1, 2, 4);
  }
  spc_status_t status = spc_eval_tensor_init_shape(element, rank, dims, out);
  if (!status && out->count <= 4096 && next_random() % 8) status = spc_eval_tensor_init(element, rank, dims, out);
  if (status) {
    spc_status_ignore(status);
    assert_null(spc_eval_tensor_init(SPC_EVAL_I64, 0, NULL, out));
  }
  for (int64_t n = 0; n < out->count && spc_eval_has_data(out); n++) {
    if (out->f) out->f[n] = (double)(int64_t)(next_random() % 7) - 3;
    if (out->i) out->i[n] = spc_eval_wrap(out->element, random_int());
  }
}

static MlirAttribute random_attribute(MlirContext ctx) {
  int64_t list[4] = {random_int(), random_int(), random_int(), random_int()};
  switch (next_random() % 8) {
    case 0: return mlirFloatAttrDoubleGet(ctx, mlirF32TypeGet(ctx), (double)random_int());
    case 1: return mlirDenseI64ArrayGet(ctx, (intptr_t)(next_random() % 5), list);
    case 2: return mlirStringAttrGet(ctx, spc_str("tanh"));
    case 3: {
      const int64_t one = 1;
      return mlirDenseElementsAttrInt64SplatGet(mlirRankedTensorTypeGet(1, &one, mlirIntegerTypeGet(ctx, 64), mlirAttributeGetNull()), 3);
    }
    default: return mlirIntegerAttrGet(mlirIntegerTypeGet(ctx, 64), random_int());
  }
}

static MlirOperation random_op(MlirContext ctx, const char *name, intptr_t outputs) {
  static const char *const names[] = {
      "axis",      "axes",        "to",       "perm",        "keepdims",  "allowzero", "start",     "end",       "num_heads",
      "scale",     "softcap",     "value",    "split",       "is_causal", "upper",     "batch_dims", "epsilon",  "interleaved",
      "q_num_heads", "kv_num_heads", "do_rotary", "fmod",    "starts",    "ends",      "transA",    "transB",    "rotary_embedding_dim",
      "local_window_size", "noop_with_empty_axes", "num_outputs", "exclusive", "reverse", "min", "max",
  };
  MlirNamedAttribute attributes[MAX_ATTRIBUTES];
  intptr_t count = 0;
  size_t first = next_random() % (sizeof names / sizeof *names);
  for (; count < (intptr_t)(next_random() % (MAX_ATTRIBUTES + 1)); count++) {
    size_t n = (first + 7 * (size_t)count) % (sizeof names / sizeof *names);  // distinct, as 7 is no divisor of their number
    attributes[count] = spc_named(ctx, names[n], random_attribute(ctx));
  }
  if (next_random() % 2 && count + 2 <= MAX_ATTRIBUTES && count == 0) {  // heads that group, or attention never starts
    attributes[count++] = spc_named_i64(ctx, strstr(name, "GroupQuery") ? "num_heads" : "q_num_heads", 2);
    attributes[count++] = spc_named_i64(ctx, "kv_num_heads", 1);
  }
  MlirType type = spc_type(ctx, "!onnx.value"), types[MAX_OUTPUTS] = {type, type, type, type};
  return spc_op_create(name, mlirLocationUnknownGet(ctx), 0, NULL, outputs, types, count, attributes);
}

static void check_output(const spc_eval_tensor_t *tensor) {
  int64_t count = 1;
  assert_in_range(tensor->rank, 0, SPC_EVAL_MAX_RANK);
  for (int32_t d = 0; d < tensor->rank; d++) {
    assert_true(tensor->dims[d] >= 0);
    if (__builtin_mul_overflow(count, tensor->dims[d], &count)) count = INT64_MAX;
  }
  if (count != INT64_MAX) assert_int_equal(tensor->count, count);
  assert_false(tensor->f && tensor->i);
  if (tensor->f) assert_true(spc_eval_element_is_float(tensor->element));
  if (tensor->i) assert_false(spc_eval_element_is_float(tensor->element));
  // Read all of it: values that were never allocated are the sanitizers' to find.
  double sum = 0;
  for (int64_t n = 0; n < tensor->count && spc_eval_has_data(tensor); n++) sum += tensor->f ? tensor->f[n] : (double)tensor->i[n];
  (void)sum;
}

// Evaluates |op|, checks what comes back, and says whether it was computed.
static bool evaluate(MlirOperation op, intptr_t n_inputs, const spc_eval_tensor_t *const *given) {
  spc_eval_tensor_t outputs[MAX_OUTPUTS];
  intptr_t n_outputs = mlirOperationGetNumResults(op);
  spc_eval_options_t options = next_random() % 4 ? spc_eval_value_options() : spc_eval_shape_options();
  options.max_elements = 1 << 16;
  spc_status_t status = spc_eval_op(op, &options, n_inputs, given, n_outputs, outputs);
  bool ok = !status;
  if (status) {
    assert_true(strlen(spc_status_message(status)) > spc_op_name(op).length);
    assert_int_not_equal(spc_status_code(status), SPC_INTERNAL);
    spc_status_ignore(status);
  }
  for (intptr_t r = 0; r < n_outputs && ok; r++) {
    check_output(&outputs[r]);
    spc_eval_tensor_deinit(&outputs[r]);
  }
  return ok;
}

static bool try_once(MlirContext ctx, const char *name) {
  spc_eval_tensor_t inputs[MAX_INPUTS];
  const spc_eval_tensor_t *given[MAX_INPUTS];
  intptr_t n_inputs = (intptr_t)PICK(0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 16), n_outputs = (intptr_t)PICK(1, 1, 2, 3, 4);
  for (intptr_t i = 0; i < n_inputs; i++) {
    random_tensor(i > 0 ? &inputs[0] : NULL, &inputs[i]);
    given[i] = next_random() % 10 ? &inputs[i] : NULL;
  }
  MlirOperation op = random_op(ctx, name, n_outputs);
  bool ok = evaluate(op, n_inputs, given);
  for (intptr_t i = 0; i < n_inputs; i++) spc_eval_tensor_deinit(&inputs[i]);
  mlirOperationDestroy(op);
  return ok;
}

static void random_nodes(void **state) {
  (void)state;
  const spc_eval_operator_t *const tables[] = {
      spc_eval_unary_operators,  spc_eval_binary_operators, spc_eval_shape_operators,     spc_eval_index_operators,
      spc_eval_generate_operators, spc_eval_reduce_operators, spc_eval_matmul_operators,  spc_eval_norm_operators,
      spc_eval_rotary_operators, spc_eval_attention_operators, spc_eval_group_query_operators,
  };
  spc_context_t context;
  assert_null(spc_context_init(&context));
  int operators = 0, succeeded = 0;
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    for (const spc_eval_operator_t *entry = tables[t]; entry->name; entry++, operators++) {
      for (int round = 0; round < ROUNDS; round++) succeeded += try_once(context.mlir, entry->name);
    }
  }
  print_message("%d operators, %d of %d nodes computed\n", operators, succeeded, operators * ROUNDS);
  assert_true(operators > 80);
  assert_true(succeeded > operators * ROUNDS / 20);  // else nothing got past the first check
  spc_context_deinit(&context);
}

// Changes one number of a tensor's shape, or one of its values, keeping it consistent.
static void damage_tensor(spc_eval_tensor_t *tensor) {
  spc_eval_tensor_t changed;
  spc_status_t status = NULL;
  if (next_random() % 2 && tensor->rank > 0) {
    int64_t dims[SPC_EVAL_MAX_RANK];
    memcpy(dims, tensor->dims, sizeof dims);
    int64_t *dim = &dims[next_random() % (uint64_t)tensor->rank];
    *dim += *dim > 0 ? PICK(-1, 1) : 1;
    status = spc_eval_tensor_init_random(tensor->element, tensor->rank, dims, -1, 3, next_random(), &changed);
  } else {
    status = spc_eval_tensor_init(tensor->element, tensor->rank, tensor->dims, &changed);
    for (int64_t n = 0; n < changed.count; n++) spc_eval_copy(&changed, n, tensor, n);
    if (changed.count > 0) {
      uint64_t at = next_random() % (uint64_t)changed.count;
      if (changed.i) changed.i[at] = spc_eval_wrap(changed.element, random_int());
      if (changed.f) changed.f[at] = (double)random_int();
    }
  }
  assert_null(status);
  spc_eval_tensor_deinit(tensor);
  *tensor = changed;
}

// One case of ops.mlir with one input or attribute changed.
static bool try_damaged(MlirOperation op, spc_eval_env_t *env) {
  spc_eval_tensor_t inputs[32] = {{0}};
  const spc_eval_tensor_t *given[32] = {NULL};
  intptr_t n_inputs = mlirOperationGetNumOperands(op);
  assert_in_range(n_inputs, 1, 32);
  for (intptr_t i = 0; i < n_inputs; i++) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (spc_op_is(spc_value_def(operand), "onnx.none")) continue;
    assert_null(spc_eval_value(env, operand, &inputs[i]));
    given[i] = &inputs[i];
  }
  MlirOperation copy = mlirOperationClone(op);
  intptr_t victim = (intptr_t)(next_random() % (uint64_t)n_inputs), n_attributes = mlirOperationGetNumAttributes(copy);
  switch (next_random() % 6) {
    case 0: given[victim] = NULL; break;
    case 1: n_inputs = victim; break;
    case 2:
      if (n_attributes > 0) {
        MlirNamedAttribute attribute = mlirOperationGetAttribute(copy, (intptr_t)(next_random() % (uint64_t)n_attributes));
        mlirOperationSetAttributeByName(copy, mlirIdentifierStr(attribute.name), random_attribute(mlirOperationGetContext(op)));
      }
      break;
    default:
      if (given[victim]) damage_tensor(&inputs[victim]);
      break;
  }
  bool ok = evaluate(copy, n_inputs, given);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); i++) spc_eval_tensor_deinit(&inputs[i]);
  mlirOperationDestroy(copy);
  return ok;
}

static MlirModule parse_cases(spc_context_t *context) {
  FILE *file = fopen(SPC_TEST_DATA "/eval/ops.mlir", "rb");
  static char text[1 << 20];
  MlirModule module;
  assert_non_null(file);
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = '\0';
  assert_null(spc_context_parse(context, text, size, "ops.mlir", &module));
  return module;
}

static void damaged_nodes(void **state) {
  (void)state;
  spc_context_t context;
  assert_null(spc_context_init(&context));
  MlirModule module = parse_cases(&context);
  int tried = 0, succeeded = 0;
  for (MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(module)); !mlirOperationIsNull(func);
       func = mlirOperationGetNextInBlock(func)) {
    spc_eval_env_t *env;
    assert_null(spc_eval_env_create(NULL, NULL, &env));
    MlirOperation op = spc_value_def(mlirOperationGetOperand(spc_func_return(func), 0));
    for (int round = 0; round < DAMAGE_ROUNDS; round++, tried++) succeeded += try_damaged(op, env);
    spc_eval_env_destroy(env);
  }
  print_message("%d of %d damaged nodes computed\n", succeeded, tried);
  assert_true(tried >= 170 * DAMAGE_ROUNDS);
  assert_true(succeeded > tried / 10 && succeeded < tried);
  mlirModuleDestroy(module);
  spc_context_deinit(&context);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_nodes), cmocka_unit_test(damaged_nodes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
