// Operators that make tensors out of shapes and scalars: Shape, Size, ConstantOfShape, Range; and CumSum, which position ids come from.
#include <math.h>

#include "mlir-c/BuiltinAttributes.h"
#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

static int64_t clamp_axis(int64_t axis, int32_t rank) {
  if (axis < 0) axis = axis < -(int64_t)rank ? 0 : axis + rank;
  return axis > rank ? rank : axis;
}

static spc_status_t eval_shape(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t start, end;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "start", 0, &start));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "end", x->rank, &end));
  start = clamp_axis(start, x->rank);
  end = clamp_axis(end, x->rank);
  int64_t count = end > start ? end - start : 0;
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, SPC_EVAL_I64, 1, &count, true, &y));
  for (int64_t n = 0; y && n < count; n++) y->i[n] = x->dims[start + n];
  return NULL;
}

static spc_status_t eval_size(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, SPC_EVAL_I64, 0, NULL, true, &y));
  if (y) y->i[0] = x->count;
  return NULL;
}

static spc_status_t eval_constant_of_shape(const spc_eval_call_t *call) {
  int64_t dims[SPC_EVAL_MAX_RANK];
  intptr_t rank;
  bool present;
  spc_eval_tensor_t value = {.element = SPC_EVAL_F32};
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 0, NULL, SPC_EVAL_MAX_RANK, dims, &rank, &present));
  if (!present) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input 0 ('input') is missing");
  MlirAttribute attr = spc_attr(call->op, "value");
  if (!mlirAttributeIsNull(attr)) {
    SPC_RETURN_IF_ERROR(spc_status_annotate(spc_eval_tensor_from_attribute(attr, &value), "attribute 'value'"));
    if (value.count != 1) {
      spc_eval_tensor_deinit(&value);
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute 'value' does not have exactly one element");
    }
  }
  spc_eval_tensor_t *y;
  spc_status_t status = spc_eval_output(call, 0, value.element, (int32_t)rank, dims, true, &y);
  if (!status && y && spc_eval_has_data(y) && spc_eval_has_data(&value)) {
    for (int64_t n = 0; n < y->count; n++) spc_eval_copy(y, n, &value, 0);
  }
  spc_eval_tensor_deinit(&value);
  return status;
}

static spc_status_t range_count(const spc_eval_tensor_t *start, const spc_eval_tensor_t *limit, const spc_eval_tensor_t *delta,
                                int64_t *out_count) {
  *out_count = 0;
  if (start->f) {
    double steps = ceil((limit->f[0] - start->f[0]) / delta->f[0]);
    if (isnan(steps) || steps > 0x1p52) return SPC_STATUS(SPC_INVALID_ARGUMENT, "its number of elements is out of range");
    *out_count = steps > 0 ? (int64_t)steps : 0;
    return NULL;
  }
  int64_t step = delta->i[0], distance;
  if (step == 0 || __builtin_sub_overflow(limit->i[0], start->i[0], &distance)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its number of elements is out of range (from %lld to %lld by %lld)", (long long)start->i[0],
                      (long long)limit->i[0], (long long)step);
  }
  if (distance == 0 || (distance > 0) != (step > 0)) return NULL;
  uint64_t length = distance > 0 ? (uint64_t)distance : 0 - (uint64_t)distance;
  uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
  *out_count = (int64_t)((length - 1) / stride + 1);
  return NULL;
}

static spc_status_t eval_range(const spc_eval_call_t *call) {
  static const char *const names[3] = {"start", "limit", "delta"};
  const spc_eval_tensor_t *inputs[3];
  spc_eval_tensor_t *y;
  int64_t count;
  for (int k = 0; k < 3; k++) {
    SPC_RETURN_IF_ERROR(spc_eval_require(call, k, names[k], &inputs[k]));
    if (!spc_eval_has_data(inputs[k])) return SPC_STATUS(SPC_UNSUPPORTED, "the value of input '%s' decides a shape but is not known", names[k]);
    if (inputs[k]->count != 1 || !inputs[k]->f != !inputs[0]->f) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s' is not a scalar of the type of 'start'", names[k]);
    }
  }
  SPC_RETURN_IF_ERROR(range_count(inputs[0], inputs[1], inputs[2], &count));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, inputs[0]->element, 1, &count, true, &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < count; n++) {
    if (y->f) {
      y->f[n] = inputs[0]->f[0] + (double)n * inputs[2]->f[0];
    } else {
      y->i[n] = spc_eval_wrap(y->element, inputs[0]->i[0] + n * inputs[2]->i[0]);
    }
  }
  return NULL;
}

static spc_status_t eval_cum_sum(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *axis_input;
  spc_eval_tensor_t *y;
  int32_t axis;
  int64_t exclusive, reverse, strides[SPC_EVAL_MAX_RANK];
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "x", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int_values(call, 1, "axis", &axis_input));
  if (axis_input->count != 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input 'axis' is not a scalar");
  SPC_RETURN_IF_ERROR(spc_eval_axis(axis_input->i[0], x->rank, &axis));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "exclusive", 0, &exclusive));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "reverse", 0, &reverse));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  spc_eval_strides(x->rank, x->dims, strides);
  int64_t stride = strides[axis], length = x->dims[axis];
  // Each element is its predecessor's sum plus the predecessor (exclusive) or itself.
  for (int64_t k = 0; k < y->count; k++) {
    int64_t n = reverse ? y->count - 1 - k : k, position = n / stride % length;
    bool is_first = reverse ? position == length - 1 : position == 0;
    int64_t before = reverse ? n + stride : n - stride, own = exclusive ? before : n;
    if (is_first && exclusive) continue;  // stays 0
    if (y->f) {
      y->f[n] = (is_first ? 0 : y->f[before]) + x->f[own];
    } else {
      y->i[n] = spc_eval_wrap(y->element, (int64_t)((is_first ? 0 : (uint64_t)y->i[before]) + (uint64_t)x->i[own]));
    }
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_generate_operators[] = {
    {"onnx.Shape", eval_shape}, {"onnx.Size", eval_size},      {"onnx.ConstantOfShape", eval_constant_of_shape},
    {"onnx.Range", eval_range}, {"onnx.CumSum", eval_cum_sum}, {NULL, NULL},
};
