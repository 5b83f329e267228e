#include "passes/ir/ir.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mlir-c/Diagnostics.h"

// ---- Ops and values ------------------------------------------------------------------------------------------------

MlirStringRef spc_op_name(MlirOperation op) { return mlirIdentifierStr(mlirOperationGetName(op)); }

static bool str_is(MlirStringRef ref, const char *text) {
  return ref.length == strlen(text) && memcmp(ref.data, text, ref.length) == 0;
}

bool spc_op_is(MlirOperation op, const char *name) { return !mlirOperationIsNull(op) && str_is(spc_op_name(op), name); }

MlirOperation spc_value_def(MlirValue value) {
  if (mlirValueIsNull(value) || !mlirValueIsAOpResult(value)) return (MlirOperation){NULL};
  return mlirOpResultGetOwner(value);
}

MlirOperation spc_value_single_user(MlirValue value) {
  MlirOpOperand use = mlirValueGetFirstUse(value);
  if (mlirOpOperandIsNull(use) || !mlirOpOperandIsNull(mlirOpOperandGetNextUse(use))) return (MlirOperation){NULL};
  return mlirOpOperandGetOwner(use);
}

bool spc_value_has_uses(MlirValue value) { return !mlirOpOperandIsNull(mlirValueGetFirstUse(value)); }

// ---- Attributes ----------------------------------------------------------------------------------------------------

// Integers and indices of at most 64 bits; i1 is MLIR's boolean and none of these.
static bool integer_value(MlirAttribute attr, int64_t *out_value) {
  if (mlirAttributeIsNull(attr) || !mlirAttributeIsAInteger(attr) || mlirAttributeIsABool(attr)) return false;
  MlirType type = mlirAttributeGetType(attr);
  if (mlirTypeIsAInteger(type)) {
    if (mlirIntegerTypeGetWidth(type) > 64) return false;
    if (mlirIntegerTypeIsSigned(type)) return *out_value = mlirIntegerAttrGetValueSInt(attr), true;
    if (mlirIntegerTypeIsUnsigned(type)) return *out_value = (int64_t)mlirIntegerAttrGetValueUInt(attr), true;
  }
  *out_value = mlirIntegerAttrGetValueInt(attr);
  return true;
}

MlirAttribute spc_attr(MlirOperation op, const char *name) { return mlirOperationGetAttributeByName(op, spc_str(name)); }

int64_t spc_attr_i64(MlirOperation op, const char *name, int64_t fallback) {
  int64_t value;
  return integer_value(spc_attr(op, name), &value) ? value : fallback;
}

double spc_attr_f64(MlirOperation op, const char *name, double fallback) {
  MlirAttribute attr = spc_attr(op, name);
  return !mlirAttributeIsNull(attr) && mlirAttributeIsAFloat(attr) ? mlirFloatAttrGetValueDouble(attr) : fallback;
}

bool spc_attr_bool(MlirOperation op, const char *name, bool fallback) {
  MlirAttribute attr = spc_attr(op, name);
  return !mlirAttributeIsNull(attr) && mlirAttributeIsABool(attr) ? mlirBoolAttrGetValue(attr) : fallback;
}

MlirStringRef spc_attr_str(MlirOperation op, const char *name, const char *fallback) {
  MlirAttribute attr = spc_attr(op, name);
  if (!mlirAttributeIsNull(attr) && mlirAttributeIsAString(attr)) return mlirStringAttrGetValue(attr);
  return fallback ? spc_str(fallback) : mlirStringRefCreate(NULL, 0);
}

MlirAttribute spc_dict(MlirAttribute dict, const char *name) {
  if (mlirAttributeIsNull(dict) || !mlirAttributeIsADictionary(dict)) return mlirAttributeGetNull();
  return mlirDictionaryAttrGetElementByName(dict, spc_str(name));
}

int64_t spc_dict_i64(MlirAttribute dict, const char *name, int64_t fallback) {
  int64_t value;
  return integer_value(spc_dict(dict, name), &value) ? value : fallback;
}

