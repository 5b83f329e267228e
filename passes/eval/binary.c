// Elementwise operators of several tensors, with numpy's broadcasting.
#include <math.h>
#include <string.h>

#include "passes/eval/ops.h"
#include "passes/ir/ir.h"

// ---- Arithmetic ----------------------------------------------------------------------------------------------------

typedef enum binary_t {
  BINARY_ADD,
  BINARY_SUB,
  BINARY_MUL,
  BINARY_DIV,
  BINARY_POW,
  BINARY_MOD,   // the sign of the divisor, as Python's %
  BINARY_FMOD,  // the sign of the dividend, as C's fmod
  BINARY_MIN,
  BINARY_MAX,
  BINARY_EQUAL,
  BINARY_GREATER,
  BINARY_GREATER_OR_EQUAL,
  BINARY_LESS,
  BINARY_LESS_OR_EQUAL,
  BINARY_AND,
  BINARY_OR,
  BINARY_XOR,
} binary_t;

static const struct {
  const char *name;
  binary_t kind;
} binary_names[] = {
    {"onnx.Add", BINARY_ADD},         {"onnx.Sub", BINARY_SUB},
    {"onnx.Mul", BINARY_MUL},         {"onnx.Div", BINARY_DIV},
    {"onnx.Pow", BINARY_POW},         {"onnx.Mod", BINARY_MOD},
    {"onnx.Equal", BINARY_EQUAL},     {"onnx.Greater", BINARY_GREATER},
    {"onnx.Less", BINARY_LESS},       {"onnx.GreaterOrEqual", BINARY_GREATER_OR_EQUAL},
    {"onnx.And", BINARY_AND},         {"onnx.LessOrEqual", BINARY_LESS_OR_EQUAL},
    {"onnx.Or", BINARY_OR},           {"onnx.Xor", BINARY_XOR},
};

static bool is_predicate(binary_t kind) { return kind >= BINARY_EQUAL; }
static bool is_logical(binary_t kind) { return kind >= BINARY_AND; }

static double float_binary(binary_t kind, double a, double b) {
  switch (kind) {
    case BINARY_ADD: return a + b;
    case BINARY_SUB: return a - b;
    case BINARY_MUL: return a * b;
    case BINARY_DIV: return a / b;
    case BINARY_POW: return pow(a, b);
    case BINARY_MIN: return isnan(a) || a < b ? a : b;
    case BINARY_MAX: return isnan(a) || a > b ? a : b;
    default: return fmod(a, b);
  }
}

static bool float_predicate(binary_t kind, double a, double b) {
  switch (kind) {
    case BINARY_EQUAL: return a == b;
    case BINARY_GREATER: return a > b;
    case BINARY_GREATER_OR_EQUAL: return a >= b;
    case BINARY_LESS: return a < b;
    default: return a <= b;
  }
}

static bool int_predicate(binary_t kind, int64_t a, int64_t b) {
  switch (kind) {
    case BINARY_EQUAL: return a == b;
    case BINARY_GREATER: return a > b;
    case BINARY_GREATER_OR_EQUAL: return a >= b;
    case BINARY_LESS: return a < b;
    case BINARY_LESS_OR_EQUAL: return a <= b;
    case BINARY_AND: return a && b;
    case BINARY_OR: return a || b;
    default: return !a != !b;
  }
}

static int64_t int_power(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  uint64_t result = 1, square = (uint64_t)base;
  for (; exponent; exponent >>= 1, square *= square) {
    if (exponent & 1) result *= square;
  }
  return (int64_t)result;
}

// Two's complement throughout; only division by zero has no answer.
static bool int_binary(binary_t kind, int64_t a, int64_t b, int64_t *out) {
  switch (kind) {
    case BINARY_ADD: *out = (int64_t)((uint64_t)a + (uint64_t)b); return true;
    case BINARY_SUB: *out = (int64_t)((uint64_t)a - (uint64_t)b); return true;
    case BINARY_MUL: *out = (int64_t)((uint64_t)a * (uint64_t)b); return true;
    case BINARY_POW: *out = int_power(a, b); return true;
    case BINARY_MIN: *out = a < b ? a : b; return true;
    case BINARY_MAX: *out = a > b ? a : b; return true;
    case BINARY_DIV:
      if (b == 0) return false;
      *out = b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
      return true;
    default:
      if (b == 0) return false;
      *out = b == -1 ? 0 : a % b;
      if (kind == BINARY_MOD && *out != 0 && (*out < 0) != (b < 0)) *out += b;
      return true;
  }
}

static double as_double(const spc_eval_tensor_t *tensor, int64_t n) { return tensor->f ? tensor->f[n] : (double)tensor->i[n]; }

