// Elementwise operators of one tensor, Cast and Clip.
#include <math.h>
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// ---- Float functions -----------------------------------------------------------------------------------------------

static double op_reciprocal(double x) { return 1.0 / x; }
static double op_sigmoid(double x) { return x >= 0 ? 1.0 / (1.0 + exp(-x)) : exp(x) / (1.0 + exp(x)); }
static double op_softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static double op_negative(double x) { return -x; }
static double op_relu(double x) { return x > 0 || isnan(x) ? x : 0; }
static double op_sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static double op_gelu(double x) { return 0.5 * x * (1 + erf(x * 0.70710678118654752440)); }
static double op_gelu_tanh(double x) { return 0.5 * x * (1 + tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x))); }

static int64_t int_negative(int64_t x) { return (int64_t)(0 - (uint64_t)x); }
static int64_t int_abs(int64_t x) { return x < 0 ? int_negative(x) : x; }
static int64_t int_relu(int64_t x) { return x > 0 ? x : 0; }
static int64_t int_sign(int64_t x) { return (x > 0) - (x < 0); }

static const struct {
  const char *name;
  double (*on_float)(double);
  int64_t (*on_int)(int64_t);  // NULL: floats only
} functions[] = {
    {"onnx.Sqrt", sqrt, NULL},        {"onnx.Reciprocal", op_reciprocal, NULL}, {"onnx.Neg", op_negative, int_negative},
    {"onnx.Exp", exp, NULL},          {"onnx.Log", log, NULL},                  {"onnx.Sigmoid", op_sigmoid, NULL},
    {"onnx.Tanh", tanh, NULL},        {"onnx.Erf", erf, NULL},                  {"onnx.Abs", fabs, int_abs},
    {"onnx.Floor", floor, NULL},      {"onnx.Ceil", ceil, NULL},                {"onnx.Cos", cos, NULL},
    {"onnx.Sin", sin, NULL},          {"onnx.Softplus", op_softplus, NULL},     {"onnx.Relu", op_relu, int_relu},
    {"onnx.Round", nearbyint, NULL},  {"onnx.Sign", op_sign, int_sign},
};

static spc_status_t unary_map(const spc_eval_call_t *call, double (*on_float)(double), int64_t (*on_int)(int64_t)) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "X", &x));
  bool is_float = spc_eval_element_is_float(x->element);
  if (!is_float && !on_int) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its input is of type %s; floats are expected", spc_eval_element_name(x->element));
  }
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) {
    if (is_float) {
      y->f[n] = on_float(x->f[n]);
    } else {
      y->i[n] = spc_eval_wrap(y->element, on_int(x->i[n]));
    }
  }
  return NULL;
}

static spc_status_t eval_unary(const spc_eval_call_t *call) {
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (spc_op_is(call->op, functions[k].name)) return unary_map(call, functions[k].on_float, functions[k].on_int);
  }
  return SPC_STATUS(SPC_INTERNAL, "no function for this elementwise operator");
}

static spc_status_t eval_gelu(const spc_eval_call_t *call) {
  MlirStringRef approximate = spc_attr_str(call->op, "approximate", "none");
  bool is_tanh = approximate.length == 4 && memcmp(approximate.data, "tanh", 4) == 0;
  return unary_map(call, is_tanh ? op_gelu_tanh : op_gelu, NULL);
}

// x * sigmoid(alpha * x): com.microsoft.QuickGelu and ONNX 24's Swish.
static spc_status_t eval_swish(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  double alpha;
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "X", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, "alpha", spc_op_is(call->op, "onnx.Swish") ? 1.0 : 1.702, &alpha));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) y->f[n] = x->f[n] * op_sigmoid(alpha * x->f[n]);
  return NULL;
}

// ---- Predicates ----------------------------------------------------------------------------------------------------

static spc_status_t eval_not(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 0, "X", &x));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, SPC_EVAL_BOOL, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) y->i[n] = x->i[n] == 0;
  return NULL;
}

static spc_status_t eval_classify(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  int64_t positive, negative;
  bool is_nan = spc_op_is(call->op, "onnx.IsNaN");
  SPC_RETURN_IF_ERROR(spc_eval_require_float(call, 0, "X", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "detect_positive", 1, &positive));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "detect_negative", 1, &negative));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, SPC_EVAL_BOOL, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) {
    y->i[n] = is_nan ? isnan(x->f[n]) : isinf(x->f[n]) && (x->f[n] > 0 ? positive != 0 : negative != 0);
  }
  return NULL;
}

// ---- Casts ---------------------------------------------------------------------------------------------------------

// TensorProto.DataType.
static bool element_from_onnx(int64_t data_type, spc_eval_element_t *out_element) {
  switch (data_type) {
    case 1: *out_element = SPC_EVAL_F32; return true;
    case 2: *out_element = SPC_EVAL_U8; return true;
    case 3: *out_element = SPC_EVAL_I8; return true;
    case 4: *out_element = SPC_EVAL_U16; return true;
    case 5: *out_element = SPC_EVAL_I16; return true;
    case 6: *out_element = SPC_EVAL_I32; return true;
    case 7: *out_element = SPC_EVAL_I64; return true;
    case 9: *out_element = SPC_EVAL_BOOL; return true;
    case 10: *out_element = SPC_EVAL_F16; return true;
    case 11: *out_element = SPC_EVAL_F64; return true;
    case 12: *out_element = SPC_EVAL_U32; return true;
    case 13: *out_element = SPC_EVAL_U64; return true;
    case 16: *out_element = SPC_EVAL_BF16; return true;
    default: return false;
  }
}

