// --onnx-fold: constants are computed, no-ops dropped, and every node gets the types of its results.
//
// What is folded: integers and booleans that follow from constants, or from dimensions that are the same for any batch and length; floats
// that are a single number or a vector computed from constants, such as inverse frequencies. Weights are left alone: moving a
// weight's data (Cast, Transpose, Reshape, ...) is not folded, so that a weight stays bytes in a file whatever its size.
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/infer.h"
#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/passes.h"

#define FLAG "onnx-fold"
#define MAX_FOLDED_BYTES (INT64_C(1) << 20)

typedef struct fold_t {
  MlirContext ctx;
  MlirBlock block;
  spc_eval_inference_t *inference;
  spc_eval_env_t *constants;  // values of constants and of what is folded; nothing else
} fold_t;

static bool is_constant(MlirOperation op) { return spc_op_is(op, "onnx.constant") || spc_op_is(op, "onnx.initializer"); }

static MlirType result_type(const fold_t *fold, MlirValue value) { return spc_eval_inferred_type(fold->inference, fold->ctx, value); }

// ---- Types ---------------------------------------------------------------------------------------------------------

static spc_status_t annotate_types(const fold_t *fold, MlirOperation op) {
  intptr_t count = mlirOperationGetNumResults(op);
  MlirAttribute *types = calloc((size_t)count, sizeof *types);
  if (!types) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %lld types", (long long)count);
  intptr_t known = 0;
  while (known < count) {
    MlirType type = result_type(fold, mlirOperationGetResult(op, known));
    if (mlirTypeIsNull(type)) break;
    types[known++] = mlirTypeAttrGet(type);
  }
  if (known == count) mlirOperationSetAttributeByName(op, spc_str("types"), mlirArrayAttrGet(fold->ctx, count, types));
  free(types);
  return NULL;
}

// ---- No-ops --------------------------------------------------------------------------------------------------------

static MlirType element_of(const fold_t *fold, MlirValue value) {
  MlirType type = result_type(fold, value);
  return mlirTypeIsNull(type) ? type : mlirShapedTypeGetElementType(type);
}

// A Cast to the type its operand has. Casts between floats stay even though values survive them: they decide the types of outputs.
static bool is_noop_cast(const fold_t *fold, MlirOperation op) {
  if (!spc_op_is(op, "onnx.Cast") && !spc_op_is(op, "onnx.CastLike")) return false;
  MlirType from = element_of(fold, mlirOperationGetOperand(op, 0)), to = element_of(fold, mlirOperationGetResult(op, 0));
  return !mlirTypeIsNull(from) && !mlirTypeIsNull(to) && mlirTypeEqual(from, to);
}

// True when |value| is a constant of one element equal to |expected| that cannot broaden |other|.
static bool is_neutral(const fold_t *fold, MlirValue value, double expected, MlirValue other) {
  MlirOperation def = spc_value_def(value);
  if (mlirOperationIsNull(def) || !is_constant(def)) return false;
  MlirType type = result_type(fold, value), other_type = result_type(fold, other);
  bool has_types = !mlirTypeIsNull(type) && !mlirTypeIsNull(other_type);
  // Types say first that it is small, so that no weight is read for this.
  if (!has_types || mlirShapedTypeGetRank(type) > mlirShapedTypeGetRank(other_type) ||
      !mlirTypeEqual(mlirShapedTypeGetElementType(type), mlirShapedTypeGetElementType(other_type))) {
    return false;
  }
  for (intptr_t d = 0; d < mlirShapedTypeGetRank(type); d++) {
    if (mlirShapedTypeGetDimSize(type, d) != 1) return false;
  }
  spc_eval_tensor_t tensor;
  spc_status_t status = spc_eval_value(fold->constants, value, &tensor);
  bool is_equal = !status && ((tensor.f && tensor.f[0] == expected) || (tensor.i && (double)tensor.i[0] == expected));
  spc_status_ignore(status);
  spc_eval_tensor_deinit(&tensor);
  return is_equal;
}