intptr_t spc_array_i64_size(MlirAttribute attr) {
  if (mlirAttributeIsNull(attr)) return -1;
  if (mlirAttributeIsADenseI64Array(attr)) return mlirDenseArrayGetNumElements(attr);
  if (!mlirAttributeIsAArray(attr)) return -1;
  intptr_t n = mlirArrayAttrGetNumElements(attr);
  for (intptr_t i = 0; i < n; ++i) {
    int64_t ignored;
    if (!integer_value(mlirArrayAttrGetElement(attr, i), &ignored)) return -1;
  }
  return n;
}

int64_t spc_array_i64_at(MlirAttribute attr, intptr_t i) {
  if (mlirAttributeIsADenseI64Array(attr)) return mlirDenseI64ArrayGetElement(attr, i);
  int64_t value = 0;
  integer_value(mlirArrayAttrGetElement(attr, i), &value);
  return value;
}

MlirNamedAttribute spc_named(MlirContext ctx, const char *name, MlirAttribute attr) {
  return mlirNamedAttributeGet(mlirIdentifierGet(ctx, spc_str(name)), attr);
}

MlirNamedAttribute spc_named_i64(MlirContext ctx, const char *name, int64_t value) {
  return spc_named(ctx, name, mlirIntegerAttrGet(mlirIntegerTypeGet(ctx, 64), value));
}

MlirNamedAttribute spc_named_f32(MlirContext ctx, const char *name, double value) {
  return spc_named(ctx, name, mlirFloatAttrDoubleGet(ctx, mlirF32TypeGet(ctx), value));
}

MlirNamedAttribute spc_named_bool(MlirContext ctx, const char *name, bool value) {
  return spc_named(ctx, name, mlirBoolAttrGet(ctx, value));
}

MlirNamedAttribute spc_named_str(MlirContext ctx, const char *name, const char *value) {
  return spc_named(ctx, name, mlirStringAttrGet(ctx, spc_str(value)));
}

MlirAttribute spc_i64_array(MlirContext ctx, intptr_t n, const int64_t *values) {
  return mlirDenseI64ArrayGet(ctx, n, values);
}

// ---- Types ---------------------------------------------------------------------------------------------------------

MlirType spc_type(MlirContext ctx, const char *text) { return mlirTypeParseGet(ctx, spc_str(text)); }

MlirType spc_tensor(MlirType element, intptr_t rank, const int64_t *dims) {
  int64_t *shape = malloc((size_t)(rank > 0 ? rank : 1) * sizeof *shape);
  if (!shape) return (MlirType){NULL};
  for (intptr_t i = 0; i < rank; ++i) shape[i] = dims[i] == -1 ? mlirShapedTypeGetDynamicSize() : dims[i];
  MlirType type = mlirRankedTensorTypeGet(rank, shape, element, mlirAttributeGetNull());
  free(shape);
  return type;
}

MlirType spc_tensor2(MlirType element, int64_t d0, int64_t d1) {
  int64_t dims[2] = {d0, d1};
  return spc_tensor(element, 2, dims);
}

int64_t spc_dim(MlirValue value, intptr_t i) {
  MlirType type = mlirValueGetType(value);
  if (!mlirTypeIsARankedTensor(type) || i < 0 || i >= mlirShapedTypeGetRank(type)) return -2;
  return mlirShapedTypeIsDynamicDim(type, i) ? -1 : mlirShapedTypeGetDimSize(type, i);
}

MlirType spc_element(MlirValue value) {
  MlirType type = mlirValueGetType(value);
  return mlirTypeIsATensor(type) ? mlirShapedTypeGetElementType(type) : (MlirType){NULL};
}

int64_t spc_element_bytes(MlirType element) {
  if (mlirTypeIsNull(element)) return 0;
  if (mlirTypeIsAF64(element)) return 8;
  if (mlirTypeIsAF32(element)) return 4;
  if (mlirTypeIsAF16(element) || mlirTypeIsABF16(element)) return 2;
  if (!mlirTypeIsAInteger(element)) return 0;
  switch (mlirIntegerTypeGetWidth(element)) {
    case 1:
    case 8: return 1;
    case 16: return 2;
    case 32: return 4;
    case 64: return 8;
    default: return 0;
  }
}

// ---- Building ------------------------------------------------------------------------------------------------------

