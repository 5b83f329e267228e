#include "passes/ir/verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "mlir-c/Diagnostics.h"
#include "passes/ir/ir.h"

static bool fail(MlirOperation op, const char *format, ...) SPC_PRINTF(2, 3);
static bool fail(MlirOperation op, const char *format, ...) {
  char text[512];
  MlirStringRef name = spc_op_name(op);
  int n = snprintf(text, sizeof text, "'%.*s' ", (int)name.length, name.data);
  va_list args;
  va_start(args, format);
  vsnprintf(text + n, sizeof text - (size_t)n, format, args);
  va_end(args);
  mlirEmitError(mlirOperationGetLocation(op), text);
  return false;
}

static MlirValue operand(MlirOperation op, intptr_t i) { return mlirOperationGetOperand(op, i); }
static MlirValue result(MlirOperation op) { return mlirOperationGetResult(op, 0); }
static int64_t width(MlirValue value) { return spc_dim(value, 1); }
static bool absent(MlirValue value) { return mlirTypeIsANone(mlirValueGetType(value)); }

static bool is_type(MlirValue value, const char *text) {
  MlirType type = mlirValueGetType(value);
  return mlirTypeEqual(type, spc_type(mlirTypeGetContext(type), text));
}

// A tensor of rows: [T, n] of f32.
static bool is_rows(MlirValue value) {
  MlirType type = mlirValueGetType(value);
  if (!mlirTypeIsARankedTensor(type) || mlirShapedTypeGetRank(type) != 2) return false;
  return mlirShapedTypeIsDynamicDim(type, 0) && !mlirShapedTypeIsDynamicDim(type, 1) &&
         mlirTypeIsAF32(mlirShapedTypeGetElementType(type));
}

// i32 [T].
static bool is_index(MlirValue value) {
  MlirType type = mlirValueGetType(value);
  if (!mlirTypeIsARankedTensor(type) || mlirShapedTypeGetRank(type) != 1 || !mlirShapedTypeIsDynamicDim(type, 0))
    return false;
  MlirType element = mlirShapedTypeGetElementType(type);
  return mlirTypeIsAInteger(element) && mlirIntegerTypeGetWidth(element) == 32;
}

static bool is_element(MlirType element) {
  return mlirTypeIsAF32(element) || mlirTypeIsAF16(element) || mlirTypeIsABF16(element);
}

static bool check_weight_operand(MlirOperation op, intptr_t i, int64_t rank, int64_t d0, int64_t d1) {
  MlirType type = mlirValueGetType(operand(op, i));
  bool fits = mlirTypeIsARankedTensor(type) && mlirShapedTypeGetRank(type) == rank &&
              mlirShapedTypeHasStaticShape(type) && is_element(mlirShapedTypeGetElementType(type));
  if (fits && d0 >= 0) fits = mlirShapedTypeGetDimSize(type, 0) == d0;
  if (fits && rank > 1 && d1 >= 0) fits = mlirShapedTypeGetDimSize(type, 1) == d1;
  if (fits) return true;
  if (rank == 1) return fail(op, "operand %td must be a weight vector of %lld", i, (long long)d0);
  return fail(op, "operand %td must be a weight matrix [%lld, %lld] (-1: any)", i, (long long)d0, (long long)d1);
}

static bool check_rows(MlirOperation op, intptr_t n) {
  for (intptr_t i = 0; i < n; ++i) {
    if (!is_rows(operand(op, i))) return fail(op, "operand %td must be tensor<?xNxf32>", i);
  }
  if (!is_rows(result(op))) return fail(op, "result must be tensor<?xNxf32>");
  return true;
}

static bool check_width(MlirOperation op, const char *what, int64_t actual, int64_t expected) {
  return actual == expected || fail(op, "%s is %lld wide, expected %lld", what, (long long)actual, (long long)expected);
}

static int64_t positive(MlirOperation op, const char *name) {
  int64_t value = spc_attr_i64(op, name, -1);
  if (value <= 0) fail(op, "needs a positive i64 attribute '%s'", name);
  return value > 0 ? value : 0;
}

static bool needs_f32(MlirOperation op, const char *name) {
  MlirAttribute attr = spc_attr(op, name);
  return (!mlirAttributeIsNull(attr) && mlirAttributeIsAFloat(attr)) || fail(op, "needs a float attribute '%s'", name);
}

