// Concrete inputs for a decoder: every argument's shape and values from its role.
#include <stdlib.h>
#include <string.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "passes/eval/eval.h"
#include "passes/ir/ir.h"

typedef enum role_t {
  ROLE_UNKNOWN = 0,
  ROLE_IDS,
  ROLE_POSITIONS,
  ROLE_MASK,
  ROLE_HIDDEN,
  ROLE_CACHE,
  ROLE_WINDOW,  // embeddings of the tokens before
  ROLE_TOTAL_LENGTH,
  ROLE_KEY_LENGTHS,  // tokens so far less one, per sequence
} role_t;

// The first substring found in an argument's name decides. "past_sequence_length" and the like come before "past".
static const struct {
  const char *part;
  role_t role;
} role_names[] = {
    {"total_seq", ROLE_TOTAL_LENGTH}, {"seqlens_k", ROLE_KEY_LENGTHS}, {"mask", ROLE_MASK},   {"position", ROLE_POSITIONS},
    {"window", ROLE_WINDOW},          {"past", ROLE_CACHE},            {"key_values", ROLE_CACHE},      {"hidden", ROLE_HIDDEN}, {"embeds", ROLE_HIDDEN},
    {"ids", ROLE_IDS},                {"token", ROLE_IDS},
};

typedef struct argument_t {
  MlirValue value;
  char name[128];
  role_t role;
  spc_eval_element_t element;
  int32_t rank;
  int64_t dims[SPC_EVAL_MAX_RANK];  // -1 where symbolic
} argument_t;

static spc_status_t describe_argument(MlirOperation func, intptr_t i, argument_t *out) {
  memset(out, 0, sizeof *out);
  out->value = mlirBlockGetArgument(spc_func_block(func), i);
  MlirAttribute all = spc_attr(func, "arg_attrs"), dict = mlirAttributeGetNull();
  if (!mlirAttributeIsNull(all) && mlirAttributeIsAArray(all) && i < mlirArrayAttrGetNumElements(all)) dict = mlirArrayAttrGetElement(all, i);
  MlirAttribute name = spc_dict(dict, "onnx.name"), type_attr = spc_dict(dict, "onnx.type"), dims = spc_dict(dict, "onnx.dims");
  if (!mlirAttributeIsNull(name) && mlirAttributeIsAString(name)) {
    MlirStringRef text = mlirStringAttrGetValue(name);
    size_t length = text.length < sizeof out->name ? text.length : sizeof out->name - 1;
    memcpy(out->name, text.data, length);
  }
  MlirType type = mlirAttributeIsNull(type_attr) || !mlirAttributeIsAType(type_attr) ? (MlirType){NULL} : mlirTypeAttrGetValue(type_attr);
  if (mlirTypeIsNull(type) || !mlirTypeIsARankedTensor(type) || mlirShapedTypeGetRank(type) > SPC_EVAL_MAX_RANK ||
      !spc_eval_element_from_mlir(mlirShapedTypeGetElementType(type), &out->element)) {
    return SPC_STATUS(SPC_UNSUPPORTED, "input '%s': no tensor type that the evaluator knows", out->name);
  }
  out->rank = (int32_t)mlirShapedTypeGetRank(type);
  for (int32_t d = 0; d < out->rank; d++) {
    out->dims[d] = mlirShapedTypeIsDynamicDim(type, d) ? -1 : mlirShapedTypeGetDimSize(type, d);
    if (out->dims[d] >= 0 || mlirAttributeIsNull(dims) || !mlirAttributeIsAArray(dims) || d >= mlirArrayAttrGetNumElements(dims)) continue;
    MlirAttribute text = mlirArrayAttrGetElement(dims, d);
    if (!mlirAttributeIsAString(text) || mlirStringAttrGetValue(text).length == 0) continue;
    char *end;
    char digits[24] = "";
    MlirStringRef value = mlirStringAttrGetValue(text);
    if (value.length >= sizeof digits || value.data[0] < '0' || value.data[0] > '9') continue;
    memcpy(digits, value.data, value.length);
    long long number = strtoll(digits, &end, 10);
    if (*end == '\0') out->dims[d] = number;
  }
  for (size_t k = 0; k < sizeof role_names / sizeof *role_names && out->role == ROLE_UNKNOWN; k++) {
    if (strstr(out->name, role_names[k].part)) out->role = role_names[k].role;
  }
  return NULL;
}