// Truncates as C does, but saturates where C has no answer.
static int64_t truncate_to_int(double value) {
  if (isnan(value)) return 0;
  if (value >= 0x1p63) return INT64_MAX;
  if (value < -0x1p63) return INT64_MIN;
  return (int64_t)value;
}

static spc_status_t cast_to(const spc_eval_call_t *call, const spc_eval_tensor_t *x, spc_eval_element_t element) {
  bool from_float = spc_eval_element_is_float(x->element), to_float = spc_eval_element_is_float(element);
  // Floats are not rounded, so only the name of the type changes; the same for integers into a type that holds them all.
  if ((from_float && to_float) || x->element == element) {
    SPC_RETURN_IF_ERROR(spc_eval_output_share(call, 0, x, x->rank, x->dims));
    if (call->n_outputs > 0) call->outputs[0].element = element;
    return NULL;
  }
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, element, x->rank, x->dims, spc_eval_has_data(x), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) {
    if (to_float) {
      y->f[n] = x->element == SPC_EVAL_U64 ? (double)(uint64_t)x->i[n] : (double)x->i[n];
    } else if (element == SPC_EVAL_BOOL) {
      y->i[n] = from_float ? x->f[n] != 0 : x->i[n] != 0;
    } else {
      y->i[n] = spc_eval_wrap(element, from_float ? truncate_to_int(x->f[n]) : x->i[n]);
    }
  }
  return NULL;
}

static spc_status_t eval_cast(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  int64_t to;
  spc_eval_element_t element;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "to", 0, &to));
  if (!element_from_onnx(to, &element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "attribute 'to' = %lld is a data type that the evaluator does not know", (long long)to);
  }
  return cast_to(call, x, element);
}

static spc_status_t eval_cast_like(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x, *like;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 1, "target_type", &like));
  return cast_to(call, x, like->element);
}

static spc_status_t eval_identity(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  return spc_eval_output_share(call, 0, x, x->rank, x->dims);
}

// ---- Clip ----------------------------------------------------------------------------------------------------------

// The bound |i|: an input since opset 11, an attribute before. Shape-only bounds make the result shape-only.
static spc_status_t clip_bound(const spc_eval_call_t *call, intptr_t i, const char *name, const spc_eval_tensor_t *x, bool *known, double *f,
                               int64_t *n) {
  const spc_eval_tensor_t *bound = spc_eval_input(call, i);
  if (!bound) {
    SPC_RETURN_IF_ERROR(spc_eval_attr_f64(call, name, *f, f));
    return NULL;
  }
  if (bound->count != 1 || spc_eval_element_is_float(bound->element) != spc_eval_element_is_float(x->element)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "input '%s' is not a scalar of the type of the tensor it bounds", name);
  }
  *known = *known && spc_eval_has_data(bound);
  if (bound->f) *f = bound->f[0];
  if (bound->i) *n = bound->i[0];
  return NULL;
}

static spc_status_t eval_clip(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *x;
  spc_eval_tensor_t *y;
  double f_low = -INFINITY, f_high = INFINITY;
  int64_t low = INT64_MIN, high = INT64_MAX;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "input", &x));
  bool known = spc_eval_has_data(x);
  SPC_RETURN_IF_ERROR(clip_bound(call, 1, "min", x, &known, &f_low, &low));
  SPC_RETURN_IF_ERROR(clip_bound(call, 2, "max", x, &known, &f_high, &high));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, x->rank, x->dims, known, &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++) {
    if (y->f) {
      double v = x->f[n];
      if (v < f_low) v = f_low;
      y->f[n] = v > f_high ? f_high : v;
    } else {
      int64_t v = x->i[n] < low ? low : x->i[n];
      y->i[n] = v > high ? high : v;
    }
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_unary_operators[] = {
    {"onnx.Sqrt", eval_unary},     {"onnx.Reciprocal", eval_unary}, {"onnx.Neg", eval_unary},        {"onnx.Exp", eval_unary},
    {"onnx.Log", eval_unary},      {"onnx.Sigmoid", eval_unary},    {"onnx.Tanh", eval_unary},       {"onnx.Erf", eval_unary},
    {"onnx.Abs", eval_unary},      {"onnx.Floor", eval_unary},      {"onnx.Ceil", eval_unary},       {"onnx.Cos", eval_unary},
    {"onnx.Sin", eval_unary},      {"onnx.Softplus", eval_unary},   {"onnx.Relu", eval_unary},       {"onnx.Round", eval_unary},
    {"onnx.Sign", eval_unary},     {"onnx.Gelu", eval_gelu},        {"onnx.Swish", eval_swish},      {"onnx_ms.QuickGelu", eval_swish},
    {"onnx.Not", eval_not},        {"onnx.IsNaN", eval_classify},   {"onnx.IsInf", eval_classify},   {"onnx.Cast", eval_cast},
    {"onnx.CastLike", eval_cast_like}, {"onnx.Identity", eval_identity}, {"onnx.Clip", eval_clip},   {NULL, NULL},
};