MlirOperation spc_op_create(const char *name, MlirLocation loc, intptr_t n_operands, const MlirValue *operands, intptr_t n_results,
                            const MlirType *results, intptr_t n_attrs, const MlirNamedAttribute *attrs) {
  MlirOperationState state = mlirOperationStateGet(spc_str(name), loc);
  if (n_operands) mlirOperationStateAddOperands(&state, n_operands, operands);
  if (n_results) mlirOperationStateAddResults(&state, n_results, results);
  if (n_attrs) mlirOperationStateAddAttributes(&state, n_attrs, attrs);
  return mlirOperationCreate(&state);
}

MlirOperation spc_op_insert(MlirBlock block, MlirOperation before, const char *name, MlirLocation loc, intptr_t n_operands,
                            const MlirValue *operands, intptr_t n_results, const MlirType *results, intptr_t n_attrs,
                            const MlirNamedAttribute *attrs) {
  MlirOperation op = spc_op_create(name, loc, n_operands, operands, n_results, results, n_attrs, attrs);
  if (mlirOperationIsNull(before)) {
    mlirBlockAppendOwnedOperation(block, op);
  } else {
    mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(before), before, op);
  }
  return op;
}

MlirOperation spc_func_create(MlirModule module, const char *name, MlirLocation loc, intptr_t n_args, const MlirType *args,
                              intptr_t n_results, const MlirType *results) {
  MlirContext ctx = mlirModuleGetContext(module);
  MlirBlock entry = mlirBlockCreate(0, NULL, NULL);
  for (intptr_t i = 0; i < n_args; ++i) mlirBlockAddArgument(entry, args[i], loc);
  MlirRegion body = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(body, entry);
  MlirType type = mlirFunctionTypeGet(ctx, n_args, args, n_results, results);
  MlirNamedAttribute attrs[] = {spc_named_str(ctx, "sym_name", name), spc_named(ctx, "function_type", mlirTypeAttrGet(type))};
  MlirOperationState state = mlirOperationStateGet(spc_str("func.func"), loc);
  mlirOperationStateAddAttributes(&state, 2, attrs);
  mlirOperationStateAddOwnedRegions(&state, 1, &body);
  MlirOperation func = mlirOperationCreate(&state);
  mlirBlockAppendOwnedOperation(mlirModuleGetBody(module), func);
  return func;
}

MlirBlock spc_func_block(MlirOperation func) { return mlirRegionGetFirstBlock(mlirOperationGetRegion(func, 0)); }

MlirOperation spc_func_return(MlirOperation func) { return mlirBlockGetTerminator(spc_func_block(func)); }

// Drops `arg_attrs` or `res_attrs` whose length no longer fits, which the func verifier would reject.
static void drop_misfit_attrs(MlirOperation func, const char *name, intptr_t count) {
  MlirAttribute attrs = spc_attr(func, name);
  if (mlirAttributeIsNull(attrs)) return;
  if (mlirAttributeIsAArray(attrs) && mlirArrayAttrGetNumElements(attrs) == count) return;
  mlirOperationRemoveAttributeByName(func, spc_str(name));
}

void spc_func_update_type(MlirOperation func) {
  MlirBlock block = spc_func_block(func);
  MlirOperation ret = spc_func_return(func);
  intptr_t n_args = mlirBlockGetNumArguments(block);
  intptr_t n_results = mlirOperationIsNull(ret) ? 0 : mlirOperationGetNumOperands(ret);
  MlirType *types = malloc((size_t)(n_args + n_results + 1) * sizeof *types);
  if (!types) return;  // the verifier will say that the type does not fit
  for (intptr_t i = 0; i < n_args; ++i) types[i] = mlirValueGetType(mlirBlockGetArgument(block, i));
  for (intptr_t i = 0; i < n_results; ++i) types[n_args + i] = mlirValueGetType(mlirOperationGetOperand(ret, i));
  MlirContext ctx = mlirOperationGetContext(func);
  MlirType type = mlirFunctionTypeGet(ctx, n_args, types, n_results, types + n_args);
  mlirOperationSetAttributeByName(func, spc_str("function_type"), mlirTypeAttrGet(type));
  drop_misfit_attrs(func, "arg_attrs", n_args);
  drop_misfit_attrs(func, "res_attrs", n_results);
  free(types);
}