// Puts |wanted| into the symbolic dimensions. A -1 in |wanted| must be a number in the argument's type.
static spc_status_t fill_dims(argument_t *a, int32_t rank, const int64_t *wanted) {
  if (a->rank != rank) return SPC_STATUS(SPC_UNSUPPORTED, "input '%s' has rank %d; %d is expected", a->name, a->rank, rank);
  for (int32_t d = 0; d < rank; d++) {
    if (a->dims[d] < 0) a->dims[d] = wanted[d];
    if (a->dims[d] < 0) return SPC_STATUS(SPC_UNSUPPORTED, "input '%s': dimension %d is symbolic and follows from nothing", a->name, d);
  }
  return NULL;
}

// ---- Caches: the sizes of a key or value that a model leaves symbolic ----------------------------------------------

// Shapes of the operand that meets the cache in the op that reads it: the query of attention, the new keys of a Concat.
static spc_status_t sizes_from_reader(spc_eval_env_t *env, MlirOperation reader, MlirValue cache, int64_t *heads, int64_t *size) {
  spc_eval_tensor_t met = {0};
  if (spc_op_is(reader, "onnx_ms.GroupQueryAttention")) {
    int64_t q_heads = spc_attr_i64(reader, "num_heads", 0), kv_heads = spc_attr_i64(reader, "kv_num_heads", 0);
    if (q_heads <= 0 || kv_heads <= 0 || mlirOperationGetNumOperands(reader) < 5) return NULL;
    SPC_RETURN_IF_ERROR(spc_eval_value(env, mlirOperationGetOperand(reader, 0), &met));
    bool packed = spc_op_is(spc_value_def(mlirOperationGetOperand(reader, 1)), "onnx.none");
    int64_t parts = packed ? q_heads + 2 * kv_heads : q_heads;
    if (met.rank == 3 && parts > 0) *heads = kv_heads, *size = met.dims[2] / parts;
  } else if (spc_op_is(reader, "onnx.Concat") && mlirOperationGetNumOperands(reader) == 2) {
    intptr_t other = mlirValueEqual(mlirOperationGetOperand(reader, 0), cache) ? 1 : 0;
    SPC_RETURN_IF_ERROR(spc_eval_value(env, mlirOperationGetOperand(reader, other), &met));
    if (met.rank == 4) *heads = met.dims[1], *size = met.dims[3];
  } else if (spc_op_is(reader, "onnx.Attention")) {
    SPC_RETURN_IF_ERROR(spc_eval_value(env, mlirOperationGetOperand(reader, 1), &met));
    int64_t kv_heads = spc_attr_i64(reader, "kv_num_heads", 0);
    if (met.rank == 4) *heads = met.dims[1], *size = met.dims[3];
    if (met.rank == 3 && kv_heads > 0) *heads = kv_heads, *size = met.dims[2] / kv_heads;
  }
  spc_eval_tensor_deinit(&met);
  return NULL;
}

static spc_status_t resolve_cache(spc_eval_env_t *env, argument_t *a, const spc_eval_probe_t *probe, int64_t *last_heads, int64_t *last_size) {
  int64_t heads = -1, size = -1;
  bool is_symbolic = a->rank == 4 && (a->dims[1] < 0 || a->dims[3] < 0);
  for (MlirOpOperand use = mlirValueGetFirstUse(a->value); is_symbolic && size < 0 && !mlirOpOperandIsNull(use);
       use = mlirOpOperandGetNextUse(use)) {
    // A reader whose other operands are not bound yet says nothing; its like in an earlier layer has then.
    spc_status_ignore(sizes_from_reader(env, mlirOpOperandGetOwner(use), a->value, &heads, &size));
  }
  if (size < 0) heads = *last_heads, size = *last_size;
  SPC_RETURN_IF_ERROR(fill_dims(a, 4, (int64_t[]){probe->batch, heads, probe->past, size}));
  *last_heads = a->dims[1];
  *last_size = a->dims[3];
  return NULL;
}

// ---- Values --------------------------------------------------------------------------------------------------------

