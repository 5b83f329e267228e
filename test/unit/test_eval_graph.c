// Whole models through the evaluator: logits against onnxruntime's (test/data/eval/logits.txt), before and after --onnx-fold, and the types that
// --onnx-fold infers against the tensors that the values have.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "frontend/onnx_import.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/eval.h"
#include "passes/ir/ir.h"
#include "passes/passes.h"

#define MAX_LOGITS 512
#define FIRST_CHUNK 4
#define TOKENS 7

typedef struct model_t {
  spc_context_t context;
  MlirModule module;
  MlirOperation func;
} model_t;

static void assert_ok(spc_status_t status) {
  if (status) fail_msg("%s", spc_status_message(status));
}

static void open_model(const char *file, model_t *out) {
  char path[sizeof SPC_TEST_DATA + 16384];
  snprintf(path, sizeof path, "%s/%s", SPC_TEST_DATA, file);
  assert_ok(spc_context_init(&out->context));
  out->module = mlirModuleCreateEmpty(mlirLocationUnknownGet(out->context.mlir));
  const spc_onnx_import_options_t options = {.function = "llm"};
  assert_ok(spc_onnx_import_file(out->module, path, &options));
  out->func = spc_module_func(out->module, "llm");
}

static void close_model(model_t *model) {
  mlirModuleDestroy(model->module);
  spc_context_deinit(&model->context);
}

// onnx.name of argument or result |i|.
static void port_name(MlirOperation func, const char *attributes, intptr_t i, char *out, size_t size) {
  MlirStringRef name = mlirStringAttrGetValue(spc_dict(mlirArrayAttrGetElement(spc_attr(func, attributes), i), "onnx.name"));
  snprintf(out, size, "%.*s", (int)name.length, name.data);
}

static int64_t static_dim(MlirOperation func, intptr_t argument, intptr_t d) {
  MlirAttribute type = spc_dict(mlirArrayAttrGetElement(spc_attr(func, "arg_attrs"), argument), "onnx.type");
  return mlirShapedTypeGetDimSize(mlirTypeAttrGetValue(type), d);
}

// The token ids and hidden states that make_logits.py feeds, for tokens [begin, end).
static void bind_tokens(spc_eval_env_t *env, MlirOperation func, int64_t begin, int64_t end) {
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(spc_func_block(func)); i++) {
    char name[128];
    spc_eval_tensor_t tensor = {0};
    port_name(func, "arg_attrs", i, name, sizeof name);
    if (strcmp(name, "input_ids") == 0) {
      assert_ok(spc_eval_tensor_init(SPC_EVAL_I64, 2, (int64_t[]){1, end - begin}, &tensor));
      for (int64_t t = begin; t < end; t++) tensor.i[t - begin] = (t * 37 + 11) % 150;
    } else if (strcmp(name, "hidden_states") == 0) {
      int64_t size = static_dim(func, i, 2);
      assert_ok(spc_eval_tensor_init(SPC_EVAL_F32, 3, (int64_t[]){1, end - begin, size}, &tensor));
      for (int64_t n = 0; n < tensor.count; n++) tensor.f[n] = (float)sin((double)(begin * size + n) * 0.7);
    } else {
      continue;
    }
    assert_ok(spc_eval_bind(env, mlirBlockGetArgument(spc_func_block(func), i), &tensor));
    spc_eval_tensor_deinit(&tensor);
  }
}

// Binds past_key_values.X to the tensor of output present.X in |from|.
static void bind_past(spc_eval_env_t *env, MlirOperation func, spc_eval_env_t *from) {
  MlirOperation ret = spc_func_return(func);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(spc_func_block(func)); i++) {
    char input[128], output[128];
    port_name(func, "arg_attrs", i, input, sizeof input);
    if (strncmp(input, "past_key_values", 15) != 0) continue;
    for (intptr_t r = 0; r < mlirOperationGetNumOperands(ret); r++) {
      port_name(func, "res_attrs", r, output, sizeof output);
      if (strncmp(output, "present", 7) != 0 || strcmp(output + 7, input + 15) != 0) continue;
      spc_eval_tensor_t present;
      assert_ok(spc_eval_value(from, mlirOperationGetOperand(ret, r), &present));
      assert_ok(spc_eval_bind(env, mlirBlockGetArgument(spc_func_block(func), i), &present));
      spc_eval_tensor_deinit(&present);
    }
  }
}