MlirOperation spc_module_func(MlirModule module, const char *name) {
  MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module));
  for (; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "func.func") && str_is(spc_attr_str(op, "sym_name", ""), name)) return op;
  }
  return (MlirOperation){NULL};
}

// ---- Dead ops ------------------------------------------------------------------------------------------------------

static bool is_dead(MlirOperation op, const char *const *keep) {
  intptr_t n = mlirOperationGetNumResults(op);
  if (n == 0) return false;
  for (intptr_t i = 0; i < n; ++i) {
    if (spc_value_has_uses(mlirOperationGetResult(op, i))) return false;
  }
  for (; keep && *keep; ++keep) {
    if (spc_op_is(op, *keep)) return false;
  }
  return true;
}

intptr_t spc_erase_dead(MlirOperation func, const char *const *keep) {
  MlirBlock block = spc_func_block(func);
  size_t count = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) ++count;
  MlirOperation *ops = malloc((count ? count : 1) * sizeof *ops);
  if (!ops) return 0;
  size_t i = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    ops[i++] = op;
  }
  // Uses follow definitions, so one walk from the end sees every op after all that could keep it alive.
  intptr_t erased = 0;
  while (i-- > 0) {
    if (!is_dead(ops[i], keep)) continue;
    mlirOperationDestroy(ops[i]);
    ++erased;
  }
  free(ops);
  return erased;
}

// ---- Diagnostics ---------------------------------------------------------------------------------------------------

static void emit(MlirLocation loc, const char *prefix, const char *format, va_list args) {
  va_list copy;
  va_copy(copy, args);
  int n = vsnprintf(NULL, 0, format, copy);
  va_end(copy);
  size_t skip = strlen(prefix);
  char *text = n < 0 ? NULL : malloc(skip + (size_t)n + 1);
  if (!text) {
    mlirEmitError(loc, "out of memory while reporting an error");
    return;
  }
  memcpy(text, prefix, skip);
  vsnprintf(text + skip, (size_t)n + 1, format, args);
  mlirEmitError(loc, text);
  free(text);
}

void spc_emit_error(MlirLocation loc, const char *format, ...) {
  va_list args;
  va_start(args, format);
  emit(loc, "", format, args);
  va_end(args);
}

void spc_emit_remark(MlirLocation loc, const char *format, ...) {
  va_list args;
  va_start(args, format);
  emit(loc, SPC_REMARK_PREFIX, format, args);
  va_end(args);
}

// The first name in a location, through the wrappers that passes add.
static MlirStringRef location_name(MlirLocation loc) {
  for (int depth = 0; depth < 8; ++depth) {
    if (mlirLocationIsAName(loc)) return mlirIdentifierStr(mlirLocationNameGetName(loc));
    if (!mlirLocationIsAFused(loc) || mlirLocationFusedGetNumLocations(loc) == 0) break;
    MlirLocation *parts = malloc(mlirLocationFusedGetNumLocations(loc) * sizeof *parts);
    if (!parts) break;
    mlirLocationFusedGetLocations(loc, parts);
    loc = parts[0];
    free(parts);
  }
  return mlirStringRefCreate(NULL, 0);
}

const char *spc_op_describe(MlirOperation op, char *buffer, size_t size) {
  if (size == 0) return buffer;
  MlirStringRef type = spc_op_name(op);
  MlirStringRef op_type = spc_attr_str(op, "op_type", NULL);  // of an onnx.unsupported
  static const char *const prefixes[] = {"onnx.", "onnx_ms."};
  for (size_t i = 0; i < 2; ++i) {
    size_t n = strlen(prefixes[i]);
    if (type.length > n && memcmp(type.data, prefixes[i], n) == 0) {
      type.data += n;
      type.length -= n;
    }
  }
  if (op_type.length) type = op_type;
  MlirStringRef name = location_name(mlirOperationGetLocation(op));
  if (name.length) {
    snprintf(buffer, size, "node '%.*s' (%.*s)", (int)name.length, name.data, (int)type.length, type.data);
  } else {
    snprintf(buffer, size, "node (%.*s)", (int)type.length, type.data);
  }
  return buffer;
}
