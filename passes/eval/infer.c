#include "passes/eval/infer.h"

#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/value_map.h"
#include "passes/ir/ir.h"

#define PROBES 3
// Sizes without simple relations, none of them 1: a product or sum of them that is the same in all three is constant.
static const struct {
  int64_t batch, sequence, past;
} probe_sizes[PROBES] = {{2, 3, 5}, {3, 4, 13}, {5, 7, 24}};

struct spc_eval_inference_t {
  spc_eval_env_t *envs[PROBES];
  spc_eval_map_t from_dims;  // set of values made of constants and dimensions alone
  spc_eval_map_t known;      // set of those that are the same for every probe
};

void spc_eval_inference_destroy(spc_eval_inference_t *inference) {
  if (!inference) return;
  for (int p = 0; p < PROBES; p++) spc_eval_env_destroy(inference->envs[p]);
  spc_eval_map_deinit(&inference->from_dims);
  spc_eval_map_deinit(&inference->known);
  free(inference);
}

static bool is_absent(MlirValue value) { return spc_op_is(spc_value_def(value), "onnx.none"); }

// True when every operand is absent or has a tensor already, so that evaluating |op| cannot start a walk.
static bool is_ready(const spc_eval_env_t *env, MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); i++) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!is_absent(operand) && !spc_eval_lookup(env, operand)) return false;
  }
  return true;
}

static spc_status_t evaluate_all(spc_eval_env_t *env, MlirOperation func) {
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (mlirOperationGetNumResults(op) == 0 || spc_op_is(op, "onnx.none") || !is_ready(env, op)) continue;
    spc_eval_tensor_t tensor;
    spc_status_t status = spc_eval_value(env, mlirOperationGetResult(op, 0), &tensor);
    spc_eval_tensor_deinit(&tensor);
    if (spc_status_code(status) == SPC_OUT_OF_MEMORY) return status;
    spc_status_ignore(status);  // its results stay unknown
  }
  return NULL;
}

// Operators whose result is a polynomial of their integer operands, or moves them about by indices that must be known. A polynomial of the
// dimensions that is the same at three unrelated points is constant; a comparison or a quotient need not be.
static bool is_polynomial(const spc_eval_inference_t *inference, MlirOperation op) {
  static const char *const arithmetic[] = {"onnx.Add", "onnx.Sub", "onnx.Mul", "onnx.Neg", "onnx.Concat", "onnx.Identity", "onnx.Transpose"};
  static const char *const indexed[] = {"onnx.Gather",    "onnx.Slice",   "onnx.Split",     "onnx.Squeeze",
                                        "onnx.Unsqueeze", "onnx.Reshape", "onnx.ReduceSum", "onnx.ReduceProd"};
  for (size_t k = 0; k < sizeof arithmetic / sizeof *arithmetic; k++) {
    if (spc_op_is(op, arithmetic[k])) return true;
  }
  if (spc_op_is(op, "onnx.Cast")) {
    int64_t to = spc_attr_i64(op, "to", 0);
    return to == 6 || to == 7;  // int32, int64
  }
  bool is_indexed = false;
  for (size_t k = 0; k < sizeof indexed / sizeof *indexed; k++) is_indexed = is_indexed || spc_op_is(op, indexed[k]);
  for (intptr_t i = 1; i < mlirOperationGetNumOperands(op) && is_indexed; i++) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    is_indexed = is_absent(operand) || spc_eval_map_find(&inference->known, operand.ptr);
  }
  return is_indexed;
}

static bool operands_in(const spc_eval_map_t *set, MlirOperation op) {
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); i++) {
    MlirValue operand = mlirOperationGetOperand(op, i);
    if (!is_absent(operand) && !spc_eval_map_find(set, operand.ptr)) return false;
  }
  return true;
}

static spc_status_t put(spc_eval_map_t *set, MlirValue value) {
  spc_eval_tensor_t mark = {0};
  return spc_eval_map_insert(set, value.ptr, &mark);
}

static bool same_everywhere(const spc_eval_inference_t *inference, MlirValue value) {
  const spc_eval_tensor_t *first = spc_eval_lookup(inference->envs[0], value);
  if (!first || !first->i) return false;
  for (int p = 1; p < PROBES; p++) {
    const spc_eval_tensor_t *other = spc_eval_lookup(inference->envs[p], value);
    if (!other || !other->i || other->element != first->element || other->rank != first->rank ||
        memcmp(other->dims, first->dims, sizeof first->dims) != 0 ||
        (first->count > 0 && memcmp(other->i, first->i, (size_t)first->count * sizeof *first->i) != 0)) {
      return false;
    }
  }
  return true;
}

