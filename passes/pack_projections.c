// --spc-pack-projections: one op for what one kernel does.
//
// q, k and v become one linear whose weights are stacked by rows, and their norms, RoPE and the append become spc.rope_append; gate and up become one
// linear and spc.swiglu; a linear that spc.add follows takes the other operand as its residual. Weights are only described anew, never read.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/projection.h"
#include "passes/ir/weight_parts.h"
#include "passes/passes.h"

#define FLAG "spc-pack-projections"
#define MAX_STACKED 3

// ---- Equal constants -------------------------------------------------------------------------------------------------

// Ops whose result depends on their operands and attributes only, and that the matching below compares.
static bool is_shared(MlirOperation op) {
  return spc_op_is(op, "spc.none") || spc_op_is(op, "spc.rope_table") || spc_op_is(op, "spc.rope_gather") || spc_op_is(op, "spc.weight");
}

static bool same_computation(MlirOperation a, MlirOperation b) {
  if (!mlirIdentifierEqual(mlirOperationGetName(a), mlirOperationGetName(b))) return false;
  if (!mlirTypeEqual(mlirValueGetType(mlirOperationGetResult(a, 0)), mlirValueGetType(mlirOperationGetResult(b, 0)))) return false;
  if (spc_op_is(a, "spc.weight")) return mlirAttributeEqual(spc_weight_identity(a), spc_weight_identity(b));
  intptr_t n = mlirOperationGetNumAttributes(a);
  if (n != mlirOperationGetNumAttributes(b) || mlirOperationGetNumOperands(a) != mlirOperationGetNumOperands(b)) return false;
  for (intptr_t i = 0; i < n; ++i) {
    MlirNamedAttribute attr = mlirOperationGetAttribute(a, i);
    if (!mlirAttributeEqual(attr.attribute, mlirOperationGetAttributeByName(b, mlirIdentifierStr(attr.name)))) return false;
  }
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(a); ++i) {
    if (!mlirValueEqual(mlirOperationGetOperand(a, i), mlirOperationGetOperand(b, i))) return false;
  }
  return true;
}

// Merges equal constants and tables, so that below "the same table" and "absent" are equality of values.
static bool merge_equal(MlirOperation func) {
  MlirBlock block = spc_func_block(func);
  size_t count = 0, kept = 0;
  MlirOperation op = mlirBlockGetFirstOperation(block), next;
  for (; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) count += is_shared(op);
  MlirOperation *firsts = malloc((count + 1) * sizeof(*firsts));
  if (!firsts) return spc_error(func, "out of memory for %zu constants", count);
  for (op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (!is_shared(op)) continue;
    size_t i = 0;
    while (i < kept && !same_computation(firsts[i], op)) ++i;
    if (i == kept) {
      firsts[kept++] = op;
    } else {
      mlirValueReplaceAllUsesOfWith(mlirOperationGetResult(op, 0), mlirOperationGetResult(firsts[i], 0));
      mlirOperationDestroy(op);
    }
  }
  free(firsts);
  return true;
}

// ---- Stacked linears -------------------------------------------------------------------------------------------------

// "model.layers.3.self_attn.q_proj.weight" with |piece| replaced: "model.layers.3.self_attn.qkv_proj.weight".
static void packed_name(MlirOperation weight, const char *piece, const char *packed, char *buffer, size_t size) {
  MlirStringRef name = spc_attr_str(weight, "name", "");
  size_t n = strlen(piece), at = 0;
  while (at + n <= name.length && memcmp(name.data + at, piece, n) != 0) ++at;
  if (at + n > name.length) {
    snprintf(buffer, size, "%.*s%s%s", (int)name.length, name.data, name.length ? "." : "", packed);
  } else {
    snprintf(buffer, size, "%.*s%s%.*s", (int)at, name.data, packed, (int)(name.length - at - n), name.data + at + n);
  }
}

static bool is_weight_or_none(MlirOperation op) { return spc_op_is(op, "spc.weight") || spc_op_is(op, "spc.none"); }

