// Normalisations: LayerNormalization, RMSNormalization, and onnxruntime's Simplified and Skip forms of them.
#include <math.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// True when |t| broadcasts over the trailing |size| elements of x's shape by repeating: its dims, less leading ones, are x's last.
static bool repeats_over(const spc_eval_tensor_t *t, const spc_eval_tensor_t *x, int64_t size) {
  int32_t skip = 0;
  while (skip < t->rank && t->dims[skip] == 1) skip++;
  if (t->rank - skip > x->rank || t->count == 0 || size % t->count != 0) return false;
  for (int32_t d = t->rank - 1, e = x->rank - 1; d >= skip; d--, e--) {
    if (t->dims[d] != x->dims[e]) return false;
  }
  return true;
}

static spc_status_t optional_vector(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t *x, int64_t size,
                                    const spc_eval_tensor_t **out_tensor) {
  *out_tensor = spc_eval_input(call, i);
  if (!*out_tensor) return NULL;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, i, name, out_tensor));
  if (!repeats_over(*out_tensor, x, size)) {
    char a[128], b[128];
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s', %s, does not broadcast over %s", name,
                      spc_eval_tensor_describe(*out_tensor, a, sizeof a), spc_eval_tensor_describe(x, b, sizeof b));
  }
  return NULL;
}

typedef struct norm_t {
  const spc_eval_tensor_t *x, *scale, *bias;  // scale and bias may be NULL
  const spc_eval_tensor_t *skip, *skip_bias;  // added to x first; may be NULL
  bool centered;                              // subtract the mean (LayerNormalization)
  double epsilon;
  int64_t size;                     // elements normalised together
  spc_eval_tensor_t *y, *mean, *inverse, *sum;  // outputs, each may be NULL or shape-only
} norm_t;

static void normalize(const norm_t *n) {
  int64_t size = n->size;
  for (int64_t begin = 0; begin < n->x->count; begin += size) {
    double mean = 0, square = 0;
    double *y = n->y->f + begin;  // holds the input's sum with skip and bias until it is normalised
    for (int64_t k = 0; k < size; k++) {
      y[k] = n->x->f[begin + k];
      if (n->skip) y[k] += n->skip->f[(begin + k) % n->skip->count];
      if (n->skip_bias) y[k] += n->skip_bias->f[k % n->skip_bias->count];
      if (n->sum && n->sum->f) n->sum->f[begin + k] = y[k];
      mean += y[k];
    }
    mean = n->centered ? mean / (double)size : 0;
    for (int64_t k = 0; k < size; k++) square += (y[k] - mean) * (y[k] - mean);
    double inverse = 1.0 / sqrt(square / (double)size + n->epsilon);
    for (int64_t k = 0; k < size; k++) {
      y[k] = (y[k] - mean) * inverse;
      if (n->scale) y[k] *= n->scale->f[k % n->scale->count];
      if (n->bias) y[k] += n->bias->f[k % n->bias->count];
    }
    if (n->mean && n->mean->f) n->mean->f[begin / size] = mean;
    if (n->inverse && n->inverse->f) n->inverse->f[begin / size] = inverse;
  }
}

// Outputs y, then, at these indices, the statistics; -1 where the operator has none.
static spc_status_t norm_outputs(const spc_eval_call_t *call, norm_t *n, int32_t axis, int mean_at, int inverse_at, int sum_at) {
  int64_t dims[SPC_EVAL_MAX_RANK];
  bool known = spc_eval_inputs_have_data(call);
  n->size = 1;
  for (int32_t d = 0; d < n->x->rank; d++) {
    dims[d] = d < axis ? n->x->dims[d] : 1;
    if (d >= axis) n->size *= n->x->dims[d];
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, n->x->element, n->x->rank, n->x->dims, known, &n->y));
  if (mean_at >= 0) SPC_RETURN_IF_ERROR(spc_eval_output(call, mean_at, SPC_EVAL_F32, n->x->rank, dims, known, &n->mean));
  if (inverse_at >= 0) SPC_RETURN_IF_ERROR(spc_eval_output(call, inverse_at, SPC_EVAL_F32, n->x->rank, dims, known, &n->inverse));
  if (sum_at >= 0) SPC_RETURN_IF_ERROR(spc_eval_output(call, sum_at, n->x->element, n->x->rank, n->x->dims, known, &n->sum));
  return NULL;
}

static spc_status_t eval_norm(const spc_eval_call_t *call) {
  norm_t n = {.centered = spc_op_is(call->op, "onnx.LayerNormalization")};
  bool is_rms = spc_op_is(call->op, "onnx.RMSNormalization");
  int32_t axis;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "X", &n.x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_axis(call, -1, n.x->rank, &axis));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "epsilon", 1e-5, &n.epsilon));
  SPC_RETURN_IF_ERROR(norm_outputs(call, &n, axis, n.centered ? 1 : -1, n.centered ? 2 : is_rms ? -1 : 1, -1));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 1, "scale", &n.scale));
  SPC_RETURN_IF_ERROR(optional_vector(call, 1, "scale", n.x, n.size, &n.scale));
  SPC_RETURN_IF_ERROR(optional_vector(call, 2, "B", n.x, n.size, &n.bias));
  if (n.y && n.y->f && n.size > 0) normalize(&n);
  return NULL;
}

// com.microsoft's SkipSimplifiedLayerNormalization(input, skip, gamma, bias) and SkipLayerNormalization(input, skip, gamma, beta, bias):
// the norm of input + skip + bias, and that sum as output 3.
static spc_status_t eval_skip_norm(const spc_eval_call_t *call) {
  norm_t n = {.centered = spc_op_is(call->op, "onnx_ms.SkipLayerNormalization")};
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "input", &n.x));
  if (n.x->rank < 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "its input is a scalar");
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "epsilon", 1e-12, &n.epsilon));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 1, "skip", &n.skip));
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 2, "gamma", &n.scale));
  SPC_RETURN_IF_ERROR(norm_outputs(call, &n, n.x->rank - 1, 1, 2, 3));
  if (n.x->count > 0) SPC_RETURN_IF_ERROR(optional_vector(call, 1, "skip", n.x, n.x->count, &n.skip));
  SPC_RETURN_IF_ERROR(optional_vector(call, 2, "gamma", n.x, n.size, &n.scale));
  if (n.centered) SPC_RETURN_IF_ERROR(optional_vector(call, 3, "beta", n.x, n.size, &n.bias));
  SPC_RETURN_IF_ERROR(optional_vector(call, n.centered ? 4 : 3, "bias", n.x, n.size, &n.skip_bias));
  if (n.y && n.y->f && n.size > 0) normalize(&n);
  return NULL;
}

const spc_eval_operator_t spc_eval_norm_operators[] = {
    {"onnx.LayerNormalization", eval_norm},
    {"onnx.RMSNormalization", eval_norm},
    {"onnx.SimplifiedLayerNormalization", eval_norm},
    {"onnx_ms.SimplifiedLayerNormalization", eval_norm},
    {"onnx_ms.SkipSimplifiedLayerNormalization", eval_skip_norm},
    {"onnx_ms.SkipLayerNormalization", eval_skip_norm},
    {NULL, NULL},
};