// ---- Ops -----------------------------------------------------------------------------------------------------------

static bool verify_weight(MlirOperation op) {
  MlirType type = mlirValueGetType(result(op));
  if (!mlirTypeIsARankedTensor(type) || !mlirShapedTypeHasStaticShape(type) ||
      !is_element(mlirShapedTypeGetElementType(type))) {
    return fail(op, "result must be a static tensor of f32, f16 or bf16");
  }
  int64_t rank = mlirShapedTypeGetRank(type);
  if (rank != 1 && rank != 2) return fail(op, "result must have rank 1 or 2");
  if (!spc_attr_str(op, "name", "").length) return fail(op, "needs a name");
  MlirAttribute value = spc_attr(op, "value"), parts = spc_attr(op, "parts");
  if (mlirAttributeIsNull(value) == mlirAttributeIsNull(parts)) return fail(op, "needs either 'parts' or 'value'");
  if (!mlirAttributeIsNull(value)) {
    return (mlirAttributeIsADenseElements(value) && mlirTypeEqual(mlirAttributeGetType(value), type)) ||
           fail(op, "'value' must be dense elements of the result's type");
  }
  if (!mlirAttributeIsAArray(parts) || mlirArrayAttrGetNumElements(parts) == 0)
    return fail(op, "'parts' must be an array of dictionaries");
  int64_t total = 0, cols = rank == 2 ? mlirShapedTypeGetDimSize(type, 1) : 1;
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(parts); ++i) {
    MlirAttribute part = mlirArrayAttrGetElement(parts, i);
    if (!mlirAttributeIsADictionary(part)) return fail(op, "part %td is no dictionary", i);
    int64_t part_rows = spc_dict_i64(part, "rows", -1), part_cols = spc_dict_i64(part, "cols", -1);
    MlirAttribute zeros = spc_dict(part, "zeros"), flag = spc_dict(part, "transpose");
    bool zero = !mlirAttributeIsNull(zeros) && mlirAttributeIsABool(zeros) && mlirBoolAttrGetValue(zeros);
    bool transpose = !mlirAttributeIsNull(flag) && mlirAttributeIsABool(flag) && mlirBoolAttrGetValue(flag);
    if (part_rows <= 0 || part_cols <= 0) return fail(op, "part %td needs positive 'rows' and 'cols'", i);
    int64_t n = transpose ? part_cols : part_rows, k = transpose ? part_rows : part_cols;
    int64_t begin = spc_dict_i64(part, "row_begin", 0), end = spc_dict_i64(part, "row_end", n);
    if (begin < 0 || end <= begin || end > n) {
      return fail(op, "part %td takes rows [%lld, %lld) of %lld", i, (long long)begin, (long long)end, (long long)n);
    }
    if (k != cols) return fail(op, "part %td has %lld columns, the result %lld", i, (long long)k, (long long)cols);
    total += end - begin;
    if (zero || !mlirAttributeIsNull(spc_dict(part, "value"))) continue;
    MlirAttribute element = spc_dict(part, "element");
    if (mlirAttributeIsNull(element) || !mlirAttributeIsAType(element))
      return fail(op, "part %td needs an 'element' type", i);
    int64_t bytes = spc_element_bytes(mlirTypeAttrGetValue(element)), needed;
    if (spc_dict_i64(part, "file", -1) < 0 || spc_dict_i64(part, "offset", -1) < 0)
      return fail(op, "part %td needs 'file' and 'offset'", i);
    if (__builtin_mul_overflow(part_rows, part_cols, &needed) || __builtin_mul_overflow(needed, bytes, &needed) ||
        spc_dict_i64(part, "length", -1) != needed) {
      return fail(op, "part %td has length %lld, which is not rows * cols elements", i,
                  (long long)spc_dict_i64(part, "length", -1));
    }
  }
  return total == mlirShapedTypeGetDimSize(type, 0) ||
         fail(op, "the parts have %lld rows, the result %lld", (long long)total,
              (long long)mlirShapedTypeGetDimSize(type, 0));
}

