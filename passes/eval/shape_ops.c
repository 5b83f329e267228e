// Operators that give the same values another shape, join or cut them: Reshape, Transpose, Concat, Split, Slice and their kin.
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

#define MAX_PARTS 256  // outputs of a Split

// ---- The same values, another shape --------------------------------------------------------------------------------

static spc_status_t eval_reshape(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int64_t dims[SPC_EVAL_MAX_RANK], allow_zero;
  intptr_t rank;
  bool present;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "shape", SPC_EVAL_MAX_RANK, dims, &rank, &present));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "allowzero", 0, &allow_zero));
  if (!present) return SPC_STATUS(SPC_INVALID_ARGUMENT, "input 1 ('shape') is missing");
  intptr_t inferred = -1;
  int64_t known = 1;
  for (intptr_t d = 0; d < rank; d++) {
    if (dims[d] == 0 && !allow_zero) {
      if (d >= x->rank) return SPC_STATUS(SPC_INVALID_ARGUMENT, "shape[%d] = 0 copies a dimension that the input does not have", (int)d);
      dims[d] = x->dims[d];
    }
    if (dims[d] == -1) {
      if (inferred >= 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "its shape has more than one -1");
      inferred = d;
    } else if (dims[d] < 0 || __builtin_mul_overflow(known, dims[d], &known)) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "shape[%d] = %lld is out of range", (int)d, (long long)dims[d]);
    }
  }
  if (inferred >= 0) {
    if (known == 0 || x->count % known != 0) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "its input has %lld elements, which the -1 in its shape cannot divide into groups of %lld",
                        (long long)x->count, (long long)known);
    }
    dims[inferred] = x->count / known;
  }
  return spc_eval_output_share(call, 0, x, (int32_t)rank, dims);
}

static spc_status_t eval_flatten(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int64_t axis, dims[2] = {1, 1};
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "axis", 1, &axis));
  if (axis < -(int64_t)x->rank || axis > x->rank) return SPC_STATUS(SPC_INVALID_ARGUMENT, "axis %lld is out of range", (long long)axis);
  if (axis < 0) axis += x->rank;
  for (int32_t d = 0; d < x->rank; d++) dims[d >= axis] *= x->dims[d];
  return spc_eval_output_share(call, 0, x, 2, dims);
}

static spc_status_t eval_unsqueeze(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int64_t axes[SPC_EVAL_MAX_RANK], dims[SPC_EVAL_MAX_RANK];
  intptr_t n_axes;
  bool present, is_new[SPC_EVAL_MAX_RANK] = {false};
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "axes", SPC_EVAL_MAX_RANK, axes, &n_axes, &present));
  if (!present) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'axes' is missing");
  int32_t rank = x->rank + (int32_t)n_axes;
  if (rank > SPC_EVAL_MAX_RANK) return SPC_STATUS(SPC_UNSUPPORTED, "its result has rank %d, above %d", rank, SPC_EVAL_MAX_RANK);
  for (intptr_t k = 0; k < n_axes; k++) {
    int32_t axis;
    SPC_RETURN_IF_ERROR(spc_eval_axis(axes[k], rank, &axis));
    if (is_new[axis]) return SPC_STATUS(SPC_INVALID_ARGUMENT, "axis %d appears twice in 'axes'", axis);
    is_new[axis] = true;
  }
  for (int32_t d = 0, from = 0; d < rank; d++) dims[d] = is_new[d] ? 1 : x->dims[from++];
  return spc_eval_output_share(call, 0, x, rank, dims);
}

static spc_status_t eval_squeeze(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int64_t axes[SPC_EVAL_MAX_RANK], dims[SPC_EVAL_MAX_RANK];
  intptr_t n_axes;
  bool present, gone[SPC_EVAL_MAX_RANK] = {false};
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "axes", SPC_EVAL_MAX_RANK, axes, &n_axes, &present));
  for (int32_t d = 0; d < x->rank && !present; d++) gone[d] = x->dims[d] == 1;
  for (intptr_t k = 0; k < n_axes; k++) {
    int32_t axis;
    SPC_RETURN_IF_ERROR(spc_eval_axis(axes[k], x->rank, &axis));
    if (x->dims[axis] != 1) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "axis %d, which it drops, has size %lld", axis, (long long)x->dims[axis]);
    }
    gone[axis] = true;
  }
  int32_t rank = 0;
  for (int32_t d = 0; d < x->rank; d++) {
    if (!gone[d]) dims[rank++] = x->dims[d];
  }
  return spc_eval_output_share(call, 0, x, rank, dims);
}