// Applies |kind| to a and b into output 0 or, when |out| is given, into that new tensor.
static spc_status_t apply(const spc_eval_call_t *call, binary_t kind, const spc_eval_tensor_t *a, const spc_eval_tensor_t *b,
                          spc_eval_tensor_t *out) {
  bool is_float = spc_eval_element_is_float(a->element), mixed = is_float != spc_eval_element_is_float(b->element);
  if ((mixed && kind != BINARY_POW) || (is_float && is_logical(kind))) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its inputs are of types %s and %s, which it does not take", spc_eval_element_name(a->element),
                      spc_eval_element_name(b->element));
  }
  if (is_float && kind == BINARY_MOD) return SPC_STATUS(SPC_INVALID_ARGUMENT, "floats need attribute 'fmod' = 1");
  spc_eval_walk_t walk;
  SPC_RETURN_IF_ERROR(spc_eval_broadcast(2, (const spc_eval_tensor_t *const[]){a, b}, &walk));
  spc_eval_call_t target = *call;
  if (out) target.outputs = out, target.n_outputs = 1;
  spc_eval_tensor_t *y;
  SPC_RETURN_IF_ERROR(spc_eval_output(&target, 0, is_predicate(kind) ? SPC_EVAL_BOOL : a->element, walk.rank, walk.dims,
                                      spc_eval_has_data(a) && spc_eval_has_data(b), &y));
  if (!y || !spc_eval_has_data(y)) return NULL;
  for (int64_t n = 0; n < y->count; n++, spc_eval_walk_next(&walk)) {
    int64_t p = walk.at[0], q = walk.at[1];
    if (is_predicate(kind)) {
      y->i[n] = is_float ? float_predicate(kind, a->f[p], b->f[q]) : int_predicate(kind, a->i[p], b->i[q]);
    } else if (is_float) {
      y->f[n] = float_binary(kind, a->f[p], as_double(b, q));
    } else if (mixed) {
      double power = pow((double)a->i[p], b->f[q]);
      y->i[n] = fabs(power) < 0x1p63 ? spc_eval_wrap(y->element, (int64_t)power) : 0;
    } else {
      int64_t value;
      if (!int_binary(kind, a->i[p], b->i[q], &value)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "integer division by zero");
      y->i[n] = spc_eval_wrap(y->element, value);
    }
  }
  return NULL;
}

static spc_status_t eval_binary(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *a, *b;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "A", &a));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 1, "B", &b));
  for (size_t k = 0; k < sizeof binary_names / sizeof *binary_names; k++) {
    if (!spc_op_is(call->op, binary_names[k].name)) continue;
    binary_t kind = binary_names[k].kind;
    if (kind == BINARY_MOD) {
      int64_t fmod_attribute;
      SPC_RETURN_IF_ERROR(spc_eval_attr_i64(call, "fmod", 0, &fmod_attribute));
      if (fmod_attribute) kind = BINARY_FMOD;
    }
    return apply(call, kind, a, b, NULL);
  }
  return SPC_STATUS(SPC_INTERNAL, "no function for this elementwise operator");
}

// Min, Max and Sum of any number of tensors.
static spc_status_t eval_variadic(const spc_eval_call_t *call) {
  binary_t kind = spc_op_is(call->op, "onnx.Min") ? BINARY_MIN : spc_op_is(call->op, "onnx.Max") ? BINARY_MAX : BINARY_ADD;
  const spc_eval_tensor_t *first;
  spc_eval_tensor_t folded;
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 0, "data_0", &first));
  spc_eval_tensor_share(first, &folded);
  for (intptr_t i = 1; i < call->n_inputs; i++) {
    const spc_eval_tensor_t *next;
    spc_eval_tensor_t result = {0};
    spc_status_t status = spc_eval_require(call, i, "data", &next);
    if (!status) status = apply(call, kind, &folded, next, &result);
    spc_eval_tensor_deinit(&folded);
    if (status) {
      spc_eval_tensor_deinit(&result);
      return status;
    }
    folded = result;
  }
  if (call->n_outputs > 0) {
    call->outputs[0] = folded;
  } else {
    spc_eval_tensor_deinit(&folded);
  }
  return NULL;
}

static spc_status_t eval_where(const spc_eval_call_t *call) {
  const spc_eval_tensor_t *condition, *x, *y;
  spc_eval_tensor_t *out;
  spc_eval_walk_t walk;
  SPC_RETURN_IF_ERROR(spc_eval_require_int(call, 0, "condition", &condition));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 1, "X", &x));
  SPC_RETURN_IF_ERROR(spc_eval_require(call, 2, "Y", &y));
  if (spc_eval_element_is_float(x->element) != spc_eval_element_is_float(y->element)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "its branches are of types %s and %s", spc_eval_element_name(x->element),
                      spc_eval_element_name(y->element));
  }
  SPC_RETURN_IF_ERROR(spc_eval_broadcast(3, (const spc_eval_tensor_t *const[]){condition, x, y}, &walk));
  SPC_RETURN_IF_ERROR(spc_eval_output(call, 0, x->element, walk.rank, walk.dims, spc_eval_inputs_have_data(call), &out));
  if (!out || !spc_eval_has_data(out)) return NULL;
  for (int64_t n = 0; n < out->count; n++, spc_eval_walk_next(&walk)) {
    if (condition->i[walk.at[0]]) {
      spc_eval_copy(out, n, x, walk.at[1]);
    } else {
      spc_eval_copy(out, n, y, walk.at[2]);
    }
  }
  return NULL;
}

const spc_eval_operator_t spc_eval_binary_operators[] = {
    {"onnx.Add", eval_binary},     {"onnx.Sub", eval_binary},   {"onnx.Mul", eval_binary},         {"onnx.Div", eval_binary},
    {"onnx.Pow", eval_binary},     {"onnx.Mod", eval_binary},   {"onnx.Equal", eval_binary},       {"onnx.Greater", eval_binary},
    {"onnx.Less", eval_binary},    {"onnx.And", eval_binary},   {"onnx.GreaterOrEqual", eval_binary}, {"onnx.LessOrEqual", eval_binary},
    {"onnx.Or", eval_binary},      {"onnx.Xor", eval_binary},   {"onnx.Min", eval_variadic},       {"onnx.Max", eval_variadic},
    {"onnx.Sum", eval_variadic},   {"onnx.Where", eval_where},  {NULL, NULL},
};