static bool verify_cache(MlirOperation op) {
  if (!is_type(result(op), "!spc.cache")) return fail(op, "result must be !spc.cache");
  if (spc_attr_i64(op, "layer", -1) < 0) return fail(op, "needs a layer");
  MlirAttribute element = spc_attr(op, "element");
  if (mlirAttributeIsNull(element) || !mlirAttributeIsAType(element) || !is_element(mlirTypeAttrGetValue(element))) {
    return fail(op, "needs 'element' f32, f16 or bf16");
  }
  MlirStringRef kind = spc_attr_str(op, "kind", "");
  bool known = mlirStringRefEqual(kind, spc_str("llm")) || mlirStringRefEqual(kind, spc_str("retriever")) ||
               mlirStringRefEqual(kind, spc_str("keys"));
  if (!known) return fail(op, "has kind '%.*s'; llm, retriever and keys are known", (int)kind.length, kind.data);
  return positive(op, "kv_heads") && positive(op, "head_size");
}

static bool verify_embed(MlirOperation op) {
  if (!is_index(operand(op, 0))) return fail(op, "operand 0 must be tensor<?xi32>");
  if (!is_rows(result(op))) return fail(op, "result must be tensor<?xNxf32>");
  return check_weight_operand(op, 1, 2, -1, width(result(op)));
}

static bool verify_rms_norm(MlirOperation op) {
  if (!check_rows(op, 1) || !needs_f32(op, "eps")) return false;
  int64_t k = width(result(op)), heads = spc_attr_i64(op, "heads", 1);
  if (heads <= 0 || k % heads)
    return fail(op, "%lld columns don't divide into %lld heads", (long long)k, (long long)heads);
  return check_width(op, "operand 0", width(operand(op, 0)), k) && check_weight_operand(op, 1, 1, k / heads, -1);
}

static bool verify_linear(MlirOperation op) {
  if (!check_rows(op, 1)) return false;
  int64_t n = width(result(op));
  if (!check_weight_operand(op, 1, 2, n, width(operand(op, 0)))) return false;
  if (!absent(operand(op, 2)) && !check_weight_operand(op, 2, 1, n, -1)) return false;
  MlirValue residual = operand(op, 3);
  if (absent(residual)) return true;
  return is_rows(residual) ? check_width(op, "the residual", width(residual), n)
                           : fail(op, "the residual must be tensor<?xNxf32>");
}

static bool verify_rope_table(MlirOperation op) {
  if (!is_index(operand(op, 0))) return fail(op, "operand 0 must be tensor<?xi32>");
  if (!is_rows(result(op))) return fail(op, "result must be tensor<?xNxf32>");
  return needs_f32(op, "scaling") && check_weight_operand(op, 1, 1, width(result(op)) / 2, -1);
}

static bool verify_rope_gather(MlirOperation op) {
  if (!is_index(operand(op, 0))) return fail(op, "operand 0 must be tensor<?xi32>");
  if (!is_rows(result(op))) return fail(op, "result must be tensor<?xNxf32>");
  int64_t pairs = width(result(op)) / 2;
  return check_weight_operand(op, 1, 2, -1, pairs) && check_weight_operand(op, 2, 2, spc_dim(operand(op, 1), 0), pairs);
}

static bool verify_rope(MlirOperation op) {
  if (!check_rows(op, 2)) return false;
  int64_t heads = positive(op, "heads"), d = positive(op, "head_size");
  if (!heads || !d) return false;
  return check_width(op, "operand 0", width(operand(op, 0)), heads * d) &&
         check_width(op, "the table", width(operand(op, 1)), d) &&
         check_width(op, "the result", width(result(op)), heads * d);
}

// q and, unless |with_keys| is false, k (and v) against the heads; the cache is operand |cache|.
static bool check_heads(MlirOperation op, intptr_t cache, bool with_keys, bool with_values) {
  int64_t q = positive(op, "q_heads"), kv = positive(op, "kv_heads"), d = positive(op, "head_size");
  if (!q || !kv || !d || !needs_f32(op, "scale")) return false;
  if (q % kv) return fail(op, "%lld query heads don't divide among %lld KV heads", (long long)q, (long long)kv);
  if (!is_type(operand(op, cache), "!spc.cache")) return fail(op, "operand %td must be !spc.cache", cache);
  MlirOperation made = spc_value_def(operand(op, cache));
  if (spc_op_is(made, "spc.kv_cache") &&
      (spc_attr_i64(made, "kv_heads", -1) != kv || spc_attr_i64(made, "head_size", -1) != d)) {
    return fail(op, "its cache has other KV heads or another head size");
  }
  for (intptr_t i = 0; i < 1 + with_keys + with_values; ++i) {
    if (!is_rows(operand(op, i))) return fail(op, "operand %td must be tensor<?xNxf32>", i);
    if (!check_width(op, i == 0 ? "q" : i == 1 ? "k" : "v", width(operand(op, i)), (i ? kv : q) * d)) return false;
  }
  return true;
}

