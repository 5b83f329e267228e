// IR helpers and the context: what passes and tools build on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "passes/ir/ir.h"

static spc_context_t g_context;

static int setup(void **state) {
  (void)state;
  return spc_context_init(&g_context) != NULL;
}
static int teardown(void **state) {
  (void)state;
  spc_context_deinit(&g_context);
  return 0;
}

static MlirModule parse(const char *text) {
  MlirModule module;
  spc_status_t status = spc_context_parse(&g_context, text, strlen(text), "test.mlir", &module);
  if (status) fail_msg("%s", spc_status_message(status));
  return module;
}

static MlirOperation first_op(MlirModule module) { return mlirBlockGetFirstOperation(mlirModuleGetBody(module)); }

static void test_attributes(void **state) {
  (void)state;
  MlirModule module = parse("\"spc.none\"() {i = 7 : i64, neg = -7 : i32, u = 200 : ui8, f = 0.5 : f32, b = true, s = \"text\", d = {k = 3 : i64},"
                            " a = array<i64: 4, 5>, m = [6 : i64, 7 : i64], mixed = [6 : i64, \"x\"], wide = 1 : i128} : () -> none");
  MlirOperation op = first_op(module);
  assert_true(spc_op_is(op, "spc.none"));
  assert_false(spc_op_is(op, "spc.non") || spc_op_is(op, "spc.none2") || spc_op_is((MlirOperation){NULL}, "spc.none"));
  assert_int_equal(spc_attr_i64(op, "i", 1), 7);
  assert_int_equal(spc_attr_i64(op, "neg", 1), -7);
  assert_int_equal(spc_attr_i64(op, "u", 1), 200);
  assert_int_equal(spc_attr_i64(op, "b", 1), 1);  // a boolean is no integer
  assert_int_equal(spc_attr_i64(op, "wide", 9), 9);
  assert_int_equal(spc_attr_i64(op, "absent", 9), 9);
  assert_true(spc_attr_f64(op, "f", 0) == 0.5 && spc_attr_f64(op, "i", 2) == 2);
  assert_true(spc_attr_bool(op, "b", false) && !spc_attr_bool(op, "i", false));
  MlirStringRef text = spc_attr_str(op, "s", "");
  assert_int_equal(text.length, 4);
  assert_memory_equal(text.data, "text", 4);
  assert_int_equal(spc_attr_str(op, "absent", NULL).length, 0);
  assert_int_equal(spc_dict_i64(spc_attr(op, "d"), "k", 0), 3);
  assert_int_equal(spc_dict_i64(spc_attr(op, "i"), "k", 5), 5);
  assert_int_equal(spc_dict_i64(mlirAttributeGetNull(), "k", 5), 5);
  assert_int_equal(spc_array_i64_size(spc_attr(op, "a")), 2);
  assert_int_equal(spc_array_i64_at(spc_attr(op, "a"), 1), 5);
  assert_int_equal(spc_array_i64_size(spc_attr(op, "m")), 2);
  assert_int_equal(spc_array_i64_at(spc_attr(op, "m"), 0), 6);
  assert_int_equal(spc_array_i64_size(spc_attr(op, "mixed")), -1);
  assert_int_equal(spc_array_i64_size(spc_attr(op, "i")), -1);
  mlirModuleDestroy(module);
}

static void test_types(void **state) {
  (void)state;
  MlirModule module = parse("func.func @f(%a: tensor<?x4xbf16>, %b: i64) { return }");
  MlirBlock block = spc_func_block(first_op(module));
  MlirValue a = mlirBlockGetArgument(block, 0), b = mlirBlockGetArgument(block, 1);
  assert_int_equal(spc_dim(a, 0), -1);
  assert_int_equal(spc_dim(a, 1), 4);
  assert_int_equal(spc_dim(a, 2), -2);
  assert_int_equal(spc_dim(b, 0), -2);
  assert_true(mlirTypeIsABF16(spc_element(a)));
  assert_true(mlirTypeIsNull(spc_element(b)));
  assert_true(mlirTypeEqual(spc_tensor2(spc_element(a), -1, 4), mlirValueGetType(a)));
  static const struct {
    const char *type;
    int64_t bytes;
  } sizes[] = {{"f64", 8}, {"f32", 4}, {"f16", 2}, {"bf16", 2}, {"i64", 8}, {"i32", 4}, {"i8", 1}, {"i1", 1}, {"index", 0}, {"i4", 0}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    assert_int_equal(spc_element_bytes(spc_type(g_context.mlir, sizes[i].type)), sizes[i].bytes);
  }
  assert_true(mlirTypeIsNull(spc_type(g_context.mlir, "!spc.nonsense")));
  spc_status_ignore(spc_context_take_errors(&g_context, SPC_INTERNAL, ""));
  mlirModuleDestroy(module);
}

