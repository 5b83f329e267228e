// The forms that need no evaluation because the ops define them: constants behind Casts, linears, embeddings.
#include <string.h>

#include "passes/eval/tensor.h"
#include "passes/ir/ir.h"
#include "passes/raise/graph.h"

bool spc_raise_is(MlirOperation op, const char *type) {
  if (mlirOperationIsNull(op)) return false;
  MlirStringRef name = spc_op_name(op);
  static const char *const prefixes[] = {"onnx.", "onnx_ms."};
  size_t length = strlen(type);
  for (size_t i = 0; i < 2; ++i) {
    size_t n = strlen(prefixes[i]);
    if (name.length == n + length && memcmp(name.data, prefixes[i], n) == 0 && memcmp(name.data + n, type, length) == 0)
      return true;
  }
  return false;
}

bool spc_raise_is_constant(MlirOperation op) {
  return spc_op_is(op, "onnx.initializer") || spc_op_is(op, "onnx.constant");
}

MlirValue spc_raise_operand(MlirOperation op, intptr_t i) {
  MlirValue none = {NULL};
  if (i >= mlirOperationGetNumOperands(op)) return none;
  MlirValue value = mlirOperationGetOperand(op, i);
  return spc_op_is(spc_value_def(value), "onnx.none") ? none : value;
}

static bool is_float_code(int64_t onnx_type) {
  return onnx_type == 1 || onnx_type == 10 || onnx_type == 11 || onnx_type == 16;  // float, float16, double, bfloat16
}

// A chain longer than this is no exporter's; the bound keeps a hostile graph from costing the square of its size.
enum { PEEL_NODES = 64 };

MlirValue spc_raise_peel(MlirValue value) {
  for (int depth = 0; depth < PEEL_NODES; ++depth) {
    MlirOperation op = spc_value_def(value);
    if (mlirOperationIsNull(op) || mlirOperationGetNumOperands(op) == 0) return value;
    bool through = spc_raise_is(op, "Identity") || spc_raise_is(op, "Dropout") ||
                   (spc_raise_is(op, "Cast") && is_float_code(spc_attr_i64(op, "to", 0))) ||
                   (spc_raise_is(op, "Concat") && mlirOperationGetNumOperands(op) == 1);
    if (!through || mlirValueIsNull(spc_raise_operand(op, 0))) return value;
    if (mlirOpResultGetResultNumber(value) != 0) return value;
    value = mlirOperationGetOperand(op, 0);
  }
  return value;
}

MlirType spc_raise_constant_type(MlirOperation op) {
  MlirType none = {NULL};
  MlirAttribute attr = spc_attr(op, spc_op_is(op, "onnx.constant") ? "value" : "type");
  if (mlirAttributeIsNull(attr)) return none;
  MlirType type = spc_op_is(op, "onnx.constant") ? mlirAttributeGetType(attr)
                  : mlirAttributeIsAType(attr)   ? mlirTypeAttrGetValue(attr)
                                                 : none;
  return !mlirTypeIsNull(type) && mlirTypeIsARankedTensor(type) && mlirShapedTypeHasStaticShape(type) ? type : none;
}

static bool is_float_type(MlirType type) {
  MlirType element = mlirShapedTypeGetElementType(type);
  return mlirTypeIsAF32(element) || mlirTypeIsAF16(element) || mlirTypeIsABF16(element) || mlirTypeIsAF64(element);
}

static bool is_swap(MlirOperation op) {
  MlirAttribute perm = spc_attr(op, "perm");
  if (mlirAttributeIsNull(perm)) return true;  // the default reverses the dimensions
  return spc_array_i64_size(perm) == 2 && spc_array_i64_at(perm, 0) == 1 && spc_array_i64_at(perm, 1) == 0;
}

bool spc_raise_match_matrix(MlirValue value, spc_raise_weight_t *out) {
  *out = (spc_raise_weight_t){0};
  if (mlirValueIsNull(value)) return false;
  bool transpose = false;
  MlirOperation op = spc_value_def(value = spc_raise_peel(value));
  for (int depth = 0; depth < PEEL_NODES; ++depth) {
    if (!spc_raise_is(op, "Transpose") || !is_swap(op) || mlirOperationGetNumOperands(op) != 1) break;
    transpose = !transpose;
    op = spc_value_def(value = spc_raise_peel(mlirOperationGetOperand(op, 0)));
  }
  if (mlirOperationIsNull(op) || !spc_raise_is_constant(op)) return false;
  MlirType type = spc_raise_constant_type(op);
  if (mlirTypeIsNull(type) || mlirShapedTypeGetRank(type) != 2 || !is_float_type(type)) return false;
  int64_t rows = mlirShapedTypeGetDimSize(type, 0), cols = mlirShapedTypeGetDimSize(type, 1);
  if (rows < 1 || cols < 1) return false;
  *out =
      (spc_raise_weight_t){op, transpose, transpose ? cols : rows, transpose ? rows : cols, 0, transpose ? cols : rows};
  return true;
}