static bool verify_attend(MlirOperation op) {
  if (!check_heads(op, 3, true, true)) return false;
  int64_t window = spc_attr_i64(op, "window", -2);
  if (window != -1 && window <= 0) return fail(op, "needs 'window': a positive number of keys, or -1");
  if (spc_attr_i64(op, "layer", -1) < 0) return fail(op, "needs a layer");
  if (!is_rows(result(op))) return fail(op, "result must be tensor<?xNxf32>");
  return check_width(op, "the result", width(result(op)), width(operand(op, 0)));
}

static bool verify_retrieve(MlirOperation op) {
  return check_heads(op, 2, true, false) &&
         (is_type(result(op), "!spc.scores") || fail(op, "result must be !spc.scores"));
}

static bool verify_pair(MlirOperation op) {
  if (!check_rows(op, 2)) return false;
  int64_t n = width(result(op));
  return check_width(op, "operand 0", width(operand(op, 0)), n) &&
         check_width(op, "operand 1", width(operand(op, 1)), n);
}

static bool verify_concat(MlirOperation op) {
  if (!check_rows(op, 2)) return false;
  return check_width(op, "the result", width(result(op)), width(operand(op, 0)) + width(operand(op, 1)));
}

static bool verify_window(MlirOperation op) {
  if (!check_rows(op, 1)) return false;
  int64_t tokens = positive(op, "tokens");
  return tokens && check_width(op, "the result", width(result(op)), tokens * width(operand(op, 0)));
}

static bool verify_swiglu(MlirOperation op) {
  return check_rows(op, 1) && check_width(op, "operand 0", width(operand(op, 0)), 2 * width(result(op)));
}

static bool verify_none(MlirOperation op) { return absent(result(op)) || fail(op, "result must be none"); }

// A table of checks needs the arity to be right first, which IRDL has verified wherever these ops are parsed.
static const struct {
  const char *name;
  intptr_t operands;
  bool (*verify)(MlirOperation op);
} checks[] = {
    {"spc.none", 0, verify_none},
    {"spc.weight", 0, verify_weight},
    {"spc.kv_cache", 0, verify_cache},
    {"spc.embed", 2, verify_embed},
    {"spc.rms_norm", 2, verify_rms_norm},
    {"spc.linear", 4, verify_linear},
    {"spc.rope_table", 2, verify_rope_table},
    {"spc.rope_gather", 3, verify_rope_gather},
    {"spc.rope", 2, verify_rope},
    {"spc.attend", 4, verify_attend},
    {"spc.retrieve", 3, verify_retrieve},
    {"spc.silu_mul", 2, verify_pair},
    {"spc.add", 2, verify_pair},
    {"spc.concat", 2, verify_concat},
    {"spc.swiglu", 1, verify_swiglu},
    {"spc.window", 1, verify_window},
};

static bool verify_op(MlirOperation op) {
  for (size_t i = 0; i < sizeof checks / sizeof *checks; ++i) {
    if (!spc_op_is(op, checks[i].name)) continue;
    if (mlirOperationGetNumOperands(op) != checks[i].operands || mlirOperationGetNumResults(op) != 1) {
      return fail(op, "needs %td operands and one result", checks[i].operands);
    }
    return checks[i].verify(op);
  }
  return true;
}

bool spc_verify_module(MlirOperation module) {
  bool ok = true;
  MlirBlock body = mlirModuleGetBody(mlirModuleFromOperation(module));
  for (MlirOperation func = mlirBlockGetFirstOperation(body); !mlirOperationIsNull(func);
       func = mlirOperationGetNextInBlock(func)) {
    if (!spc_op_is(func, "func.func")) continue;
    MlirBlock block = spc_func_block(func);
    if (mlirBlockIsNull(block)) continue;
    for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op);
         op = mlirOperationGetNextInBlock(op)) {
      ok = verify_op(op) && ok;
    }
  }
  return ok;
}
