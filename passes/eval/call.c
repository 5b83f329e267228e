// Checks that operators share, and dispatch by name.
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// ---- Inputs --------------------------------------------------------------------------------------------------------

const spc_eval_tensor_t *spc_eval_input(const spc_eval_call_t *call, intptr_t i) { return i < call->n_inputs ? call->inputs[i] : NULL; }

spc_status_t spc_eval_require(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out_tensor) {
  *out_tensor = spc_eval_input(call, i);
  if (!*out_tensor) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input %d ('%s') is missing", (int)i, name);
  return NULL;
}

spc_status_t spc_eval_require_float(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_require(call, i, name, out_tensor));
  if (!spc_eval_element_is_float((*out_tensor)->element)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s' is of type %s; floats are expected", name,
                      spc_eval_element_name((*out_tensor)->element));
  }
  return NULL;
}

spc_status_t spc_eval_require_int(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_require(call, i, name, out_tensor));
  if (spc_eval_element_is_float((*out_tensor)->element)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s' is of type %s; integers or booleans are expected", name,
                      spc_eval_element_name((*out_tensor)->element));
  }
  return NULL;
}

spc_status_t spc_eval_require_int_values(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t **out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, i, name, out_tensor));
  if (!spc_eval_has_data(*out_tensor)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "the values of input '%s' decide a shape but depend on data that is not there", name);
  }
  return NULL;
}

bool spc_eval_inputs_have_data(const spc_eval_call_t *call) {
  for (intptr_t i = 0; i < call->n_inputs; i++) {
    if (call->inputs[i] && !spc_eval_has_data(call->inputs[i])) return false;
  }
  return true;
}

// ---- Attributes ----------------------------------------------------------------------------------------------------

spc_status_t spc_eval_attr_i64(const spc_eval_call_t *call, const char *name, int64_t fallback, int64_t *out_value) {
  *out_value = fallback;
  MlirAttribute attr = spc_attr(call->op, name);
  if (mlirAttributeIsNull(attr)) return NULL;
  int64_t value = spc_attr_i64(call->op, name, 0);
  // A value that does not change with the fallback was read, one that does was not.
  if (value == 0 && spc_attr_i64(call->op, name, 1) == 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute '%s' is not an integer", name);
  *out_value = value;
  return NULL;
}

spc_status_t spc_eval_attr_f64(const spc_eval_call_t *call, const char *name, double fallback, double *out_value) {
  *out_value = fallback;
  MlirAttribute attr = spc_attr(call->op, name);
  if (mlirAttributeIsNull(attr)) return NULL;
  if (!mlirAttributeIsAFloat(attr)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute '%s' is not a float", name);
  *out_value = mlirFloatAttrGetValueDouble(attr);
  return NULL;
}

spc_status_t spc_eval_attr_only(const spc_eval_call_t *call, const char *name, int64_t expected) {
  int64_t value;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, name, expected, &value));
  if (value != expected) {
    return SPC_STATUS(SPC_UNSUPPORTED, "attribute '%s' = %lld is not supported, only %lld is", name, (long long)value, (long long)expected);
  }
  return NULL;
}

spc_status_t spc_eval_int_list(const spc_eval_call_t *call, intptr_t i, const char *name, intptr_t max, int64_t *values,
                               intptr_t *out_count, bool *out_present) {
  *out_count = 0;
  *out_present = false;
  const spc_eval_tensor_t *tensor = i >= 0 ? spc_eval_input(call, i) : NULL;
  if (tensor) {
    SPC_RETURN_IF_ERROR(spc_eval_require_int_values(call, i, name ? name : "axes", &tensor));
    if (tensor->rank > 1 || tensor->count > max) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s' has rank %d and %lld elements; a list of at most %d is expected",
                        name ? name : "axes", tensor->rank, (long long)tensor->count, (int)max);
    }
    for (int64_t n = 0; n < tensor->count; n++) values[n] = tensor->i[n];
    *out_count = (intptr_t)tensor->count;
    *out_present = true;
    return NULL;
  }
  MlirAttribute attr = name ? spc_attr(call->op, name) : mlirAttributeGetNull();
  if (mlirAttributeIsNull(attr)) return NULL;
  intptr_t size = spc_array_i64_size(attr);
  if (size < 0 || size > max) return SPC_STATUS(SPC_INVALID_ARGUMENT, "attribute '%s' is not a list of at most %d integers", name, (int)max);
  for (intptr_t n = 0; n < size; n++) values[n] = spc_array_i64_at(attr, n);
  *out_count = size;
  *out_present = true;
  return NULL;
}