// One linear before |before| that does what the |n| |linears| of the same input do, its columns theirs in order.
static bool stack_linears(intptr_t n, const MlirOperation *linears, const char *piece, const char *packed, MlirOperation before,
                          MlirValue *out_value) {
  spc_weight_piece_t weights[MAX_STACKED], biases[MAX_STACKED];
  MlirOperation bias = {NULL}, stacked;
  int64_t width = 0;
  for (intptr_t i = 0; i < n; ++i) {
    MlirOperation w = spc_operand_def(linears[i], 1), b = spc_operand_def(linears[i], 2);
    if (!spc_op_is(w, "spc.weight") || !is_weight_or_none(b)) return spc_error(linears[i], "%s: the weights of a linear are computed", packed);
    if (!mlirValueEqual(mlirOperationGetOperand(linears[i], 0), mlirOperationGetOperand(linears[0], 0))) {
      return spc_error(linears[i], "%s: linears that belong together read different inputs", packed);
    }
    int64_t rows = spc_dim(mlirOperationGetResult(w, 0), 0);
    weights[i] = (spc_weight_piece_t){w, rows};
    biases[i] = (spc_weight_piece_t){spc_op_is(b, "spc.weight") ? b : (MlirOperation){NULL}, rows};
    if (spc_op_is(b, "spc.weight") && mlirOperationIsNull(bias)) bias = b;
    width += rows;
  }
  char name[256];
  packed_name(weights[0].weight, piece, packed, name, sizeof(name));
  if (!spc_weight_stack(name, n, weights, before, &stacked)) return false;
  MlirValue none = mlirOperationGetOperand(linears[0], 3);
  MlirValue operands[] = {mlirOperationGetOperand(linears[0], 0), mlirOperationGetResult(stacked, 0), none, none};
  if (!mlirOperationIsNull(bias)) {
    packed_name(bias, piece, packed, name, sizeof(name));
    if (!spc_weight_stack(name, n, biases, before, &stacked)) return false;
    operands[2] = mlirOperationGetResult(stacked, 0);
  }
  MlirValue like = mlirOperationGetResult(linears[0], 0);
  MlirType type = spc_tensor2(spc_element(like), spc_dim(like, 0), width);
  MlirOperation linear = spc_op_insert(mlirOperationGetBlock(before), before, "spc.linear", mlirOperationGetLocation(linears[0]), 4, operands, 1,
                                       &type, 0, NULL);
  *out_value = mlirOperationGetResult(linear, 0);
  return true;
}

// ---- Attention -------------------------------------------------------------------------------------------------------

// The weight of a per-head norm, or |none|.
static MlirValue norm_weight(const spc_projection_t *projection, MlirValue none) {
  return mlirOperationIsNull(projection->norm) ? none : mlirOperationGetOperand(projection->norm, 1);
}

// What q and k of |op| must have in common to be rotated and appended by one kernel.
static bool match_query_and_key(MlirOperation op, spc_projection_t *q, spc_projection_t *k) {
  if (!spc_projection_match(mlirOperationGetOperand(op, 0), q) || !spc_projection_match(mlirOperationGetOperand(op, 1), k)) {
    return spc_error(op, "its query or key is not a projection with an optional per-head norm and RoPE");
  }
  if (mlirOperationIsNull(q->rope) || mlirOperationIsNull(k->rope)) {
    return spc_error(op, "its query and key have no RoPE; attention without RoPE is not supported");
  }
  if (!mlirValueEqual(mlirOperationGetOperand(q->rope, 1), mlirOperationGetOperand(k->rope, 1))) {
    return spc_error(op, "its query and key are rotated by different RoPE tables");
  }
  if (spc_attr_bool(q->rope, "interleaved", false) != spc_attr_bool(k->rope, "interleaved", false)) {
    return spc_error(op, "RoPE interleaves the query and the key differently");
  }
  if (!mlirOperationIsNull(q->norm) && !mlirOperationIsNull(k->norm) && spc_attr_f64(q->norm, "eps", 0) != spc_attr_f64(k->norm, "eps", 0)) {
    return spc_error(op, "the norms of its query and key have different eps");
  }
  return true;
}

// Replaces spc.attend or spc.retrieve |op| by a linear, spc.rope_append and spc.attend_cached or spc.retrieve_cached.
static bool pack_attention(MlirOperation op) {
  MlirContext ctx = mlirOperationGetContext(op);
  MlirLocation loc = mlirOperationGetLocation(op);
  const bool has_value = spc_op_is(op, "spc.attend");
  spc_projection_t q, k, v;
  if (!match_query_and_key(op, &q, &k)) return false;
  MlirOperation linears[MAX_STACKED] = {q.linear, k.linear};
  if (has_value) {
    if (!spc_projection_match(mlirOperationGetOperand(op, 2), &v) || !mlirOperationIsNull(v.rope) || !mlirOperationIsNull(v.norm)) {
      return spc_error(op, "its value is not a plain projection");
    }
    linears[2] = v.linear;
  }
  MlirValue qkv;
  if (!stack_linears(has_value ? 3 : 2, linears, "q_proj", has_value ? "qkv_proj" : "qk_proj", op, &qkv)) return false;

  MlirValue cache = mlirOperationGetOperand(op, has_value ? 3 : 2);
  MlirValue none = mlirOperationGetOperand(q.linear, 3);
  MlirOperation norm = mlirOperationIsNull(q.norm) ? k.norm : q.norm;
  MlirValue operands[] = {qkv, mlirOperationGetOperand(q.rope, 1), norm_weight(&q, none), norm_weight(&k, none), cache};
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "layer", spc_attr_i64(op, "layer", -1)),
      spc_named_f32(ctx, "eps", mlirOperationIsNull(norm) ? 0 : spc_attr_f64(norm, "eps", 0)),
      spc_named_i64(ctx, "q_heads", spc_attr_i64(op, "q_heads", 0)),
      spc_named_i64(ctx, "kv_heads", spc_attr_i64(op, "kv_heads", 0)),
      spc_named_i64(ctx, "head_size", spc_attr_i64(op, "head_size", 0)),
      spc_named_bool(ctx, "interleaved", spc_attr_bool(q.rope, "interleaved", false)),
      spc_named_bool(ctx, "has_value", has_value),
  };
  MlirType query_type = mlirValueGetType(mlirOperationGetOperand(op, 0));
  MlirBlock block = mlirOperationGetBlock(op);
  MlirOperation append = spc_op_insert(block, op, "spc.rope_append", loc, 5, operands, 1, &query_type, sizeof(attrs) / sizeof(attrs[0]), attrs);

  MlirValue read[] = {mlirOperationGetResult(append, 0), cache, none};
  MlirType type = mlirValueGetType(mlirOperationGetResult(op, 0));
  MlirOperation packed = spc_op_insert(block, op, has_value ? "spc.attend_cached" : "spc.retrieve_cached", loc, has_value ? 3 : 2, read, 1, &type,
                                       0, NULL);
  for (intptr_t i = 0; i < mlirOperationGetNumAttributes(op); ++i) {
    MlirNamedAttribute attr = mlirOperationGetAttribute(op, i);
    mlirOperationSetAttributeByName(packed, mlirIdentifierStr(attr.name), attr.attribute);
  }
  mlirValueReplaceAllUsesOfWith(mlirOperationGetResult(op, 0), mlirOperationGetResult(packed, 0));
  return true;
}

