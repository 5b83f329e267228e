// Operators that read or write at indices: Gather, GatherElements, GatherND, ScatterND, Trilu.
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// An index into a dimension, negative from its end. INVALID_ARGUMENT when out of range.
static spc_status_t wrap_index(int64_t index, int64_t dim, int64_t *out_index) {
  if (index < -dim || index >= dim) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "index %lld is out of range for a dimension of %lld", (long long)index, (long long)dim);
  }
  *out_index = index < 0 ? index + dim : index;
  return NULL;
}

static int64_t product(const int64_t *dims, int32_t begin, int32_t end) {
  int64_t result = 1;
  for (int32_t d = begin; d < end; d++) result *= dims[d];
  return result;
}

static spc_status_t eval_gather(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *indices;
  spc_eval_tensor_t *y;
  int32_t axis, rank = 0;
  int64_t dims[2 * SPC_EVAL_MAX_RANK];
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "indices", &indices));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, 0, x->rank, &axis));
  for (int32_t d = 0; d < axis; d++) dims[rank++] = x->dims[d];
  for (int32_t d = 0; d < indices->rank; d++) dims[rank++] = indices->dims[d];
  for (int32_t d = axis + 1; d < x->rank; d++) dims[rank++] = x->dims[d];
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, rank, dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  int64_t outer = product(x->dims, 0, axis), inner = product(x->dims, axis + 1, x->rank), n = 0;
  for (int64_t o = 0; o < outer; o++) {
    for (int64_t k = 0; k < indices->count; k++) {
      int64_t index = 0;
      SPC_RETURN_IF_ERROR(wrap_index(indices->i[k], x->dims[axis], &index));
      int64_t from = (o * x->dims[axis] + index) * inner;
      for (int64_t c = 0; c < inner; c++) spc_eval_copy(y, n++, x, from + c);
    }
  }
  return NULL;
}

static spc_status_t eval_gather_elements(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *indices;
  spc_eval_tensor_t *y;
  int32_t axis;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "indices", &indices));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, 0, x->rank, &axis));
  if (indices->rank != x->rank) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'data' has rank %d and 'indices' %d", x->rank, indices->rank);
  for (int32_t d = 0; d < x->rank; d++) {
    if (d != axis && indices->dims[d] > x->dims[d]) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'indices' is larger than 'data' in dimension %d", d);
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, indices->dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  spc_eval_walk_t walk = {.rank = y->rank};
  memcpy(walk.dims, y->dims, sizeof walk.dims);
  spc_eval_strides(x->rank, x->dims, walk.strides[0]);
  int64_t axis_stride = walk.strides[0][axis];
  walk.strides[0][axis] = 0;
  for (int64_t n = 0; n < y->count; n++, spc_eval_walk_next(&walk)) {
    int64_t index = 0;
    SPC_RETURN_IF_ERROR(wrap_index(indices->i[n], x->dims[axis], &index));
    spc_eval_copy(y, n, x, walk.at[0] + index * axis_stride);
  }
  return NULL;
}

// The offset of the |depth| leading coordinates at |tuple| in a tensor of these dims, whose first coordinate is dimension |first|.
static spc_status_t tuple_offset(const int64_t *tuple, int64_t depth, const spc_eval_tensor_t *x, int32_t first, int64_t *out_offset) {
  int64_t strides[SPC_EVAL_MAX_RANK];
  spc_eval_strides(x->rank, x->dims, strides);
  *out_offset = 0;
  for (int64_t k = 0; k < depth; k++) {
    int64_t index = 0;
    SPC_RETURN_IF_ERROR(wrap_index(tuple[k], x->dims[first + k], &index));
    *out_offset += index * strides[first + k];
  }
  return NULL;
}

static spc_status_t eval_gather_nd(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *indices;
  spc_eval_tensor_t *y;
  int64_t batch_dims, dims[2 * SPC_EVAL_MAX_RANK];
  int32_t rank = 0;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "indices", &indices));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "batch_dims", 0, &batch_dims));
  if (indices->rank < 1 || batch_dims < 0 || batch_dims >= indices->rank || batch_dims > x->rank) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'batch_dims' = %lld does not fit its inputs", (long long)batch_dims);
  }
  int32_t batch = (int32_t)batch_dims;
  int64_t depth = indices->dims[indices->rank - 1];
  if (depth > x->rank - batch) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its index tuples have %lld entries, 'data' has rank %d", (long long)depth, x->rank);
  }
  for (int32_t d = 0; d < batch; d++) {
    if (x->dims[d] != indices->dims[d]) return SPC_STATUS(SPC_INVALID_ARGUMENT, "batch dimension %d of its inputs differs", d);
  }
  for (int32_t d = 0; d < indices->rank - 1; d++) dims[rank++] = indices->dims[d];
  for (int32_t d = batch + (int32_t)depth; d < x->rank; d++) dims[rank++] = x->dims[d];
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, rank, dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  int64_t slices = product(x->dims, 0, batch), per_batch = product(indices->dims, batch, indices->rank - 1), n = 0;
  int64_t inner = product(x->dims, batch + (int32_t)depth, x->rank), batch_stride = product(x->dims, batch, x->rank);
  for (int64_t b = 0; b < slices; b++) {
    for (int64_t k = 0; k < per_batch; k++) {
      int64_t offset;
      SPC_RETURN_IF_ERROR(tuple_offset(indices->i + (b * per_batch + k) * depth, depth, x, batch, &offset));
      for (int64_t c = 0; c < inner; c++) spc_eval_copy(y, n++, x, b * batch_stride + offset + c);
    }
  }
  return NULL;
}