// ---- Another order -------------------------------------------------------------------------------------------------

// Fills |y| by walking its shape over |x| from |start| with |strides|.
static void fill_strided(spc_eval_tensor_t *y, const spc_eval_tensor_t *x, int64_t start, const int64_t *strides) {
  spc_eval_walk_t walk = {.rank = y->rank};
  memcpy(walk.dims, y->dims, sizeof walk.dims);
  memcpy(walk.strides[0], strides, (size_t)y->rank * sizeof strides[0]);
  for (int64_t n = 0; n < y->count; n++, spc_eval_walk_next(&walk)) spc_eval_copy(y, n, x, start + walk.at[0]);
}

static spc_status_t eval_transpose(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t perm[SPC_EVAL_MAX_RANK], dims[SPC_EVAL_MAX_RANK], from[SPC_EVAL_MAX_RANK], strides[SPC_EVAL_MAX_RANK];
  intptr_t n_perm;
  bool present, seen[SPC_EVAL_MAX_RANK] = {false};
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, -1, "perm", SPC_EVAL_MAX_RANK, perm, &n_perm, &present));
  if (present && n_perm != x->rank) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'perm' has %d entries for rank %d", (int)n_perm, x->rank);
  spc_eval_strides(x->rank, x->dims, from);
  for (int32_t d = 0; d < x->rank; d++) {
    int64_t axis = present ? perm[d] : x->rank - 1 - d;
    if (axis < 0 || axis >= x->rank || seen[axis]) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'perm' is not a permutation");
    seen[axis] = true;
    dims[d] = x->dims[axis];
    strides[d] = from[axis];
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, dims, spc_eval_has_data(x), &y));
  if (y && spc_eval_has_data(y)) fill_strided(y, x, 0, strides);
  return NULL;
}

static spc_status_t slice_bounds(int64_t start, int64_t end, int64_t step, int64_t dim, int64_t *out_start, int64_t *out_count) {
  if (step == 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "a step of its slice is 0");
  if (start < 0) start = start < -dim ? -1 : start + dim;  // -1: before the first element
  if (end < 0) end = end < -dim ? -1 : end + dim;
  if (step > 0) {
    start = start < 0 ? 0 : start > dim ? dim : start;
    end = end < 0 ? 0 : end > dim ? dim : end;
    *out_count = end > start ? (end - start - 1) / step + 1 : 0;
  } else {
    // -step overflows for INT64_MIN, which takes one element at most, as does any step beyond the dimension.
    uint64_t stride = 0 - (uint64_t)step;
    start = start > dim - 1 ? dim - 1 : start < 0 && dim > 0 ? 0 : start;
    end = end > dim - 1 ? dim - 1 : end;
    *out_count = start > end ? (int64_t)(((uint64_t)(start - end) - 1) / stride + 1) : 0;
  }
  *out_start = *out_count > 0 ? start : 0;
  return NULL;
}

