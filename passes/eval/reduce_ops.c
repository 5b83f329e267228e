// Reductions and Softmax.
#include <math.h>
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

typedef enum reduce_t { REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD, REDUCE_SUM_SQUARE } reduce_t;

static const struct {
  const char *name;
  reduce_t kind;
} reduce_names[] = {
    {"onnx.ReduceSum", REDUCE_SUM}, {"onnx.ReduceMean", REDUCE_MEAN}, {"onnx.ReduceMax", REDUCE_MAX},
    {"onnx.ReduceMin", REDUCE_MIN}, {"onnx.ReduceProd", REDUCE_PROD}, {"onnx.ReduceSumSquare", REDUCE_SUM_SQUARE},
};

static double reduce_float(reduce_t kind, double so_far, double x) {
  switch (kind) {
    case REDUCE_MAX: return isnan(so_far) || so_far > x ? so_far : x;
    case REDUCE_MIN: return isnan(so_far) || so_far < x ? so_far : x;
    case REDUCE_PROD: return so_far * x;
    case REDUCE_SUM_SQUARE: return so_far + x * x;
    default: return so_far + x;
  }
}

static int64_t reduce_int(reduce_t kind, int64_t so_far, int64_t x) {
  uint64_t a = (uint64_t)so_far, b = (uint64_t)x;
  switch (kind) {
    case REDUCE_MAX: return so_far > x ? so_far : x;
    case REDUCE_MIN: return so_far < x ? so_far : x;
    case REDUCE_PROD: return (int64_t)(a * b);
    case REDUCE_SUM_SQUARE: return (int64_t)(a + b * b);
    default: return (int64_t)(a + b);
  }
}

static double initial(reduce_t kind) {
  switch (kind) {
    case REDUCE_MAX: return -INFINITY;
    case REDUCE_MIN: return INFINITY;
    case REDUCE_PROD: return 1;
    default: return 0;
  }
}

static spc_status_t reduced_axes(const spc_eval_call_t *call, const spc_eval_tensor_t *x, bool *reduced, bool *out_none) {
  int64_t axes[SPC_EVAL_MAX_RANK], noop;
  intptr_t n_axes;
  bool present;
  SPC_RETURN_IF_ERROR(spc_eval_int_list(call, 1, "axes", SPC_EVAL_MAX_RANK, axes, &n_axes, &present));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "noop_with_empty_axes", 0, &noop));
  *out_none = n_axes == 0 && noop != 0;
  for (int32_t d = 0; d < x->rank; d++) reduced[d] = n_axes == 0;
  for (intptr_t k = 0; k < n_axes; k++) {
    int32_t axis;
    SPC_RETURN_IF_ERROR(spc_eval_axis(axes[k], x->rank, &axis));
    reduced[axis] = true;
  }
  return NULL;
}

static void accumulate(reduce_t kind, const spc_eval_tensor_t *x, spc_eval_tensor_t *y, spc_eval_walk_t *walk) {
  int64_t group = y->count > 0 ? x->count / y->count : 0;
  for (int64_t n = 0; n < y->count; n++) {
    if (y->f) {
      y->f[n] = initial(kind);
    } else {
      y->i[n] = kind == REDUCE_MAX ? INT64_MIN : kind == REDUCE_MIN ? INT64_MAX : kind == REDUCE_PROD;
    }
  }
  for (int64_t n = 0; n < x->count; n++, spc_eval_walk_next(walk)) {
    int64_t to = walk->at[0];
    if (y->f) {
      y->f[to] = reduce_float(kind, y->f[to], x->f[n]);
    } else {
      y->i[to] = reduce_int(kind, y->i[to], x->i[n]);
    }
  }
  for (int64_t n = 0; n < y->count; n++) {
    if (y->i) y->i[n] = spc_eval_wrap(y->element, kind == REDUCE_MEAN && group > 0 ? y->i[n] / group : y->i[n]);
    if (y->f && kind == REDUCE_MEAN) y->f[n] /= (double)group;
  }
}

static spc_status_t eval_reduce(const spc_eval_call_t *call) {
  reduce_t kind = REDUCE_SUM;
  for (size_t k = 0; k < sizeof reduce_names / sizeof *reduce_names; k++) {
    if (spc_op_is(call->op, reduce_names[k].name)) kind = reduce_names[k].kind;
  }
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t keep, dims[SPC_EVAL_MAX_RANK];
  bool reduced[SPC_EVAL_MAX_RANK], is_noop;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "keepdims", 1, &keep));
  SPC_RETURN_IF_ERROR(reduced_axes(call, x, reduced, &is_noop));
  if (is_noop && kind != REDUCE_SUM_SQUARE) return spc_eval_output_share(call, 0, x, x->rank, x->dims);
  spc_eval_walk_t walk = {.rank = x->rank};
  int32_t rank = 0;
  int64_t stride = 1;
  for (int32_t d = x->rank - 1; d >= 0; d--) {
    walk.dims[d] = x->dims[d];
    walk.strides[0][d] = reduced[d] && !is_noop ? 0 : stride;
    if (!reduced[d] || is_noop) stride *= x->dims[d];
  }
  for (int32_t d = 0; d < x->rank; d++) {
    if (!reduced[d] || is_noop) {
      dims[rank++] = x->dims[d];
    } else if (keep) {
      dims[rank++] = 1;
    }
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, rank, dims, spc_eval_has_data(x), &y));
  if (y && spc_eval_has_data(y)) accumulate(kind, x, y, &walk);
  return NULL;
}

// One softmax over |length| values |stride| apart. A row of -inf gives NaN, as the definition does.
static void softmax_row(const double *x, double *y, int64_t length, int64_t stride) {
  double largest = -INFINITY, sum = 0;
  for (int64_t k = 0; k < length; k++) {
    if (!(x[k * stride] <= largest)) largest = x[k * stride];
  }
  for (int64_t k = 0; k < length; k++) {
    y[k * stride] = exp(x[k * stride] - largest);
    sum += y[k * stride];
  }
  for (int64_t k = 0; k < length; k++) y[k * stride] /= sum;
}

static spc_status_t eval_softmax(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int32_t axis;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, call->opset < 13 ? 1 : -1, x->rank, &axis));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y) || y->count == 0) return NULL;
  int64_t stride = 1, length = x->dims[axis];
  for (int32_t d = axis + 1; d < x->rank; d++) stride *= x->dims[d];
  if (call->opset < 13) {  // before opset 13 all dimensions from the axis on are one
    length *= stride;
    stride = 1;
  }
  for (int64_t outer = 0; outer < y->count / (length * stride); outer++) {
    for (int64_t inner = 0; inner < stride; inner++) {
      int64_t at = outer * length * stride + inner;
      softmax_row(x->f + at, y->f + at, length, stride);
    }
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_reduce_operators[] = {
    {"onnx.ReduceSum", eval_reduce}, {"onnx.ReduceMean", eval_reduce}, {"onnx.ReduceMax", eval_reduce},
    {"onnx.ReduceMin", eval_reduce}, {"onnx.ReduceProd", eval_reduce}, {"onnx.ReduceSumSquare", eval_reduce},
    {"onnx.Softmax", eval_softmax},  {NULL, NULL},
};