// Builds a function, gives it another argument and result, and checks the type and that the module verifies.
static void test_building(void **state) {
  (void)state;
  MlirContext ctx = g_context.mlir;
  MlirModule module = mlirModuleCreateEmpty(mlirLocationUnknownGet(ctx));
  MlirLocation loc = mlirLocationUnknownGet(ctx);
  MlirType tensor = spc_tensor2(mlirF32TypeGet(ctx), -1, 8);
  MlirOperation func = spc_func_create(module, "f", loc, 1, &tensor, 1, &tensor);
  MlirBlock block = spc_func_block(func);
  MlirValue operands[2] = {mlirBlockGetArgument(block, 0), mlirBlockGetArgument(block, 0)};
  MlirOperation add = spc_op_insert(block, (MlirOperation){NULL}, "spc.add", loc, 2, operands, 1, &tensor, 0, NULL);
  MlirValue sum = mlirOperationGetResult(add, 0);
  spc_op_insert(block, (MlirOperation){NULL}, "func.return", loc, 1, &sum, 0, NULL, 0, NULL);
  assert_true(mlirOperationVerify(mlirModuleGetOperation(module)));
  assert_true(mlirOperationEqual(spc_module_func(module, "f"), func));
  assert_true(mlirOperationIsNull(spc_module_func(module, "g")));
  assert_true(mlirOperationEqual(spc_value_def(sum), add));
  assert_true(mlirOperationIsNull(spc_value_def(operands[0])));
  assert_true(mlirOperationIsNull(spc_value_single_user(operands[0])));  // two uses
  assert_true(mlirOperationEqual(spc_value_single_user(sum), spc_func_return(func)));

  MlirAttribute dict = mlirDictionaryAttrGet(ctx, 0, NULL);
  mlirOperationSetAttributeByName(func, spc_str("arg_attrs"), mlirArrayAttrGet(ctx, 1, &dict));
  mlirBlockAddArgument(block, tensor, loc);
  spc_func_update_type(func);
  assert_true(mlirOperationVerify(mlirModuleGetOperation(module)));
  assert_true(mlirAttributeIsNull(spc_attr(func, "arg_attrs")));
  assert_int_equal(mlirFunctionTypeGetNumInputs(mlirTypeAttrGetValue(spc_attr(func, "function_type"))), 2);
  mlirModuleDestroy(module);
}

static void test_erase_dead(void **state) {
  (void)state;
  MlirModule module = parse("func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {\n"
                            "  %0 = \"spc.add\"(%a, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>\n"
                            "  %1 = \"spc.add\"(%0, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>\n"
                            "  %2 = \"spc.concat\"(%0, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>\n"
                            "  %3 = \"spc.silu_mul\"(%a, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>\n"
                            "  return %3 : tensor<4xf32>\n}");
  static const char *const keep[] = {"spc.concat", NULL};
  assert_int_equal(spc_erase_dead(first_op(module), keep), 1);  // %1; %0 feeds the kept op
  assert_int_equal(spc_erase_dead(first_op(module), NULL), 2);  // the chain %2, %0
  assert_true(spc_op_is(mlirBlockGetFirstOperation(spc_func_block(first_op(module))), "spc.silu_mul"));
  mlirModuleDestroy(module);
}

static void test_describe(void **state) {
  (void)state;
  MlirModule module = parse("%0 = \"onnx.none\"() : () -> !onnx.value loc(\"/model/x\")\n\"spc.none\"() : () -> none");
  char buffer[64];
  MlirOperation op = first_op(module);
  assert_string_equal(spc_op_describe(op, buffer, sizeof buffer), "node '/model/x' (none)");
  assert_string_equal(spc_op_describe(mlirOperationGetNextInBlock(op), buffer, sizeof buffer), "node (spc.none)");
  assert_string_equal(spc_op_describe(op, buffer, 8), "node '/");  // cut, never past the end
  mlirModuleDestroy(module);
}