// The operand that the one result of |op| always equals, or a null value.
static MlirValue forwarded(const fold_t *fold, MlirOperation op) {
  const MlirValue none = {NULL};
  intptr_t operands = mlirOperationGetNumOperands(op);
  if (operands == 0 || mlirOperationGetNumResults(op) != 1) return none;
  MlirValue a = mlirOperationGetOperand(op, 0);
  if (spc_op_is(op, "onnx.Identity") || (spc_op_is(op, "onnx.Concat") && operands == 1) || is_noop_cast(fold, op)) return a;
  if (operands != 2) return none;
  MlirValue b = mlirOperationGetOperand(op, 1);
  bool is_mul = spc_op_is(op, "onnx.Mul"), is_div = spc_op_is(op, "onnx.Div"), is_and = spc_op_is(op, "onnx.And");
  if ((is_mul || is_div || is_and) && is_neutral(fold, b, 1, a)) return a;
  if ((is_mul || is_and) && is_neutral(fold, a, 1, b)) return b;
  return none;
}

// ---- Constants -----------------------------------------------------------------------------------------------------

static bool operands_are_constant(MlirOperation op) {
  intptr_t count = mlirOperationGetNumOperands(op);
  for (intptr_t i = 0; i < count; i++) {
    MlirOperation def = spc_value_def(mlirOperationGetOperand(op, i));
    if (mlirOperationIsNull(def) || !(is_constant(def) || spc_op_is(def, "onnx.none"))) return false;
  }
  return count > 0;
}

// Only moves floats about, or changes their width: the result is still a weight.
static bool moves_weight(const fold_t *fold, MlirOperation op) {
  static const char *const names[] = {
      "onnx.Cast",    "onnx.CastLike",  "onnx.Transpose", "onnx.Reshape", "onnx.Flatten", "onnx.Squeeze",  "onnx.Unsqueeze",
      "onnx.Slice",   "onnx.Split",     "onnx.Concat",    "onnx.Gather",  "onnx.Expand",  "onnx.Tile",     "onnx.GatherElements",
      "onnx.GatherND",
  };
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    if (!spc_op_is(op, names[k])) continue;
    const spc_eval_tensor_t *source = spc_eval_inferred_shape(fold->inference, mlirOperationGetOperand(op, 0));
    return !source || spc_eval_element_is_float(source->element);
  }
  return false;
}

// Whether a result of this shape is folded once its values are known.
static bool may_fold(const fold_t *fold, MlirOperation op, const spc_eval_tensor_t *shape) {
  if (shape->count > MAX_FOLDED_BYTES / spc_eval_element_size(shape->element)) return false;
  if (!spc_eval_element_is_float(shape->element) || shape->count <= 1) return true;
  int64_t longest = 1;
  for (int32_t d = 0; d < shape->rank; d++) {
    if (shape->dims[d] > longest) longest = shape->dims[d];
  }
  return shape->count == longest && !moves_weight(fold, op);
}

static MlirNamedAttribute constant_name(const fold_t *fold, MlirOperation op, intptr_t result) {
  MlirAttribute outputs = spc_attr(op, "outputs"), name = mlirAttributeGetNull();
  if (!mlirAttributeIsNull(outputs) && mlirAttributeIsAArray(outputs) && result < mlirArrayAttrGetNumElements(outputs)) {
    name = mlirArrayAttrGetElement(outputs, result);
  }
  if (mlirAttributeIsNull(name) || !mlirAttributeIsAString(name)) name = mlirStringAttrGet(fold->ctx, spc_str(""));
  return spc_named(fold->ctx, "name", name);
}

// Makes result |r| of |op| an onnx.constant. The op itself is left for dead-code removal: its address must not be reused while maps know it.
static spc_status_t replace_by_constant(const fold_t *fold, MlirOperation op, intptr_t r, const spc_eval_tensor_t *tensor) {
  MlirAttribute value = spc_eval_tensor_to_attribute(fold->ctx, tensor);
  if (mlirAttributeIsNull(value)) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a constant of %lld elements", (long long)tensor->count);
  MlirValue old = mlirOperationGetResult(op, r);
  MlirType type = mlirValueGetType(old);
  const MlirNamedAttribute attributes[] = {constant_name(fold, op, r), spc_named(fold->ctx, "value", value)};
  MlirOperation constant = spc_op_insert(fold->block, op, "onnx.constant", mlirOperationGetLocation(op), 0, NULL, 1, &type, 2, attributes);
  mlirValueReplaceAllUsesOfWith(old, mlirOperationGetResult(constant, 0));
  return spc_eval_inference_add(fold->inference, mlirOperationGetResult(constant, 0), tensor);
}