static spc_status_t shape_by_role(argument_t *a, const spc_eval_probe_t *p) {
  int64_t b = p->batch, s = p->sequence, total = p->past + p->sequence;
  switch (a->role) {
    case ROLE_IDS: return fill_dims(a, 2, (int64_t[]){b, s});
    case ROLE_HIDDEN: return fill_dims(a, 3, (int64_t[]){b, s, -1});
    case ROLE_WINDOW: return fill_dims(a, 3, (int64_t[]){b, -1, -1});
    case ROLE_KEY_LENGTHS: return fill_dims(a, 1, (int64_t[]){b});
    case ROLE_POSITIONS: return a->rank == 1 ? fill_dims(a, 1, (int64_t[]){s}) : fill_dims(a, 2, (int64_t[]){b, s});
    case ROLE_MASK: return a->rank == 4 ? fill_dims(a, 4, (int64_t[]){b, 1, s, total}) : fill_dims(a, 2, (int64_t[]){b, total});
    case ROLE_TOTAL_LENGTH: return a->rank == 0 ? NULL : fill_dims(a, 1, (int64_t[]){1});
    default:
      return SPC_STATUS(SPC_UNSUPPORTED,
                        "input '%s' is none that spc knows (ids, positions, attention mask, past keys and values, hidden states, a window of embeddings, lengths): "
                        "export a causal LM with past key values and without other inputs",
                        a->name);
  }
}

static spc_status_t fill_values(const argument_t *a, const spc_eval_probe_t *p, uint64_t seed, spc_eval_tensor_t *out) {
  bool is_float = spc_eval_element_is_float(a->element), is_random = a->role == ROLE_CACHE || a->role == ROLE_HIDDEN || a->role == ROLE_WINDOW;
  if (is_float && !p->values) return spc_eval_tensor_init_shape(a->element, a->rank, a->dims, out);
  if (is_random) return spc_eval_tensor_init_random(a->element, a->rank, a->dims, -1, 1, seed, out);
  if (a->role == ROLE_IDS) {
    return spc_eval_tensor_init_random(a->element, a->rank, a->dims, 0, p->vocab > 0 ? (double)p->vocab : 1, seed, out);
  }
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(a->element, a->rank, a->dims, out));
  for (int64_t n = 0; n < out->count; n++) {
    int64_t value = 1;  // a mask: attend
    if (a->role == ROLE_POSITIONS) value = p->past + n % a->dims[a->rank - 1];
    if (a->role == ROLE_TOTAL_LENGTH) value = p->past + p->sequence;
    if (a->role == ROLE_KEY_LENGTHS) value = p->past + p->sequence - 1;
    if (out->f) {
      out->f[n] = a->role == ROLE_MASK && a->rank == 4 ? 0 : (double)value;  // a 4-D float mask is added to the scores
    } else {
      out->i[n] = value;
    }
  }
  return NULL;
}

static spc_status_t bind_one(spc_eval_env_t *env, const argument_t *a, const spc_eval_probe_t *probe, uint64_t seed) {
  spc_eval_tensor_t tensor;
  SPC_RETURN_IF_ERROR(spc_status_annotate(fill_values(a, probe, seed, &tensor), "input '%s'", a->name));
  spc_status_t status = spc_eval_bind(env, a->value, &tensor);
  spc_eval_tensor_deinit(&tensor);
  return status;
}

spc_status_t spc_eval_bind_arguments(spc_eval_env_t *env, MlirOperation func, const spc_eval_probe_t *probe) {
  intptr_t count = mlirBlockGetNumArguments(spc_func_block(func));
  if (probe->batch < 1 || probe->sequence < 1 || probe->past < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "a probe of no tokens");
  int64_t heads = -1, size = -1;
  spc_status_t status = NULL;
  // Caches last: where their sizes are symbolic, they follow from what the other inputs lead to.
  for (int want_caches = 0; want_caches < 2; want_caches++) {
    for (intptr_t i = 0; i < count; i++) {
      argument_t a;
      if (spc_eval_lookup(env, mlirBlockGetArgument(spc_func_block(func), i))) continue;
      spc_status_t failed = describe_argument(func, i, &a);
      if (!failed && (a.role == ROLE_CACHE) != want_caches) continue;
      if (!failed) failed = want_caches ? resolve_cache(env, &a, probe, &heads, &size) : shape_by_role(&a, probe);
      if (!failed) failed = bind_one(env, &a, probe, probe->seed * 1000003 + (uint64_t)i);
      status = spc_status_join(status, failed);  // the first error is reported, what can be bound is
    }
  }
  return status;
}