static spc_status_t eval_scatter_nd(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *indices, *updates;
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "indices", &indices));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 2, "updates", &updates));
  MlirStringRef reduction = spc_attr_str(call->op, "reduction", "none");
  bool is_add = reduction.length == 3 && memcmp(reduction.data, "add", 3) == 0;
  if (!is_add && !(reduction.length == 4 && memcmp(reduction.data, "none", 4) == 0)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "attribute 'reduction' = '%.*s' is not supported, only 'none' and 'add' are", (int)reduction.length,
                      reduction.data);
  }
  int64_t depth = indices->rank > 0 ? indices->dims[indices->rank - 1] : 0;
  int64_t tuples = indices->rank > 0 ? product(indices->dims, 0, indices->rank - 1) : 0;
  if (indices->rank < 1 || depth > x->rank || spc_eval_element_is_float(x->element) != spc_eval_element_is_float(updates->element)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its inputs do not fit together");
  }
  int64_t inner = product(x->dims, (int32_t)depth, x->rank), expected;
  if (__builtin_mul_overflow(tuples, inner, &expected) || updates->count != expected) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'updates' has %lld elements for %lld index tuples of %lld elements", (long long)updates->count,
                      (long long)tuples, (long long)inner);
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  for (int64_t n = 0; n < y->count; n++) spc_eval_copy(y, n, x, n);
  for (int64_t k = 0; k < tuples; k++) {
    int64_t offset;
    SPC_RETURN_IF_ERROR(tuple_offset(indices->i + k * depth, depth, x, 0, &offset));
    for (int64_t c = 0; c < inner; c++) {
      if (!is_add) {
        spc_eval_copy(y, offset + c, updates, k * inner + c);
      } else if (y->f) {
        y->f[offset + c] += updates->f[k * inner + c];
      } else {
        y->i[offset + c] = spc_eval_wrap(y->element, (int64_t)((uint64_t)y->i[offset + c] + (uint64_t)updates->i[k * inner + c]));
      }
    }
  }
  return NULL;
}

// Writes |update| into a copy of |past_cache| along an axis, from write_indices[b] on, as a static KV cache does.
static spc_status_t eval_tensor_scatter(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *past, *update, *starts = spc_eval_input(call, 2);
  spc_eval_tensor_t *y;
  int32_t axis;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "past_cache", &past));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 1, "update", &update));
  if (starts) SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 2, "write_indices", &starts));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, -2, past->rank, &axis));
  MlirStringRef mode = spc_attr_str(call->op, "mode", "linear");
  bool is_circular = mode.length == 8 && memcmp(mode.data, "circular", 8) == 0;
  bool fits = axis > 0 && past->rank == update->rank && update->dims[axis] <= past->dims[axis] &&
              spc_eval_element_is_float(past->element) == spc_eval_element_is_float(update->element) &&
              (!starts || starts->count == past->dims[0]);
  for (int32_t d = 0; d < past->rank && fits; d++) fits = d == axis || past->dims[d] == update->dims[d];
  if (!fits) {
    char a[128], b[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "past_cache %s and update %s do not fit together along axis %d",
                      spc_eval_tensor_describe(past, a, sizeof a), spc_eval_tensor_describe(update, b, sizeof b), axis);
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, past->element, past->rank, past->dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) spc_eval_copy(y, n, past, n);
  int64_t length = update->dims[axis], capacity = past->dims[axis], inner = product(past->dims, axis + 1, past->rank);
  int64_t batch_size = update->count > 0 ? update->count / update->dims[0] : 0;
  for (int64_t n = 0; n < update->count; n++) {
    int64_t start = starts ? starts->i[n / batch_size] : 0, row = n / inner / length, at = n / inner % length;
    if (start < 0 || start >= capacity || (!is_circular && start > capacity - length)) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "write index %lld does not leave room for %lld of %lld positions", (long long)start,
                        (long long)length, (long long)capacity);
    }
    spc_eval_copy(y, (row * capacity + (start + at) % capacity) * inner + n % inner, update, n);
  }
  return NULL;
}

// The upper or lower triangle of the last two dimensions; input k moves the diagonal.
static spc_status_t eval_trilu(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *diagonal = spc_eval_input(call, 1);
  spc_eval_tensor_t *y;
  int64_t upper, k = 0;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "upper", 1, &upper));
  if (diagonal) {
    SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 1, "k", &diagonal));
    if (diagonal->count != 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input 'k' is not a scalar");
  }
  if (x->rank < 2) return SPC_STATUS(SPC_INVALID_ARGUMENT, "its input has rank %d; at least 2 is expected", x->rank);
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  int64_t rows = x->dims[x->rank - 2], columns = x->dims[x->rank - 1];
  if (diagonal) k = diagonal->i[0] > columns ? columns : diagonal->i[0] < -rows ? -rows : diagonal->i[0];  // beyond, nothing changes
  for (int64_t n = 0; n < y->count; n++) {
    int64_t row = n / columns % rows, column = n % columns;
    if (upper ? column - row >= k : column - row <= k) spc_eval_copy(y, n, x, n);
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_index_operators[] = {
    {"onnx.Gather", eval_gather},       {"onnx.GatherElements", eval_gather_elements},
    {"onnx.GatherND", eval_gather_nd},  {"onnx.ScatterND", eval_scatter_nd},
    {"onnx.Trilu", eval_trilu},         {"onnx.TensorScatter", eval_tensor_scatter},
    {NULL, NULL},
};
