// What the evaluator says about nodes it cannot compute, and how environments, probes and shape-only evaluation behave.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "mlir-c/BuiltinAttributes.h"
#include "passes/eval/eval.h"
#include "passes/ir/ir.h"

static spc_context_t context;

static void assert_ok(spc_status_t status) {
  if (status) fail_msg("%s", spc_status_message(status));
}

static int setup(void **state) {
  (void)state;
  assert_ok(spc_context_init(&context));
  return 0;
}

static int teardown(void **state) {
  (void)state;
  spc_context_deinit(&context);
  return 0;
}

static MlirModule parse(const char *text) {
  MlirModule module;
  assert_ok(spc_context_parse(&context, text, strlen(text), "test", &module));
  return module;
}

// A function whose body is |body|, which must define %r.
static MlirModule parse_body(const char *body) {
  static char text[8192];
  snprintf(text, sizeof text,
           "!v = !onnx.value\nfunc.func @f(%%x: !v {onnx.name = \"input_ids\", onnx.type = tensor<?x?xi64>, onnx.dims = [\"b\", \"s\"]}) -> !v "
           "attributes {onnx.opset = 24 : i64, onnx.ms_opset = 1 : i64} {\n%s\n func.return %%r : !v\n}\n",
           body);
  return parse(text);
}

static MlirValue returned(MlirModule module) { return mlirOperationGetOperand(spc_func_return(spc_module_func(module, "f")), 0); }

// Evaluates the returned value with |options| (NULL: values); the status is the caller's.
static spc_status_t evaluate(MlirModule module, const spc_eval_options_t *options, spc_eval_tensor_t *out_tensor) {
  spc_eval_env_t *env;
  assert_ok(spc_eval_env_create(NULL, options, &env));
  spc_status_t status = spc_eval_value(env, returned(module), out_tensor);
  spc_eval_env_destroy(env);
  return status;
}

static void expect_error(const char *body, spc_status_code_t code, const char *message) {
  spc_eval_tensor_t tensor;
  MlirModule module = parse_body(body);
  spc_status_t status = evaluate(module, NULL, &tensor);
  if (!status) fail_msg("no error from\n%s", body);
  if (spc_status_code(status) != code || !strstr(spc_status_message(status), message)) {
    fail_msg("%s: %s\nexpected %s with '%s' from\n%s", spc_status_code_name(spc_status_code(status)), spc_status_message(status),
             spc_status_code_name(code), message, body);
  }
  spc_status_ignore(status);
  mlirModuleDestroy(module);
}

// Defines a constant.
#define CONST(name, value, type) " %" name " = \"onnx.constant\"() {value = dense<" value "> : tensor<" type ">} : () -> !v\n"