static spc_status_t classify(spc_eval_inference_t *inference, MlirOperation op) {
  bool is_constant = spc_op_is(op, "onnx.constant") || spc_op_is(op, "onnx.initializer");
  bool reads_shape = spc_op_is(op, "onnx.Shape") || spc_op_is(op, "onnx.Size");
  bool from_known = is_constant || (mlirOperationGetNumOperands(op) > 0 && operands_in(&inference->known, op));
  bool from_dims = from_known || reads_shape || (is_polynomial(inference, op) && operands_in(&inference->from_dims, op));
  if (!from_dims) return NULL;
  for (intptr_t r = 0; r < mlirOperationGetNumResults(op); r++) {
    MlirValue result = mlirOperationGetResult(op, r);
    const spc_eval_tensor_t *tensor = spc_eval_lookup(inference->envs[0], result);
    if (!tensor || !tensor->i) continue;
    SPC_RETURN_IF_ERROR(put(&inference->from_dims, result));
    if (same_everywhere(inference, result)) SPC_RETURN_IF_ERROR(put(&inference->known, result));
  }
  return NULL;
}

spc_status_t spc_eval_infer(MlirOperation func, spc_weight_files_t *files, spc_eval_inference_t **out_inference) {
  *out_inference = NULL;
  spc_eval_inference_t *inference = calloc(1, sizeof *inference);
  if (!inference) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for shape inference");
  const spc_eval_options_t options = spc_eval_shape_options();
  spc_status_t status = NULL;
  for (int p = 0; p < PROBES; p++) {
    SPC_GOTO_IF_ERROR(spc_eval_env_create(files, &options, &inference->envs[p]));
    // Id 0 is in every vocabulary. An argument of unknown role stays unbound, and so does what depends on it.
    const spc_eval_probe_t probe = {probe_sizes[p].batch, probe_sizes[p].sequence, probe_sizes[p].past, .vocab = 1, .seed = 1};
    spc_status_ignore(spc_eval_bind_arguments(inference->envs[p], func, &probe));
    SPC_GOTO_IF_ERROR(evaluate_all(inference->envs[p], func));
  }
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    SPC_GOTO_IF_ERROR(classify(inference, op));
  }
  *out_inference = inference;
  inference = NULL;
cleanup:
  spc_eval_inference_destroy(inference);
  return status;
}

MlirType spc_eval_inferred_type(const spc_eval_inference_t *inference, MlirContext ctx, MlirValue value) {
  const spc_eval_tensor_t *first = spc_eval_lookup(inference->envs[0], value);
  if (!first) return (MlirType){NULL};
  int64_t dims[SPC_EVAL_MAX_RANK];
  memcpy(dims, first->dims, sizeof dims);
  for (int p = 1; p < PROBES; p++) {
    const spc_eval_tensor_t *other = spc_eval_lookup(inference->envs[p], value);
    if (!other || other->rank != first->rank || other->element != first->element) return (MlirType){NULL};
    for (int32_t d = 0; d < first->rank; d++) {
      if (other->dims[d] != first->dims[d]) dims[d] = mlirShapedTypeGetDynamicSize();
    }
  }
  return mlirRankedTensorTypeGet(first->rank, dims, spc_eval_element_to_mlir(ctx, first->element), mlirAttributeGetNull());
}

const spc_eval_tensor_t *spc_eval_inferred_shape(const spc_eval_inference_t *inference, MlirValue value) {
  return spc_eval_lookup(inference->envs[0], value);
}

const spc_eval_tensor_t *spc_eval_inferred_constant(const spc_eval_inference_t *inference, MlirValue value) {
  return spc_eval_map_find(&inference->known, value.ptr) ? spc_eval_lookup(inference->envs[0], value) : NULL;
}

spc_status_t spc_eval_inference_add(spc_eval_inference_t *inference, MlirValue value, const spc_eval_tensor_t *tensor) {
  for (int p = 0; p < PROBES; p++) SPC_RETURN_IF_ERROR(spc_eval_bind(inference->envs[p], value, tensor));
  SPC_RETURN_IF_ERROR(put(&inference->from_dims, value));
  return put(&inference->known, value);
}