bool spc_raise_match_vector(MlirValue value, spc_raise_weight_t *out) {
  *out = (spc_raise_weight_t){0};
  if (mlirValueIsNull(value)) return false;
  MlirOperation op = spc_value_def(spc_raise_peel(value));
  if (mlirOperationIsNull(op) || !spc_raise_is_constant(op)) return false;
  MlirType type = spc_raise_constant_type(op);
  if (mlirTypeIsNull(type) || !is_float_type(type)) return false;
  int64_t rank = mlirShapedTypeGetRank(type);
  if (rank < 1) return false;
  for (int64_t i = 0; i + 1 < rank; ++i) {
    if (mlirShapedTypeGetDimSize(type, i) != 1) return false;
  }
  int64_t n = mlirShapedTypeGetDimSize(type, rank - 1);
  if (n < 2) return false;
  *out = (spc_raise_weight_t){op, false, n, 1, 0, n};
  return true;
}

bool spc_raise_match_scalar(MlirValue value, double *out_value) {
  *out_value = 0;
  if (mlirValueIsNull(value)) return false;
  MlirOperation op = spc_value_def(spc_raise_peel(value));
  if (!spc_op_is(op, "onnx.constant")) return false;
  MlirType type = spc_raise_constant_type(op);
  MlirAttribute attr = spc_attr(op, "value");
  if (mlirTypeIsNull(type) || !mlirAttributeIsADenseElements(attr) || mlirElementsAttrGetNumElements(attr) != 1)
    return false;
  MlirType element = mlirShapedTypeGetElementType(type);
  if (mlirTypeIsAF32(element)) return *out_value = mlirDenseElementsAttrGetFloatValue(attr, 0), true;
  if (mlirTypeIsAF64(element)) return *out_value = mlirDenseElementsAttrGetDoubleValue(attr, 0), true;
  return false;
}

// The MatMul or Gemm alone. A K of 1 is an outer product (positions times frequencies), no layer.
static bool match_product(MlirOperation op, spc_raise_linear_t *out) {
  *out = (spc_raise_linear_t){.op = op};
  if (spc_raise_is(op, "MatMul") && mlirOperationGetNumOperands(op) == 2) {
    if (!spc_raise_match_matrix(mlirOperationGetOperand(op, 1), &out->weight)) return false;
    out->weight.transpose = !out->weight.transpose;
  } else if (spc_raise_is(op, "Gemm") && mlirOperationGetNumOperands(op) >= 2) {
    if (spc_attr_f64(op, "alpha", 1) != 1 || spc_attr_f64(op, "beta", 1) != 1 || spc_attr_i64(op, "transA", 0))
      return false;
    if (!spc_raise_match_matrix(mlirOperationGetOperand(op, 1), &out->weight)) return false;
    MlirValue bias = spc_raise_operand(op, 2);
    if (!mlirValueIsNull(bias) && !spc_raise_match_vector(bias, &out->bias)) return false;
    if (spc_attr_i64(op, "transB", 0)) {
      out->x = mlirOperationGetOperand(op, 0);
      return out->weight.cols > 1;
    }
    out->weight.transpose = !out->weight.transpose;
  } else {
    return false;
  }
  int64_t rows = out->weight.rows;
  out->weight.rows = out->weight.row_end = out->weight.cols;
  out->weight.cols = rows;
  out->x = mlirOperationGetOperand(op, 0);
  return out->weight.cols > 1;
}

bool spc_raise_match_linear(MlirValue value, spc_raise_linear_t *out) {
  *out = (spc_raise_linear_t){0};
  MlirOperation op = spc_value_def(spc_raise_peel(value));
  if (mlirOperationIsNull(op)) return false;
  if (match_product(op, out)) return true;
  if (!spc_raise_is(op, "Add") || mlirOperationGetNumOperands(op) != 2) return false;
  for (int side = 0; side < 2; ++side) {
    spc_raise_weight_t bias;
    MlirOperation product = spc_value_def(spc_raise_peel(mlirOperationGetOperand(op, 1 - side)));
    if (!spc_raise_match_vector(mlirOperationGetOperand(op, side), &bias) || mlirOperationIsNull(product)) continue;
    if (!match_product(product, out) || out->bias.source.ptr || out->weight.rows != bias.rows) continue;
    out->op = op;
    out->bias = bias;
    return true;
  }
  return false;
}

bool spc_raise_match_embed(MlirOperation op, spc_raise_weight_t *out_weight, MlirValue *out_ids) {
  *out_ids = (MlirValue){NULL};
  if (!spc_raise_is(op, "Gather") || mlirOperationGetNumOperands(op) != 2 || spc_attr_i64(op, "axis", 0) != 0)
    return false;
  *out_ids = mlirOperationGetOperand(op, 1);
  return spc_raise_match_matrix(mlirOperationGetOperand(op, 0), out_weight);
}