spc_status_t spc_eval_axis(int64_t axis, int32_t rank, int32_t *out_axis) {
  *out_axis = 0;
  if (axis < -(int64_t)rank || axis >= rank) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "axis %lld is out of range for a tensor of rank %d", (long long)axis, rank);
  }
  *out_axis = (int32_t)(axis < 0 ? axis + rank : axis);
  return NULL;
}

spc_status_t spc_eval_attr_axis(const spc_eval_call_t *call, int64_t fallback, int32_t rank, int32_t *out_axis) {
  int64_t axis;
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "axis", fallback, &axis));
  return spc_eval_axis(axis, rank, out_axis);
}

// ---- Outputs -------------------------------------------------------------------------------------------------------

spc_status_t spc_eval_output(const spc_eval_call_t *call, intptr_t i, spc_eval_element_t element, int32_t rank, const int64_t *dims,
                             bool with_values, spc_eval_tensor_t **out_tensor) {
  *out_tensor = NULL;
  if (i >= call->n_outputs) return NULL;
  spc_eval_tensor_t shape;
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_shape(element, rank, dims, &shape));
  bool is_float = spc_eval_element_is_float(element);
  if (is_float && shape.count > call->options->max_float_elements) with_values = false;
  if (with_values && shape.count > call->options->max_elements) {
    char text[128];
    return SPC_STATUS(SPC_UNSUPPORTED, "its result %s is larger than the %lld elements that the evaluator computes",
                      spc_eval_tensor_describe(&shape, text, sizeof text), (long long)call->options->max_elements);
  }
  if (with_values) {
    SPC_RETURN_IF_ERROR(spc_eval_tensor_init(element, rank, dims, &call->outputs[i]));
  } else {
    call->outputs[i] = shape;
  }
  *out_tensor = &call->outputs[i];
  return NULL;
}

spc_status_t spc_eval_output_share(const spc_eval_call_t *call, intptr_t i, const spc_eval_tensor_t *source, int32_t rank,
                                   const int64_t *dims) {
  if (i >= call->n_outputs) return NULL;
  return spc_eval_tensor_share_as(source, rank, dims, &call->outputs[i]);
}

// ---- Walking -------------------------------------------------------------------------------------------------------

void spc_eval_strides(int32_t rank, const int64_t *dims, int64_t *strides) {
  int64_t stride = 1;
  for (int32_t d = rank - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= dims[d];
  }
}

spc_status_t spc_eval_broadcast(int n, const spc_eval_tensor_t *const *tensors, spc_eval_walk_t *out_walk) {
  memset(out_walk, 0, sizeof *out_walk);
  for (int k = 0; k < n; k++) {
    if (tensors[k]->rank > out_walk->rank) out_walk->rank = tensors[k]->rank;
  }
  for (int32_t d = 0; d < out_walk->rank; d++) out_walk->dims[d] = 1;
  for (int k = 0; k < n; k++) {
    int32_t pad = out_walk->rank - tensors[k]->rank;
    int64_t own[SPC_EVAL_MAX_RANK];
    spc_eval_strides(tensors[k]->rank, tensors[k]->dims, own);
    for (int32_t d = 0; d < tensors[k]->rank; d++) {
      int64_t dim = tensors[k]->dims[d], *out = &out_walk->dims[d + pad];
      if (dim == 1) continue;
      if (*out != 1 && *out != dim) {
        char a[128], b[128];
        spc_eval_tensor_describe(tensors[0], a, sizeof a);
        spc_eval_tensor_describe(tensors[k], b, sizeof b);
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s and %s do not broadcast", a, b);
      }
      *out = dim;
      out_walk->strides[k][d + pad] = own[d];
    }
  }
  return NULL;
}

