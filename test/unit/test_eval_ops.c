// Every case of test/data/eval/ops.mlir: what the evaluator computes against what onnxruntime computed; and the same graphs again with shapes
// only, which must agree with the shapes of the values.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "mlir-c/BuiltinAttributes.h"
#include "passes/eval/eval.h"
#include "passes/ir/ir.h"

typedef struct fixture_t {
  spc_context_t context;
  MlirModule module;
} fixture_t;

static char *read_file(const char *path, size_t *out_size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  long size = ftell(file);
  assert_true(size > 0);
  rewind(file);
  char *text = malloc((size_t)size + 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
  text[size] = '\0';
  fclose(file);
  *out_size = (size_t)size;
  return text;
}

static void assert_ok(spc_status_t status) {
  if (status) fail_msg("%s", spc_status_message(status));
}

static int setup(void **state) {
  static fixture_t fixture;
  size_t size;
  char *text = read_file(SPC_TEST_DATA "/eval/ops.mlir", &size);
  assert_ok(spc_context_init(&fixture.context));
  assert_ok(spc_context_parse(&fixture.context, text, size, "ops.mlir", &fixture.module));
  free(text);
  *state = &fixture;
  return 0;
}

static int teardown(void **state) {
  fixture_t *fixture = *state;
  mlirModuleDestroy(fixture->module);
  spc_context_deinit(&fixture->context);
  return 0;
}

static MlirStringRef func_name(MlirOperation func) { return spc_attr_str(func, "sym_name", "?"); }

// Compares the first half of the returned values with the second; returns the largest relative difference.
static double check_case(MlirOperation func) {
  MlirOperation ret = spc_func_return(func);
  intptr_t pairs = mlirOperationGetNumOperands(ret) / 2;
  MlirStringRef name = func_name(func);
  assert_true(pairs > 0);
  spc_eval_env_t *env;
  assert_ok(spc_eval_env_create(NULL, NULL, &env));
  double worst = 0;
  for (intptr_t p = 0; p < pairs; p++) {
    spc_eval_tensor_t computed, expected;
    double absolute, relative;
    char ct[128], et[128];
    spc_status_t status = spc_eval_value(env, mlirOperationGetOperand(ret, p), &computed);
    if (status) fail_msg("%.*s: %s", (int)name.length, name.data, spc_status_message(status));
    assert_ok(spc_eval_value(env, mlirOperationGetOperand(ret, pairs + p), &expected));
    bool same = spc_eval_tensor_difference(&computed, &expected, &absolute, &relative) && computed.element == expected.element;
    // f32 results of sums that cancel are compared against the size of what was summed: 1e-6 absolute.
    if (!same || (absolute > 1e-6 && relative > 2e-6)) {
      fail_msg("%.*s: %s, expected %s; largest difference %g absolute, %g relative", (int)name.length, name.data,
               spc_eval_tensor_describe(&computed, ct, sizeof ct), spc_eval_tensor_describe(&expected, et, sizeof et), absolute, relative);
    }
    if (absolute > worst) worst = absolute;
    spc_eval_tensor_deinit(&computed);
    spc_eval_tensor_deinit(&expected);
  }
  spc_eval_env_destroy(env);
  return worst;
}

static void values_agree_with_onnxruntime(void **state) {
  fixture_t *fixture = *state;
  int count = 0;
  double worst = 0;
  for (MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(fixture->module)); !mlirOperationIsNull(func);
       func = mlirOperationGetNextInBlock(func)) {
    double difference = check_case(func);
    if (difference > worst) worst = difference;
    count++;
  }
  print_message("%d cases, largest difference %g\n", count, worst);
  assert_true(count >= 170);
}

// With float inputs cut to shapes, results must have the same shapes, and integers that do not depend on floats the same values.
static void shapes_agree_with_values(void **state) {
  fixture_t *fixture = *state;
  spc_eval_options_t options = spc_eval_shape_options();
  options.max_float_elements = 0;  // no float has values, except empty ones
  for (MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(fixture->module)); !mlirOperationIsNull(func);
       func = mlirOperationGetNextInBlock(func)) {
    MlirOperation ret = spc_func_return(func);
    MlirStringRef name = func_name(func);
    spc_eval_env_t *env;
    assert_ok(spc_eval_env_create(NULL, &options, &env));
    for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
      if (!spc_op_is(op, "onnx.constant")) continue;
      spc_eval_tensor_t value, shape;
      assert_ok(spc_eval_value(env, mlirOperationGetResult(op, 0), &value));
      if (value.f && value.count > 1) {  // scalars stay: they may be the bounds of a Range
        assert_ok(spc_eval_tensor_init_shape(value.element, value.rank, value.dims, &shape));
        assert_ok(spc_eval_bind(env, mlirOperationGetResult(op, 0), &shape));
      }
      spc_eval_tensor_deinit(&value);
    }
    intptr_t pairs = mlirOperationGetNumOperands(ret) / 2;
    for (intptr_t p = 0; p < pairs; p++) {
      spc_eval_tensor_t computed, expected;
      spc_status_t status = spc_eval_value(env, mlirOperationGetOperand(ret, p), &computed);
      if (status) fail_msg("%.*s: %s", (int)name.length, name.data, spc_status_message(status));
      assert_ok(spc_eval_value(env, mlirOperationGetOperand(ret, pairs + p), &expected));
      if (computed.rank != expected.rank || memcmp(computed.dims, expected.dims, sizeof computed.dims) != 0) {
        char ct[128], et[128];
        fail_msg("%.*s: inferred %s, expected %s", (int)name.length, name.data, spc_eval_tensor_describe(&computed, ct, sizeof ct),
                 spc_eval_tensor_describe(&expected, et, sizeof et));
      }
      if (spc_eval_has_data(&computed) && spc_eval_has_data(&expected)) {
        double absolute;
        assert_true(spc_eval_tensor_difference(&computed, &expected, &absolute, NULL));
        assert_true(absolute < 1e-5);
      }
      spc_eval_tensor_deinit(&computed);
      spc_eval_tensor_deinit(&expected);
    }
    spc_eval_env_destroy(env);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_agree_with_onnxruntime),
      cmocka_unit_test(shapes_agree_with_values),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