static void test_parse_errors(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"module {\n  %0 = \"spc.add\"(%x, %x) : (none, none) -> none\n}", "test.mlir:2:18: use of undeclared SSA value name"},
      {"func.func @f() { return }\nfunc.func @g(", "test.mlir:2:13: "},
      {"func.func @f() { return }\nfunc.func @f() { return }", "test.mlir:2:1: redefinition of symbol named 'f'"},
      {"\"spc.nonsense\"() : () -> ()", "test.mlir:1:1: "},
      {"\"arith.nonsense\"() : () -> ()", "test.mlir:1:1: "},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    MlirModule module;
    spc_status_t status = spc_context_parse(&g_context, cases[i].text, strlen(cases[i].text), "test.mlir", &module);
    assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
    if (!strstr(spc_status_message(status), cases[i].message)) fail_msg("'%s' lacks '%s'", spc_status_message(status), cases[i].message);
    assert_true(mlirModuleIsNull(module));
    spc_status_ignore(status);
  }
}

static void test_remarks_are_not_errors(void **state) {
  (void)state;
  spc_emit_remark(mlirLocationFileLineColGet(g_context.mlir, spc_str("m.mlir"), 3, 4), "%d parameters", 12);
  spc_emit_error(mlirLocationNameGet(g_context.mlir, spc_str("/Softmax"), mlirLocationUnknownGet(g_context.mlir)), "odd axis");
  spc_emit_error(mlirLocationNameGet(g_context.mlir, spc_str("/Mul"), mlirLocationUnknownGet(g_context.mlir)), "node '/Mul' again");
  char *remarks = spc_context_take_remarks(&g_context);
  assert_string_equal(remarks, "remark: m.mlir:3:4: 12 parameters");
  free(remarks);
  assert_null(spc_context_take_remarks(&g_context));
  spc_status_t status = spc_context_take_errors(&g_context, SPC_UNSUPPORTED, "fallback");
  assert_string_equal(spc_status_message(status), "/Softmax: odd axis\nnode '/Mul' again");  // a name is said once
  spc_status_ignore(status);
  status = spc_context_take_errors(&g_context, SPC_UNSUPPORTED, "fallback");
  assert_string_equal(spc_status_message(status), "fallback");
  spc_status_ignore(status);
}

static void test_pipelines(void **state) {
  (void)state;
  MlirModule module = parse("func.func @f() -> i64 {\n  %0 = arith.constant 2 : i64\n  %1 = arith.addi %0, %0 : i64\n  return %1 : i64\n}");
  assert_null(spc_context_run_pipeline(&g_context, module, "builtin.module(func.func(canonicalize))"));
  assert_true(spc_op_is(mlirBlockGetFirstOperation(spc_func_block(first_op(module))), "arith.constant"));
  assert_true(mlirOperationEqual(mlirOperationGetNextInBlock(mlirBlockGetFirstOperation(spc_func_block(first_op(module)))),
                                 spc_func_return(first_op(module))));
  spc_status_t status = spc_context_run_pipeline(&g_context, module, "builtin.module(no-such-pass)");
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  assert_non_null(strstr(spc_status_message(status), "no-such-pass"));
  spc_status_ignore(status);
  mlirModuleDestroy(module);
}

// Contexts are independent and leave nothing behind.
static void test_second_context(void **state) {
  (void)state;
  spc_context_t other;
  assert_null(spc_context_init(&other));
  assert_false(mlirContextEqual(other.mlir, g_context.mlir));
  spc_emit_error(mlirLocationUnknownGet(other.mlir), "never taken");
  assert_null(spc_context_take_remarks(&g_context));
  spc_context_deinit(&other);
  spc_context_deinit(&other);
  spc_context_deinit(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_attributes),   cmocka_unit_test(test_types),        cmocka_unit_test(test_building),
      cmocka_unit_test(test_erase_dead),   cmocka_unit_test(test_describe),     cmocka_unit_test(test_parse_errors),
      cmocka_unit_test(test_remarks_are_not_errors), cmocka_unit_test(test_pipelines), cmocka_unit_test(test_second_context),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
