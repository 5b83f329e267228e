// Initializers and constants as tensors.
#include "passes/eval/constants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

static spc_status_t shape_of_type(MlirType type, spc_eval_tensor_t *out_shape) {
  memset(out_shape, 0, sizeof *out_shape);
  int64_t dims[SPC_EVAL_MAX_RANK];
  spc_eval_element_t element;
  if (mlirTypeIsNull(type) || !mlirTypeIsARankedTensor(type) || !spc_eval_element_from_mlir(mlirShapedTypeGetElementType(type), &element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "its type is not a tensor of an element type that the evaluator knows");
  }
  int64_t rank = mlirShapedTypeGetRank(type);
  if (rank > SPC_EVAL_MAX_RANK) {
    return SPC_STATUS(SPC_UNSUPPORTED, "its rank is %lld; the evaluator goes up to %d", (long long)rank, SPC_EVAL_MAX_RANK);
  }
  for (intptr_t d = 0; d < rank; d++) {
    if (mlirShapedTypeIsDynamicDim(type, d)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "dimension %d of its type is not a number", (int)d);
    dims[d] = mlirShapedTypeGetDimSize(type, d);
  }
  return spc_eval_tensor_init_shape(element, (int32_t)rank, dims, out_shape);
}

spc_status_t spc_eval_tensor_from_attribute(MlirAttribute attribute, spc_eval_tensor_t *out_tensor) {
  memset(out_tensor, 0, sizeof *out_tensor);
  if (mlirAttributeIsNull(attribute) || !mlirAttributeIsADenseElements(attribute)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "it is not a dense tensor");
  }
  spc_eval_tensor_t shape;
  SPC_RETURN_IF_ERROR(shape_of_type(mlirAttributeGetType(attribute), &shape));
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(shape.element, shape.rank, shape.dims, out_tensor));
  if (shape.count == 0) return NULL;
  bool is_splat = mlirDenseElementsAttrIsSplat(attribute);
  if (shape.element == SPC_EVAL_BOOL) {  // stored as bits, not bytes
    for (int64_t n = 0; n < shape.count; n++) {
      out_tensor->i[n] = is_splat ? mlirDenseElementsAttrGetBoolSplatValue(attribute) != 0
                                  : mlirDenseElementsAttrGetBoolValue(attribute, (intptr_t)n);
    }
    return NULL;
  }
  const uint8_t *raw = mlirDenseElementsAttrGetRawData(attribute);
  if (!is_splat) {
    spc_eval_tensor_decode(out_tensor, raw);
    return NULL;
  }
  spc_eval_tensor_t first = *out_tensor;
  first.count = 1;
  spc_eval_tensor_decode(&first, raw);
  for (int64_t n = 1; n < shape.count; n++) spc_eval_copy(out_tensor, n, &first, 0);
  return NULL;
}

// FNV-1a, so that a weight's random numbers depend on its name alone.
static uint64_t hash_name(MlirStringRef name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t n = 0; n < name.length; n++) hash = (hash ^ (uint8_t)name.data[n]) * UINT64_C(0x100000001b3);
  return hash;
}

// Numbers like those of a trained model: vectors as norm weights, matrices such that a product keeps its input's size.
static spc_status_t synthesize(const spc_eval_tensor_t *shape, MlirStringRef name, spc_eval_tensor_t *out_tensor) {
  double low = 0.5, high = 1.5;
  if (shape->rank >= 2) {
    int64_t a = shape->dims[shape->rank - 2], b = shape->dims[shape->rank - 1], inner = a < b ? a : b;
    high = sqrt(3.0 / (double)(inner > 0 ? inner : 1));
    low = -high;
  }
  return spc_eval_tensor_init_random(shape->element, shape->rank, shape->dims, low, high, hash_name(name), out_tensor);
}

static spc_status_t load_initializer(MlirOperation op, spc_weight_files_t *files, const spc_eval_options_t *options,
                                     spc_eval_tensor_t *out_tensor, bool *out_random) {
  MlirAttribute type = spc_attr(op, "type");
  int64_t file = spc_attr_i64(op, "file", -1), offset = spc_attr_i64(op, "offset", -1), length = spc_attr_i64(op, "length", -1);
  if (mlirAttributeIsNull(type) || !mlirAttributeIsAType(type)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute 'type' is missing or no type");
  spc_eval_tensor_t shape;
  SPC_RETURN_IF_ERROR(shape_of_type(mlirTypeAttrGetValue(type), &shape));
  int64_t bytes = shape.count * spc_eval_element_size(shape.element);  // count is at most 2^59
  if (file < 0 || offset < 0 || length != bytes) {
    char text[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "file %lld, offset %lld and length %lld do not fit its type %s", (long long)file, (long long)offset,
                      (long long)length, spc_eval_tensor_describe(&shape, text, sizeof text));
  }
  bool is_float = spc_eval_element_is_float(shape.element), is_there = files && spc_weight_files_exist(files, file);
  bool is_small = is_float ? bytes <= options->max_weight_bytes : shape.count <= options->max_elements;
  if (is_float && shape.count > options->max_float_elements) {
    *out_tensor = shape;
  } else if (is_there && is_small) {
    const void *data;
    SPC_RETURN_IF_ERROR(spc_weight_files_map(files, file, (uint64_t)offset, (uint64_t)length, &data));
    SPC_RETURN_IF_ERROR(spc_eval_tensor_init(shape.element, shape.rank, shape.dims, out_tensor));
    spc_eval_tensor_decode(out_tensor, data);
  } else if (is_float && options->synthesize_missing && shape.count <= options->max_elements) {
    *out_random = true;
    SPC_RETURN_IF_ERROR(synthesize(&shape, spc_attr_str(op, "name", ""), out_tensor));
  } else {
    *out_tensor = shape;
  }
  return NULL;
}

spc_status_t spc_eval_constant(MlirOperation op, spc_weight_files_t *files, const spc_eval_options_t *options, spc_eval_tensor_t *out_tensor,
                               bool *out_random) {
  memset(out_tensor, 0, sizeof *out_tensor);
  spc_status_t status = spc_op_is(op, "onnx.constant") ? spc_eval_tensor_from_attribute(spc_attr(op, "value"), out_tensor)
                                                       : load_initializer(op, files, options, out_tensor, out_random);
  if (!status) return NULL;
  MlirStringRef name = spc_attr_str(op, "name", "");
  return spc_status_annotate(status, "initializer '%.*s'", (int)name.length, name.data);
}