static spc_status_t eval_slice(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t starts[SPC_EVAL_MAX_RANK], ends[SPC_EVAL_MAX_RANK], axes[SPC_EVAL_MAX_RANK], steps[SPC_EVAL_MAX_RANK];
  int64_t dims[SPC_EVAL_MAX_RANK], strides[SPC_EVAL_MAX_RANK], origin = 0;
  intptr_t n_starts, n_ends, n_axes, n_steps;
  bool has_starts, has_ends, has_axes, has_steps, seen[SPC_EVAL_MAX_RANK] = {false};
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "starts", SPC_EVAL_MAX_RANK, starts, &n_starts, &has_starts));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 2, "ends", SPC_EVAL_MAX_RANK, ends, &n_ends, &has_ends));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 3, "axes", SPC_EVAL_MAX_RANK, axes, &n_axes, &has_axes));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 4, "steps", SPC_EVAL_MAX_RANK, steps, &n_steps, &has_steps));
  if (!has_starts || !has_ends || n_starts != n_ends || (has_axes && n_axes != n_starts) || (has_steps && n_steps != n_starts) ||
      n_starts > x->rank) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'starts', 'ends', 'axes' and 'steps' are not lists of one length, at most its input's rank");
  }
  memcpy(dims, x->dims, sizeof dims);
  spc_eval_strides(x->rank, x->dims, strides);
  for (intptr_t k = 0; k < n_starts; k++) {
    int32_t axis;
    int64_t first = 0, count = 0, step = has_steps ? steps[k] : 1;
    SPC_RETURN_IF_ERROR(spc_eval_axis(has_axes ? axes[k] : k, x->rank, &axis));
    if (seen[axis]) return SPC_STATUS(SPC_INVALID_ARGUMENT, "axis %d is sliced twice", axis);
    seen[axis] = true;
    SPC_RETURN_IF_ERROR(slice_bounds(starts[k], ends[k], step, x->dims[axis], &first, &count));
    origin += first * strides[axis];
    dims[axis] = count;
    strides[axis] = count > 1 ? strides[axis] * step : 0;  // a step that is never taken may be any number
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, dims, spc_eval_has_data(x), &y));
  if (y && spc_eval_has_data(y)) fill_strided(y, x, origin, strides);
  return NULL;
}

// ---- Repeating -----------------------------------------------------------------------------------------------------

static spc_status_t eval_expand(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y, shape;
  int64_t dims[SPC_EVAL_MAX_RANK];
  intptr_t rank;
  bool present;
  spc_eval_walk_t walk;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "shape", SPC_EVAL_MAX_RANK, dims, &rank, &present));
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_shape(x->element, (int32_t)rank, dims, &shape));
  SPC_RETURN_IF_ERROR(spc_eval_broadcast(2, (const spc_eval_tensor_t *const[]){x, &shape}, &walk));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, walk.rank, walk.dims, spc_eval_has_data(x), &y));
  if (y && spc_eval_has_data(y)) fill_strided(y, x, 0, walk.strides[0]);
  return NULL;
}

static spc_status_t eval_tile(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t repeats[SPC_EVAL_MAX_RANK], dims[SPC_EVAL_MAX_RANK], strides[SPC_EVAL_MAX_RANK];
  intptr_t n_repeats;
  bool present;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "repeats", SPC_EVAL_MAX_RANK, repeats, &n_repeats, &present));
  if (n_repeats != x->rank) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'repeats' has %d entries for rank %d", (int)n_repeats, x->rank);
  for (int32_t d = 0; d < x->rank; d++) {
    if (repeats[d] < 0 || __builtin_mul_overflow(repeats[d], x->dims[d], &dims[d])) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "repeats[%d] = %lld is out of range", d, (long long)repeats[d]);
    }
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  spc_eval_strides(x->rank, x->dims, strides);
  spc_eval_walk_t walk = {.rank = y->rank};
  memcpy(walk.dims, y->dims, sizeof walk.dims);
  for (int64_t n = 0; n < y->count; n++, spc_eval_walk_next(&walk)) {
    int64_t from = 0;
    for (int32_t d = 0; d < x->rank; d++) from += walk.index[d] % x->dims[d] * strides[d];
    spc_eval_copy(y, n, x, from);
  }
  return NULL;
}

// ---- Joining and cutting -------------------------------------------------------------------------------------------

// Elements before and after |axis|.
static void around_axis(int32_t rank, const int64_t *dims, int32_t axis, int64_t *out_outer, int64_t *out_inner) {
  *out_outer = *out_inner = 1;
  for (int32_t d = 0; d < rank; d++) {
    if (d < axis) *out_outer *= dims[d];
    if (d > axis) *out_inner *= dims[d];
  }
}