// The value of result |r| when it is constant: known from inference, or computed here. *out_tensor has no values when it is not.
static spc_status_t constant_value(const fold_t *fold, MlirOperation op, intptr_t r, spc_eval_tensor_t *out_tensor) {
  memset(out_tensor, 0, sizeof *out_tensor);
  MlirValue result = mlirOperationGetResult(op, r);
  const spc_eval_tensor_t *shape = spc_eval_inferred_shape(fold->inference, result);
  // Inference has evaluated all that needs no inputs, at least to its shape: weights need not be read to see that they are too large.
  if (!shape || !spc_value_has_uses(result) || !may_fold(fold, op, shape)) return NULL;
  const spc_eval_tensor_t *known = spc_eval_inferred_constant(fold->inference, result);
  if (known) {
    spc_eval_tensor_share(known, out_tensor);
    return NULL;
  }
  if (!operands_are_constant(op)) return NULL;
  spc_status_t status = spc_eval_value(fold->constants, result, out_tensor);
  if (spc_status_code(status) == SPC_OUT_OF_MEMORY) return status;
  spc_status_ignore(status);  // what cannot be computed is not folded; raising reports it if it matters
  return NULL;
}

static spc_status_t fold_results(const fold_t *fold, MlirOperation op) {
  for (intptr_t r = 0; r < mlirOperationGetNumResults(op); r++) {
    spc_eval_tensor_t tensor;
    SPC_RETURN_IF_ERROR(constant_value(fold, op, r, &tensor));
    spc_status_t status = spc_eval_has_data(&tensor) ? replace_by_constant(fold, op, r, &tensor) : NULL;
    spc_eval_tensor_deinit(&tensor);
    SPC_RETURN_IF_ERROR(status);
  }
  return NULL;
}

// ---- The pass ------------------------------------------------------------------------------------------------------

static spc_status_t fold_nodes(const fold_t *fold) {
  MlirOperation next;
  for (MlirOperation op = mlirBlockGetFirstOperation(fold->block); !mlirOperationIsNull(op); op = next) {
    next = mlirOperationGetNextInBlock(op);
    bool is_node = mlirOperationGetNumResults(op) > 0 && !is_constant(op) && !spc_op_is(op, "onnx.none");
    if (!is_node) continue;
    MlirValue source = forwarded(fold, op);
    if (!mlirValueIsNull(source)) {
      mlirValueReplaceAllUsesOfWith(mlirOperationGetResult(op, 0), source);
      continue;
    }
    SPC_RETURN_IF_ERROR(annotate_types(fold, op));
    SPC_RETURN_IF_ERROR(fold_results(fold, op));
  }
  return NULL;
}

static spc_status_t fold_function(MlirOperation func, spc_weight_files_t *files) {
  fold_t fold = {.ctx = mlirOperationGetContext(func), .block = spc_func_block(func)};
  spc_eval_inference_t *inference = NULL;
  // Small constants only; a weight that is missing is not folded rather than made up.
  const spc_eval_options_t options = {.max_elements = MAX_FOLDED_BYTES, .max_float_elements = MAX_FOLDED_BYTES / 4,
                                      .max_weight_bytes = MAX_FOLDED_BYTES, .synthesize_missing = false};
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_eval_infer(func, files, &inference));
  fold.inference = inference;
  SPC_GOTO_IF_ERROR(spc_eval_env_create(files, &options, &fold.constants));
  SPC_GOTO_IF_ERROR(fold_nodes(&fold));
cleanup:
  spc_eval_env_destroy(fold.constants);
  spc_eval_inference_destroy(inference);
  if (!status) spc_erase_dead(func, NULL);
  return status;
}

static bool run(MlirOperation module, const void *options) {
  (void)options;
  spc_weight_files_t *files = NULL;
  spc_status_t status = spc_weight_files_create(mlirModuleFromOperation(module), &files);
  if (status) return spc_error_status(mlirOperationGetLocation(module), status);
  bool ok = true;
  for (MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(mlirModuleFromOperation(module)));
       !mlirOperationIsNull(func) && ok; func = mlirOperationGetNextInBlock(func)) {
    if (!spc_op_is(func, "func.func") || mlirAttributeIsNull(spc_attr(func, "onnx.opset"))) continue;
    if (mlirRegionIsNull(mlirOperationGetRegion(func, 0)) || mlirBlockIsNull(spc_func_block(func))) continue;
    status = fold_function(func, files);
    if (status) ok = spc_error_status(mlirOperationGetLocation(func), status);
  }
  spc_weight_files_destroy(files);
  return ok;
}

spc_status_t spc_create_onnx_fold_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Fold constants, drop no-ops, annotate nodes with types", run};
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, 0, NULL));
  return spc_pass_create(&type, NULL, 0, out_pass);
}