// ---- Dispatch ------------------------------------------------------------------------------------------------------

static const spc_eval_operator_t *const operator_tables[] = {
    spc_eval_unary_operators,  spc_eval_binary_operators, spc_eval_shape_operators, spc_eval_index_operators,  spc_eval_generate_operators,
    spc_eval_reduce_operators, spc_eval_matmul_operators, spc_eval_norm_operators,  spc_eval_rotary_operators, spc_eval_attention_operators,
    spc_eval_group_query_operators,
};

static const spc_eval_operator_t *find_operator(MlirOperation op) {
  MlirStringRef name = spc_op_name(op);
  for (size_t t = 0; t < sizeof operator_tables / sizeof *operator_tables; t++) {
    for (const spc_eval_operator_t *entry = operator_tables[t]; entry->name; entry++) {
      if (strlen(entry->name) == name.length && memcmp(entry->name, name.data, name.length) == 0) return entry;
    }
  }
  return NULL;
}

bool spc_eval_knows(MlirOperation op) { return find_operator(op) != NULL; }

// The opset of the op's domain, which its function carries; without one, the newest that the evaluator follows.
static int64_t opset_of(MlirOperation op) {
  const int64_t newest = 24;
  MlirOperation parent = mlirOperationGetParentOperation(op);
  if (mlirOperationIsNull(parent)) return newest;
  MlirStringRef name = spc_op_name(op);
  bool is_ms = name.length > 8 && memcmp(name.data, "onnx_ms.", 8) == 0;
  return is_ms ? spc_attr_i64(parent, "onnx.ms_opset", 1) : spc_attr_i64(parent, "onnx.opset", newest);
}

spc_eval_options_t spc_eval_value_options(void) {
  return (spc_eval_options_t){.max_elements = INT64_C(1) << 28, .max_float_elements = INT64_MAX, .max_weight_bytes = INT64_C(16) << 20,
                              .synthesize_missing = true};
}

spc_eval_options_t spc_eval_shape_options(void) {
  return (spc_eval_options_t){.max_elements = INT64_C(1) << 22, .max_float_elements = 4096, .max_weight_bytes = 4096 * 8,
                              .synthesize_missing = false};
}

spc_status_t spc_eval_op(MlirOperation op, const spc_eval_options_t *options, intptr_t n_inputs, const spc_eval_tensor_t *const *inputs,
                         intptr_t n_outputs, spc_eval_tensor_t *outputs) {
  for (intptr_t i = 0; i < n_outputs; i++) memset(&outputs[i], 0, sizeof outputs[i]);
  char description[256];
  const spc_eval_operator_t *entry = find_operator(op);
  if (!entry) {
    return SPC_STATUS(SPC_UNSUPPORTED, "%s: the evaluator does not know this operator",
                      spc_op_describe(op, description, sizeof description));
  }
  spc_eval_call_t call = {op, options, opset_of(op), n_inputs, inputs, n_outputs, outputs};
  spc_status_t status = entry->fn(&call);
  for (intptr_t i = 0; i < n_outputs && !status; i++) {
    bool is_untouched = outputs[i].rank == 0 && outputs[i].count == 0;  // a scalar counts 1
    if (is_untouched) status = SPC_STATUS(SPC_INVALID_ARGUMENT, "it has %d outputs; the operator has fewer", (int)n_outputs);
  }
  if (status) {
    for (intptr_t i = 0; i < n_outputs; i++) spc_eval_tensor_deinit(&outputs[i]);
    return spc_status_annotate(status, "%s", spc_op_describe(op, description, sizeof description));
  }
  return NULL;
}