static spc_status_t eval_concat(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *first, *part;
  spc_eval_tensor_t *y;
  int32_t axis;
  int64_t dims[SPC_EVAL_MAX_RANK], outer, inner;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "inputs", &first));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, call->opset < 4 ? 1 : 0, first->rank, &axis));
  memcpy(dims, first->dims, sizeof dims);
  dims[axis] = 0;
  for (intptr_t i = 0; i < call->n_inputs; i++) {
    SPC_RETURN_IF_ERROR(spc_eval_require(call, i, "inputs", &part));
    bool matches = part->rank == first->rank && spc_eval_element_is_float(part->element) == spc_eval_element_is_float(first->element);
    for (int32_t d = 0; d < first->rank && matches; d++) matches = d == axis || part->dims[d] == first->dims[d];
    if (!matches || __builtin_add_overflow(dims[axis], part->dims[axis], &dims[axis])) {
      char a[128], b[128];
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "inputs 0 and %d, %s and %s, do not concatenate along axis %d", (int)i,
                        spc_eval_tensor_describe(first, a, sizeof a), spc_eval_tensor_describe(part, b, sizeof b), axis);
    }
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, first->element, first->rank, dims, spc_eval_inputs_have_data(call), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  around_axis(y->rank, y->dims, axis, &outer, &inner);
  int64_t row = dims[axis] * inner, column = 0;
  for (intptr_t i = 0; i < call->n_inputs; i++) {
    part = call->inputs[i];
    int64_t width = part->dims[axis] * inner;
    for (int64_t r = 0; r < outer; r++) {
      for (int64_t c = 0; c < width; c++) spc_eval_copy(y, r * row + column + c, part, r * width + c);
    }
    column += width;
  }
  return NULL;
}

// Sizes along the split axis: given, or equal with a smaller last one.
static spc_status_t split_sizes(const spc_eval_call_t *call, int64_t dim, int64_t *sizes, intptr_t *out_count) {
  bool present;
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "split", MAX_PARTS, sizes, out_count, &present));
  if (!present) {
    int64_t parts;
    SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "num_outputs", call->n_outputs, &parts));
    if (parts < 1 || parts > MAX_PARTS) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%lld outputs of a Split; 1 to %d are possible", (long long)parts, MAX_PARTS);
    }
    int64_t size = dim / parts + (dim % parts != 0), rest = dim;
    for (int64_t k = 0; k < parts; k++) {
      sizes[k] = rest < size ? rest : size;
      rest -= sizes[k];
    }
    *out_count = (intptr_t)parts;
  }
  int64_t total = 0;
  for (intptr_t k = 0; k < *out_count; k++) {
    if (sizes[k] < 0 || __builtin_add_overflow(total, sizes[k], &total)) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "split[%d] = %lld is out of range", (int)k, (long long)sizes[k]);
    }
  }
  if (total != dim || *out_count < call->n_outputs) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'split' has %d sizes of sum %lld for %d outputs and a dimension of %lld", (int)*out_count,
                      (long long)total, (int)call->n_outputs, (long long)dim);
  }
  return NULL;
}

static spc_status_t eval_split(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int32_t axis;
  int64_t sizes[MAX_PARTS], outer, inner, column = 0;
  intptr_t n_sizes;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, 0, x->rank, &axis));
  SPC_RETURN_IF_ERROR(split_sizes(call, x->dims[axis], sizes, &n_sizes));
  around_axis(x->rank, x->dims, axis, &outer, &inner);
  for (intptr_t i = 0; i < call->n_outputs; i++) {
    spc_eval_tensor_t *y;
    int64_t dims[SPC_EVAL_MAX_RANK], width = sizes[i] * inner, row = x->dims[axis] * inner;
    memcpy(dims, x->dims, sizeof dims);
    dims[axis] = sizes[i];
    SPC_RETURN_IF_ERROR(spc_eval_output(call, i, x->element, x->rank, dims, spc_eval_has_data(x), &y));
    if (spc_eval_has_data(y) && y->count > 0) {
      for (int64_t r = 0; r < outer; r++) {
        for (int64_t c = 0; c < width; c++) spc_eval_copy(y, r * width + c, x, r * row + column + c);
      }
    }
    column += width;
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_shape_operators[] = {
    {"onnx.Reshape", eval_reshape},     {"onnx.Flatten", eval_flatten}, {"onnx.Unsqueeze", eval_unsqueeze}, {"onnx.Squeeze", eval_squeeze},
    {"onnx.Transpose", eval_transpose}, {"onnx.Slice", eval_slice},     {"onnx.Expand", eval_expand},       {"onnx.Tile", eval_tile},
    {"onnx.Concat", eval_concat},       {"onnx.Split", eval_split},     {NULL, NULL},
};