// ---- MLP and residuals -----------------------------------------------------------------------------------------------

static bool pack_mlp(MlirOperation op) {
  MlirOperation linears[] = {spc_operand_def(op, 0), spc_operand_def(op, 1)};
  for (int i = 0; i < 2; ++i) {
    if (!spc_op_is(linears[i], "spc.linear") || !mlirValueIsNull(spc_optional_operand(linears[i], 3))) {
      return spc_error(op, "its gate or up is not a plain projection");
    }
  }
  MlirValue gate_up;
  if (!stack_linears(2, linears, "gate_proj", "gate_up_proj", op, &gate_up)) return false;
  MlirType type = mlirValueGetType(mlirOperationGetResult(op, 0));
  MlirOperation packed = spc_op_insert(mlirOperationGetBlock(op), op, "spc.swiglu", mlirOperationGetLocation(op), 1, &gate_up, 1, &type, 0, NULL);
  mlirValueReplaceAllUsesOfWith(mlirOperationGetResult(op, 0), mlirOperationGetResult(packed, 0));
  return true;
}

// add(a, linear(x)) with no other reader of the linear: the linear takes a as its residual. It moves to where the add stood, after a.
static void fold_residual(MlirOperation add) {
  for (intptr_t side = 1; side >= 0; --side) {
    MlirOperation linear = spc_operand_def(add, side);
    MlirValue residual = mlirOperationGetOperand(add, 1 - side);
    if (!spc_op_is(linear, "spc.linear") || !mlirValueIsNull(spc_optional_operand(linear, 3))) continue;
    if (mlirOperationIsNull(spc_value_single_user(mlirOperationGetResult(linear, 0)))) continue;
    mlirOperationMoveBefore(linear, add);
    mlirOperationSetOperand(linear, 3, residual);
    mlirValueReplaceAllUsesOfWith(mlirOperationGetResult(add, 0), mlirOperationGetResult(linear, 0));
    return;
  }
}

// ---- The pass --------------------------------------------------------------------------------------------------------

static bool pack_function(MlirOperation func) {
  bool ok = merge_equal(func);
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    // Every attention and MLP is tried, so that all that cannot be packed is reported at once.
    if (spc_op_is(op, "spc.attend") || spc_op_is(op, "spc.retrieve")) {
      ok = pack_attention(op) && ok;
    } else if (spc_op_is(op, "spc.silu_mul")) {
      ok = pack_mlp(op) && ok;
    } else if (spc_op_is(op, "spc.add")) {
      fold_residual(op);
    }
  }
  static const char *const keep[] = {"spc.rope_append", NULL};
  spc_erase_dead(func, keep);
  return ok;
}

static bool pack_projections(MlirOperation op, const void *options) {
  (void)options;
  static const char *const functions[] = {"llm", "dlm", "retrieve"};
  bool ok = true;
  for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); ++i) {
    MlirOperation func = spc_module_func(mlirModuleFromOperation(op), functions[i]);
    if (!mlirOperationIsNull(func)) ok = pack_function(func) && ok;
  }
  return ok;
}

spc_status_t spc_create_pack_projections_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Pack q, k, v and gate, up into one linear each; fuse norm, RoPE and append", pack_projections};
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, 0, NULL));
  return spc_pass_create(&type, NULL, 0, out_pass);
}