static void errors_say_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *body;
    spc_status_code_t code;
    const char *message;
  } cases[] = {
      {" %r = \"onnx.Neg\"(%x) : (!v) -> !v", SPC_INVALID_ARGUMENT, "'input_ids' of the graph is needed but not bound"},
      {" %r = \"onnx.unsupported\"(%x) {op_type = \"Mystery\", domain = \"d\"} : (!v) -> !v", SPC_INVALID_ARGUMENT, "not bound"},
      {CONST("a", "1.0", "f32") " %r = \"onnx.Einsum\"(%a) : (!v) -> !v loc(\"node_7\")", SPC_UNSUPPORTED, "node_7"},
      {CONST("a", "1.0", "f32") " %r = \"onnx.Einsum\"(%a) : (!v) -> !v", SPC_UNSUPPORTED, "does not know this operator"},
      {" %r = \"onnx.Add\"() : () -> !v", SPC_INVALID_ARGUMENT, "input 0 ('A') is missing"},
      {CONST("a", "1.0", "2x3xf32") CONST("b", "1.0", "2x4xf32") " %r = \"onnx.Add\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "f32[2,3] and f32[2,4] do not broadcast"},
      {CONST("a", "1.0", "2xf32") CONST("b", "1", "2xi64") " %r = \"onnx.Add\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "types f32 and i64"},
      {CONST("a", "1", "2xi64") CONST("b", "0", "2xi64") " %r = \"onnx.Div\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "integer division by zero"},
      {CONST("a", "-9223372036854775808", "i64") CONST("b", "0", "i64") " %r = \"onnx.Mod\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "integer division by zero"},
      {CONST("a", "1.0", "2x3xf32") CONST("b", "1.0", "2x3xf32") " %r = \"onnx.MatMul\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "do not multiply"},
      {CONST("a", "1.0", "6xf32") CONST("s", "[4, -1]", "2xi64") " %r = \"onnx.Reshape\"(%a, %s) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "cannot divide"},
      {CONST("a", "1.0", "6xf32") CONST("s", "[-1, -1]", "2xi64") " %r = \"onnx.Reshape\"(%a, %s) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "more than one -1"},
      {CONST("a", "1.0", "6xf32") CONST("s", "[4611686018427387904, 4]", "2xi64") " %r = \"onnx.Reshape\"(%a, %s) : (!v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "out of range"},
      {CONST("a", "1.0", "6xf32") CONST("s", "5", "1xi64") " %r = \"onnx.Reshape\"(%a, %s) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "the numbers of elements differ"},
      {CONST("s", "[1073741824, 1073741824, 1073741824]", "3xi64") " %r = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v", SPC_INVALID_ARGUMENT,
       "overflows"},
      {CONST("s", "[65536, 65536]", "2xi64") " %r = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v", SPC_UNSUPPORTED,
       "larger than the 268435456 elements"},
      {CONST("s", "-1", "1xi64") " %r = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v", SPC_INVALID_ARGUMENT, "negative"},
      {CONST("s", "1", "9xi64") " %r = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v", SPC_INVALID_ARGUMENT, "at most 8"},
      {CONST("a", "0", "i64") CONST("b", "9223372036854775807", "i64") CONST("c", "1", "i64")
       " %r = \"onnx.Range\"(%a, %b, %c) : (!v, !v, !v) -> !v", SPC_INVALID_ARGUMENT, "overflows"},
      {CONST("a", "0", "i64") CONST("b", "5", "i64") CONST("c", "0", "i64") " %r = \"onnx.Range\"(%a, %b, %c) : (!v, !v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "from 0 to 5 by 0"},
      {CONST("a", "1.0", "3xf32") CONST("i", "3", "i64") " %r = \"onnx.Gather\"(%a, %i) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "index 3 is out of range for a dimension of 3"},
      {CONST("a", "1.0", "3xf32") CONST("i", "0", "i64") " %r = \"onnx.Gather\"(%a, %i) {axis = 4 : i64} : (!v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "axis 4 is out of range"},
      {CONST("a", "1.0", "3xf32") CONST("i", "0", "i64") " %r = \"onnx.Gather\"(%a, %i) {axis = \"one\"} : (!v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "attribute 'axis' is not an integer"},
      {CONST("a", "1.0", "2x2xf32") " %r = \"onnx.Transpose\"(%a) {perm = array<i64: 0, 0>} : (!v) -> !v", SPC_INVALID_ARGUMENT,
       "not a permutation"},
      {CONST("a", "1.0", "2x2xf32") " %r = \"onnx.Transpose\"(%a) {perm = 1.0 : f32} : (!v) -> !v", SPC_INVALID_ARGUMENT,
       "attribute 'perm' is not a list"},
      {CONST("a", "1.0", "3xf32") CONST("s", "0", "1xi64") CONST("p", "0", "1xi64")
       " %r = \"onnx.Slice\"(%a, %s, %s, %s, %p) : (!v, !v, !v, !v, !v) -> !v", SPC_INVALID_ARGUMENT, "step of its slice is 0"},
      {CONST("a", "1.0", "3xf32") " %r = \"onnx.Cast\"(%a) {to = 8 : i64} : (!v) -> !v", SPC_UNSUPPORTED, "attribute 'to' = 8"},
      {CONST("a", "1.0", "5xf32") CONST("s", "[2, 2]", "2xi64") " %r, %q = \"onnx.Split\"(%a, %s) : (!v, !v) -> (!v, !v)",
       SPC_INVALID_ARGUMENT, "sum 4 for 2 outputs and a dimension of 5"},
      {CONST("a", "1.0", "2xf32") CONST("b", "1.0", "2xf32") " %r = \"onnx.And\"(%a, %b) : (!v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "types f32 and f32"},
      {CONST("x1", "1.0", "1x1x2x4xf32") CONST("c", "1.0", "1x2x3xf32") " %r = \"onnx.RotaryEmbedding\"(%x1, %c, %c) : (!v, !v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "do not fit a rotation of 4 of 4"},
      {CONST("x1", "1.0", "1x1x2x4xf32") CONST("c", "1.0", "3x2xf32") CONST("p", "[[1, 3]]", "1x2xi64")
       " %r = \"onnx.RotaryEmbedding\"(%x1, %c, %c, %p) : (!v, !v, !v, !v) -> !v", SPC_OUT_OF_RANGE, "position 3 is outside the 3 rows"},
      {CONST("q", "1.0", "1x3x2x4xf32") CONST("k", "1.0", "1x2x2x4xf32") " %r = \"onnx.Attention\"(%q, %k, %k) : (!v, !v, !v) -> !v",
       SPC_INVALID_ARGUMENT, "3 query heads"},
      {CONST("q", "1.0", "1x2x2x4xf32") " %r, %a, %b, %s = \"onnx.Attention\"(%q, %q, %q) : (!v, !v, !v) -> (!v, !v, !v, !v)\n"
       " %u = \"onnx.Neg\"(%s) : (!v) -> !v", SPC_UNSUPPORTED, "qk_matmul_output"},
      {CONST("q", "1.0", "1x1x4xf32") CONST("n", "0", "1xi32") CONST("t", "1", "i32") " %z = \"onnx.none\"() : () -> !v\n"
       " %r = \"onnx_ms.GroupQueryAttention\"(%q, %q, %q, %z, %z, %n, %t) : (!v, !v, !v, !v, !v, !v, !v) -> !v", SPC_INVALID_ARGUMENT,
       "'num_heads' = 0"},
      {CONST("q", "1.0", "1x1x4xf32") CONST("n", "0", "1xi32") CONST("t", "1", "i32") " %z = \"onnx.none\"() : () -> !v\n"
       " %r = \"onnx_ms.GroupQueryAttention\"(%q, %q, %q, %z, %z, %n, %t) {num_heads = 1 : i64, kv_num_heads = 1 : i64, smooth_softmax = 1 "
       ": i64} : (!v, !v, !v, !v, !v, !v, !v) -> !v", SPC_UNSUPPORTED, "smooth_softmax"},
      {CONST("q", "1.0", "1x1x4xf32") CONST("n", "9223372036854775807", "1xi64") CONST("t", "1", "i32") " %z = \"onnx.none\"() : () -> !v\n"
       " %r = \"onnx_ms.GroupQueryAttention\"(%q, %q, %q, %z, %z, %n, %t) {num_heads = 1 : i64, kv_num_heads = 1 : i64} : (!v, !v, !v, !v, "
       "!v, !v, !v) -> !v", SPC_OUT_OF_RANGE, "seqlens_k[0]"},
      {" %r = \"onnx.initializer\"() {name = \"w\", file = 0 : i64, offset = 0 : i64, length = 7 : i64, type = tensor<2xf32>} : () -> !v",
       SPC_INVALID_ARGUMENT, "initializer 'w'"},
      {" %r = \"onnx.initializer\"() {name = \"w\", file = 0 : i64, offset = 0 : i64, length = 8 : i64, type = tensor<?xf32>} : () -> !v",
       SPC_INVALID_ARGUMENT, "dimension 0 of its type is not a number"},
      {" %r = \"onnx.constant\"() {value = \"text\"} : () -> !v", SPC_INVALID_ARGUMENT, "not a dense tensor"},
      {" %r = \"onnx.constant\"() {value = dense<1> : vector<2xi64>} : () -> !v", SPC_UNSUPPORTED, "not a tensor"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) expect_error(cases[k].body, cases[k].code, cases[k].message);
}

static void shapes_without_values(void **state) {
  (void)state;
  // A matrix of 2^45 elements, whose shape is all that is asked.
  const char *body = CONST("s", "[33554432, 1048576]", "2xi64") CONST("p", "[1, 0]", "2xi64")
      " %a = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v\n %b = \"onnx.Transpose\"(%a) {perm = array<i64: 1, 0>} : (!v) -> !v\n"
      " %c = \"onnx.MatMul\"(%a, %b) : (!v, !v) -> !v\n %d = \"onnx.Shape\"(%c) : (!v) -> !v\n"
      " %r = \"onnx.Add\"(%d, %p) : (!v, !v) -> !v";
  MlirModule module = parse_body(body);
  const spc_eval_options_t options = spc_eval_shape_options();
  spc_eval_tensor_t tensor;
  assert_ok(evaluate(module, &options, &tensor));
  assert_int_equal(tensor.i[0], 33554433);
  assert_int_equal(tensor.i[1], 33554432);
  spc_eval_tensor_deinit(&tensor);
  mlirModuleDestroy(module);

  // An integer that decides a shape but comes from a float that is not there.
  module = parse_body(CONST("s", "8192", "1xi64") " %a = \"onnx.ConstantOfShape\"(%s) : (!v) -> !v\n"
                      " %b = \"onnx.Cast\"(%a) {to = 7 : i64} : (!v) -> !v\n %z = \"onnx.constant\"() {value = dense<0> : tensor<1xi64>} : () -> !v\n"
                      " %c = \"onnx.Gather\"(%b, %z) : (!v, !v) -> !v\n %r = \"onnx.ConstantOfShape\"(%c) : (!v) -> !v");
  spc_status_t status = evaluate(module, &options, &tensor);
  assert_int_equal(spc_status_code(status), SPC_UNSUPPORTED);
  assert_non_null(strstr(spc_status_message(status), "depend on data that is not there"));
  spc_status_ignore(status);
  mlirModuleDestroy(module);
}

static void bindings_cut_the_cone(void **state) {
  (void)state;
  MlirModule module = parse_body(" %a = \"onnx.Neg\"(%x) : (!v) -> !v\n %r = \"onnx.Abs\"(%a) : (!v) -> !v");
  spc_eval_env_t *env;
  spc_eval_tensor_t given, result;
  assert_ok(spc_eval_env_create(NULL, NULL, &env));
  spc_status_t status = spc_eval_value(env, returned(module), &result);
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  spc_status_ignore(status);
  MlirValue middle = mlirOperationGetOperand(spc_value_def(returned(module)), 0);
  assert_ok(spc_eval_tensor_init(SPC_EVAL_I64, 1, (int64_t[]){2}, &given));
  given.i[0] = -5;
  given.i[1] = 7;
  assert_ok(spc_eval_bind(env, middle, &given));
  assert_null(spc_eval_lookup(env, returned(module)));
  assert_ok(spc_eval_value(env, returned(module), &result));
  assert_int_equal(result.i[0], 5);
  assert_ptr_equal(spc_eval_lookup(env, returned(module))->i, result.i);
  spc_eval_tensor_deinit(&result);
  spc_eval_tensor_deinit(&given);
  spc_eval_env_clear(env);
  assert_null(spc_eval_lookup(env, middle));
  spc_eval_env_destroy(env);
  spc_eval_env_destroy(NULL);
  mlirModuleDestroy(module);
}

// A chain as long as a graph may be must not be recursed into.
static void deep_graphs(void **state) {
  (void)state;
  enum { DEPTH = 200000 };
  MlirModule module = parse_body(CONST("a", "1", "i64") " %r = \"onnx.Identity\"(%a) : (!v) -> !v");
  MlirOperation ret = spc_func_return(spc_module_func(module, "f"));
  MlirValue value = returned(module);
  MlirType type = mlirValueGetType(value);
  for (int n = 0; n < DEPTH; n++) {
    value = mlirOperationGetResult(spc_op_insert(spc_func_block(spc_module_func(module, "f")), ret, "onnx.Neg",
                                                 mlirLocationUnknownGet(context.mlir), 1, &value, 1, &type, 0, NULL), 0);
  }
  mlirOperationSetOperand(ret, 0, value);
  spc_eval_tensor_t tensor;
  assert_ok(evaluate(module, NULL, &tensor));
  assert_int_equal(tensor.i[0], 1);
  spc_eval_tensor_deinit(&tensor);

  // And one that bites its tail is an error, not an endless loop.
  MlirOperation first = spc_value_def(mlirOperationGetOperand(ret, 0));
  mlirOperationSetOperand(first, 0, value);
  spc_status_t status = evaluate(module, NULL, &tensor);
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  assert_non_null(strstr(spc_status_message(status), "depends on its own result"));
  spc_status_ignore(status);
  mlirModuleDestroy(module);
}

static void random_weights_are_reported(void **state) {
  (void)state;
  MlirModule module = parse_body(
      " %w = \"onnx.initializer\"() {name = \"w\", file = 0 : i64, offset = 0 : i64, length = 16 : i64, type = tensor<8xbf16>} : () -> !v\n"
      " %r = \"onnx.Neg\"(%w) : (!v) -> !v");
  spc_eval_env_t *env;
  spc_eval_tensor_t once, again;
  assert_ok(spc_eval_env_create(NULL, NULL, &env));
  assert_false(spc_eval_used_random_weights(env));
  assert_ok(spc_eval_value(env, returned(module), &once));
  assert_true(spc_eval_used_random_weights(env));
  spc_eval_env_clear(env);
  assert_ok(spc_eval_value(env, returned(module), &again));
  double absolute = 1;
  assert_true(spc_eval_tensor_difference(&once, &again, &absolute, NULL));
  assert_true(absolute == 0);
  for (int n = 0; n < 8; n++) assert_true(once.f[n] <= -0.5 && once.f[n] > -1.5);
  spc_eval_tensor_deinit(&once);
  spc_eval_tensor_deinit(&again);
  spc_eval_env_destroy(env);

  // Without leave to make numbers up, the weight is a shape.
  const spc_eval_options_t options = spc_eval_shape_options();
  assert_ok(evaluate(module, &options, &once));
  assert_false(spc_eval_has_data(&once));
  assert_int_equal(once.count, 8);
  spc_eval_tensor_deinit(&once);
  mlirModuleDestroy(module);
}

static void unknown_roles_are_named(void **state) {
  (void)state;
  MlirModule module = parse("func.func @f(%x: !onnx.value {onnx.name = \"pixels\", onnx.type = tensor<?x3xf32>}) -> !onnx.value attributes "
                            "{onnx.opset = 18 : i64} { func.return %x : !onnx.value }");
  spc_eval_env_t *env;
  assert_ok(spc_eval_env_create(NULL, NULL, &env));
  const spc_eval_probe_t probe = {.batch = 2, .sequence = 3, .past = 5, .vocab = 10};
  spc_status_t status = spc_eval_bind_arguments(env, spc_module_func(module, "f"), &probe);
  assert_int_equal(spc_status_code(status), SPC_UNSUPPORTED);
  assert_non_null(strstr(spc_status_message(status), "'pixels'"));
  spc_status_ignore(status);
  spc_eval_env_destroy(env);
  mlirModuleDestroy(module);
}

static void half_precision_survives(void **state) {
  (void)state;
  // Every float16 and bfloat16, from its bytes to a double and, through an attribute, back to its bytes.
  static uint16_t bits[65536];
  const spc_eval_element_t elements[] = {SPC_EVAL_F16, SPC_EVAL_BF16};
  for (int n = 0; n < 65536; n++) bits[n] = (uint16_t)n;
  for (int e = 0; e < 2; e++) {
    spc_eval_tensor_t tensor;
    assert_ok(spc_eval_tensor_init(elements[e], 1, (int64_t[]){65536}, &tensor));
    spc_eval_tensor_decode(&tensor, bits);
    assert_true(tensor.f[0x3c00] == (e == 0 ? 1.0 : 0.0078125));
    const uint16_t *back = mlirDenseElementsAttrGetRawData(spc_eval_tensor_to_attribute(context.mlir, &tensor));
    for (int n = 0; n < 65536; n++) {
      if (!isnan(tensor.f[n])) assert_int_equal(back[n], bits[n]);
    }
    spc_eval_tensor_deinit(&tensor);
  }
  // Halfway cases go to even.
  spc_eval_tensor_t tensor;
  assert_ok(spc_eval_tensor_init(SPC_EVAL_F16, 1, (int64_t[]){4}, &tensor));
  const double values[4] = {2049, 2051, 65519, 65520};
  const uint16_t expected[4] = {0x6800, 0x6802, 0x7bff, 0x7c00};
  memcpy(tensor.f, values, sizeof values);
  const uint16_t *rounded = mlirDenseElementsAttrGetRawData(spc_eval_tensor_to_attribute(context.mlir, &tensor));
  for (int n = 0; n < 4; n++) assert_int_equal(rounded[n], expected[n]);
  spc_eval_tensor_deinit(&tensor);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_say_what_is_wrong), cmocka_unit_test(shapes_without_values),      cmocka_unit_test(bindings_cut_the_cone),
      cmocka_unit_test(deep_graphs),              cmocka_unit_test(random_weights_are_reported), cmocka_unit_test(unknown_roles_are_named),
      cmocka_unit_test(half_precision_survives),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