// Evaluates the two chunks; *second keeps the second's environment.
static void run_chunks(model_t *model, spc_weight_files_t *files, spc_eval_env_t **out_second) {
  spc_eval_env_t *first, *second;
  assert_ok(spc_eval_env_create(files, NULL, &first));
  assert_ok(spc_eval_env_create(files, NULL, &second));
  bind_tokens(first, model->func, 0, FIRST_CHUNK);
  const spc_eval_probe_t start = {1, FIRST_CHUNK, 0, .vocab = 1, .values = true};
  assert_ok(spc_eval_bind_arguments(first, model->func, &start));
  bind_tokens(second, model->func, FIRST_CHUNK, TOKENS);
  bind_past(second, model->func, first);
  const spc_eval_probe_t next = {1, TOKENS - FIRST_CHUNK, FIRST_CHUNK, .vocab = 1, .values = true};
  assert_ok(spc_eval_bind_arguments(second, model->func, &next));
  assert_false(spc_eval_used_random_weights(first));
  spc_eval_env_destroy(first);
  *out_second = second;
}

// Largest difference between |expected| and every eighth value of the last row of output 0, relative to the largest logit.
static double compare_logits(model_t *model, spc_eval_env_t *env, const double *expected, int64_t count) {
  spc_eval_tensor_t logits;
  assert_ok(spc_eval_value(env, mlirOperationGetOperand(spc_func_return(model->func), 0), &logits));
  int64_t width = logits.dims[logits.rank - 1];
  assert_int_equal((width + 7) / 8, count);
  double difference = 0, scale = 0;
  for (int64_t n = 0; n < count; n++) {
    difference = fmax(difference, fabs(logits.f[logits.count - width + 8 * n] - expected[n]));
    scale = fmax(scale, fabs(expected[n]));
  }
  spc_eval_tensor_deinit(&logits);
  return difference / scale;
}

// Every node's `types` must match its results' tensors; returns how many nodes there are.
static int check_types(model_t *model, spc_eval_env_t *env) {
  int nodes = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(model->func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    MlirAttribute types = spc_attr(op, "types");
    bool is_node = !mlirAttributeIsNull(spc_attr(op, "outputs"));
    if (!is_node) continue;
    char text[256];
    if (mlirAttributeIsNull(types)) fail_msg("%s has no types", spc_op_describe(op, text, sizeof text));
    for (intptr_t r = 0; r < mlirOperationGetNumResults(op); r++) {
      MlirType type = mlirTypeAttrGetValue(mlirArrayAttrGetElement(types, r));
      spc_eval_tensor_t tensor;
      spc_eval_element_t element;
      assert_ok(spc_eval_value(env, mlirOperationGetResult(op, r), &tensor));
      assert_true(spc_eval_element_from_mlir(mlirShapedTypeGetElementType(type), &element));
      assert_int_equal(element, tensor.element);
      assert_int_equal(mlirShapedTypeGetRank(type), tensor.rank);
      for (intptr_t d = 0; d < tensor.rank; d++) {
        if (!mlirShapedTypeIsDynamicDim(type, d)) assert_int_equal(mlirShapedTypeGetDimSize(type, d), tensor.dims[d]);
      }
      spc_eval_tensor_deinit(&tensor);
    }
    nodes++;
  }
  return nodes;
}

static double check_model(const char *file, const double *expected, int64_t count) {
  model_t model;
  spc_weight_files_t *files;
  spc_eval_env_t *env;
  open_model(file, &model);
  assert_ok(spc_weight_files_create(model.module, &files));
  run_chunks(&model, files, &env);
  double before = compare_logits(&model, env, expected, count);
  spc_eval_env_destroy(env);

  MlirPass pass;
  assert_ok(spc_create_onnx_fold_pass("", &pass));
  assert_ok(spc_context_run_pass(&model.context, model.module, pass));
  run_chunks(&model, files, &env);
  double after = compare_logits(&model, env, expected, count);
  assert_true(check_types(&model, env) > 20);
  spc_eval_env_destroy(env);

  // Half-precision models round between ops in onnxruntime and not here.
  double tolerance = strstr(file, "f16") ? 5e-3 : 1e-5;
  if (!(before < tolerance) || !(after < tolerance)) fail_msg("%s: logits differ by %g, after folding %g", file, before, after);
  spc_weight_files_destroy(files);
  close_model(&model);
  return strstr(file, "f16") ? 0 : fmax(before, after);
}

static void logits_agree_with_onnxruntime(void **state) {
  (void)state;
  FILE *file = fopen(SPC_TEST_DATA "/eval/logits.txt", "r");
  assert_non_null(file);
  static char line[16384];
  int models = 0;
  double worst = 0;
  while (fgets(line, sizeof line, file)) {
    double expected[MAX_LOGITS];
    int64_t count = 0;
    char *at = strchr(line, ' ');
    assert_non_null(at);
    *at++ = '\0';
    for (char *end; count < MAX_LOGITS; at = end, count++) {
      expected[count] = strtod(at, &end);
      if (end == at) break;
    }
    worst = fmax(worst, check_model(line, expected, count));
    models++;
  }
  fclose(file);
  print_message("%d models, largest difference %g of the largest logit\n", models, worst);
  assert_true(models >= 27);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(logits_agree_with_onnxruntime)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
