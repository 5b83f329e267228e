// The few things about MLIR's C API that every pass needs. Nothing here owns anything unless it says so.
#ifndef PASSES_IR_IR_H_
#define PASSES_IR_IR_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "mlir-c/IR.h"
#include "spc/status.h"

static inline MlirStringRef spc_str(const char *text) { return mlirStringRefCreateFromCString(text); }

// True when the op's full name is |name|, e.g. "spc.linear".
bool spc_op_is(MlirOperation op, const char *name);
// The op's full name; lives as long as the context.
MlirStringRef spc_op_name(MlirOperation op);
// The op that defines |value|, or a null operation for a block argument.
MlirOperation spc_value_def(MlirValue value);
// The single user of |value|, or a null operation when there is none or more than one (use).
MlirOperation spc_value_single_user(MlirValue value);
bool spc_value_has_uses(MlirValue value);

// ---- Attributes by name; the fallback when absent or of another type.
MlirAttribute spc_attr(MlirOperation op, const char *name);  // null when absent
int64_t spc_attr_i64(MlirOperation op, const char *name, int64_t fallback);
double spc_attr_f64(MlirOperation op, const char *name, double fallback);
bool spc_attr_bool(MlirOperation op, const char *name, bool fallback);
MlirStringRef spc_attr_str(MlirOperation op, const char *name, const char *fallback);
// The same inside a dictionary attribute (module attributes such as spc.model); |dict| may be null.
MlirAttribute spc_dict(MlirAttribute dict, const char *name);
int64_t spc_dict_i64(MlirAttribute dict, const char *name, int64_t fallback);
// Length and elements of an array<i64: ...> or an ArrayAttr of integers; -1 when it is neither.
intptr_t spc_array_i64_size(MlirAttribute attr);
int64_t spc_array_i64_at(MlirAttribute attr, intptr_t i);

MlirNamedAttribute spc_named(MlirContext ctx, const char *name, MlirAttribute attr);
MlirNamedAttribute spc_named_i64(MlirContext ctx, const char *name, int64_t value);
MlirNamedAttribute spc_named_f32(MlirContext ctx, const char *name, double value);
MlirNamedAttribute spc_named_bool(MlirContext ctx, const char *name, bool value);
MlirNamedAttribute spc_named_str(MlirContext ctx, const char *name, const char *value);
MlirAttribute spc_i64_array(MlirContext ctx, intptr_t n, const int64_t *values);  // array<i64: ...>

// ---- Types
MlirType spc_type(MlirContext ctx, const char *text);  // parses, e.g. "!spc.cache", "none"; null and a diagnostic when wrong
// tensor<d0xd1x..xelement>; -1 is a dynamic dimension.
MlirType spc_tensor(MlirType element, intptr_t rank, const int64_t *dims);
MlirType spc_tensor2(MlirType element, int64_t d0, int64_t d1);
int64_t spc_dim(MlirValue value, intptr_t i);  // of a ranked tensor; -1 when dynamic, -2 when not a tensor or out of rank
MlirType spc_element(MlirValue value);         // null when not a tensor
// Bytes of one element: 4 for f32/i32, 2 for f16/bf16, 8 for i64, 1 for i8/i1; 0 when unknown.
int64_t spc_element_bytes(MlirType element);

// ---- Building
// Creates an op; it is not in a block yet (owned by the caller until inserted). Arrays may be NULL when their count is 0.
MlirOperation spc_op_create(const char *name, MlirLocation loc, intptr_t n_operands, const MlirValue *operands, intptr_t n_results,
                            const MlirType *results, intptr_t n_attrs, const MlirNamedAttribute *attrs);
// The same, inserted before |before|, or appended to |block| when |before| is null. Returns the op.
MlirOperation spc_op_insert(MlirBlock block, MlirOperation before, const char *name, MlirLocation loc, intptr_t n_operands,
                            const MlirValue *operands, intptr_t n_results, const MlirType *results, intptr_t n_attrs,
                            const MlirNamedAttribute *attrs);
// A func.func with one block, appended to the module; the arguments' types, the results' types (the return is the caller's).
MlirOperation spc_func_create(MlirModule module, const char *name, MlirLocation loc, intptr_t n_args, const MlirType *args,
                              intptr_t n_results, const MlirType *results);
// Sets a func.func's type from its block's arguments and its func.return's operands. Call after changing either.
void spc_func_update_type(MlirOperation func);
MlirOperation spc_module_func(MlirModule module, const char *name);  // null when absent
MlirBlock spc_func_block(MlirOperation func);                        // its only block
MlirOperation spc_func_return(MlirOperation func);

// Erases, repeatedly, the ops of |func|'s block that have results, none of which is used, and whose names are not in the NULL-ended list
// |keep| (ops with effects). IRDL ops have no interfaces, so MLIR's own DCE leaves them alone. Returns how many went.
intptr_t spc_erase_dead(MlirOperation func, const char *const *keep);

// ---- Diagnostics. MLIR's C API can only emit errors, so a remark is an error whose text starts with this prefix; the handler of
// compiler/diagnostics.h turns it back. printf formats; an error does not fail the pass by itself (mlirExternalPassSignalFailure does).
#define SPC_REMARK_PREFIX "spc-remark: "
void spc_emit_error(MlirLocation loc, const char *format, ...) SPC_PRINTF(2, 3);
void spc_emit_remark(MlirLocation loc, const char *format, ...) SPC_PRINTF(2, 3);
// A prefix for messages, "node 'name' (OpType)". |buffer| is filled and returned.
const char *spc_op_describe(MlirOperation op, char *buffer, size_t size);

#endif  // PASSES_IR_IR_H_
