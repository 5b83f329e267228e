// --spc-derive-retrieval-head: from the distilled model @dlm to @retrieve, what computes attention scores and nothing else.
//
// Of the chosen layer the query and key projections of the kept heads stay; values, output projection, MLP, LM head and later layers go. Lower
// layers stay whole, since the chosen layer reads what they write. The head may read features of the LLM (EAGLE form): then @llm returns them too.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/projection.h"
#include "passes/ir/weight_parts.h"
#include "passes/passes.h"
#include "passes/retrieval/feature_taps.h"
#include "passes/retrieval/shared_embedding.h"

#define FLAG "spc-derive-retrieval-head"
#define MAX_HEADS SPC_OPTION_LIST_MAX

typedef struct derive_options_t {
  int64_t layer;  // -1: not given
  spc_int_list_t heads;
  spc_int_list_t feature_layers;
} derive_options_t;

// The attention of the chosen layer, and which of its heads stay.
typedef struct head_choice_t {
  MlirOperation op;  // spc.attend or spc.retrieve
  int64_t layer;
  int64_t q_heads, kv_heads, head_size;  // before
  int64_t kept_q, kept_kv;
  int64_t q[MAX_HEADS], kv[MAX_HEADS];  // kept heads, ascending
} head_choice_t;

// ---- Which layer, which heads ----------------------------------------------------------------------------------------

static bool is_attention(MlirOperation op) { return spc_op_is(op, "spc.attend") || spc_op_is(op, "spc.retrieve"); }

static bool choose_layer(MlirOperation dlm, const derive_options_t *options, head_choice_t *choice) {
  int64_t layers = 0;
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(dlm)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!is_attention(op)) continue;
    if (layers == options->layer || (options->layer < 0 && layers == 0)) choice->op = op;
    ++layers;
  }
  if (layers == 0) return spc_error(dlm, "the retriever has no attention layer to take scores from");
  if (options->layer < 0 && layers > 1) {
    return spc_error(dlm, "the retriever has %" PRId64 " layers: choose the one whose attention retrieves with layer=0 to layer=%" PRId64, layers,
                     layers - 1);
  }
  if (options->layer >= layers) {
    return spc_error(dlm, "layer=%" PRId64 ": the retriever has %" PRId64 " layers, 0 to %" PRId64, options->layer, layers, layers - 1);
  }
  choice->layer = options->layer < 0 ? 0 : options->layer;
  choice->q_heads = spc_attr_i64(choice->op, "q_heads", 0);
  choice->kv_heads = spc_attr_i64(choice->op, "kv_heads", 0);
  choice->head_size = spc_attr_i64(choice->op, "head_size", 0);
  if (choice->q_heads < 1 || choice->kv_heads < 1 || choice->head_size < 1 || choice->q_heads % choice->kv_heads != 0) {
    return spc_error(choice->op, "%" PRId64 " query heads over %" PRId64 " KV heads of size %" PRId64 " are no attention", choice->q_heads,
                     choice->kv_heads, choice->head_size);
  }
  return true;
}

static bool choose_heads(const spc_int_list_t *heads, head_choice_t *choice) {
  const int64_t group = choice->q_heads / choice->kv_heads;
  if (choice->q_heads > MAX_HEADS) return spc_error(choice->op, "%" PRId64 " query heads; at most %d are supported", choice->q_heads, MAX_HEADS);
  bool kept[MAX_HEADS] = {false};
  for (intptr_t i = 0; i < heads->count; ++i) {
    if (heads->values[i] >= choice->q_heads) {
      return spc_error(choice->op, "heads: there is no query head %" PRId64 ", layer %" PRId64 " has heads 0 to %" PRId64, heads->values[i],
                       choice->layer, choice->q_heads - 1);
    }
    if (kept[heads->values[i]]) return spc_error(choice->op, "heads: query head %" PRId64 " is named twice", heads->values[i]);
    kept[heads->values[i]] = true;
  }
  int64_t counts[MAX_HEADS] = {0};  // kept query heads by KV head
  for (int64_t h = 0; h < choice->q_heads; ++h) {
    if (heads->count >= 0 && !kept[h]) continue;
    choice->q[choice->kept_q++] = h;
    if (counts[h / group]++ == 0) choice->kv[choice->kept_kv++] = h / group;
  }
  for (int64_t i = 1; i < choice->kept_kv; ++i) {
    if (counts[choice->kv[i]] == counts[choice->kv[0]]) continue;
    return spc_error(choice->op,
                     "heads: KV head %" PRId64 " keeps %" PRId64 " query heads and KV head %" PRId64 " keeps %" PRId64
                     "; name the same number for each (KV head k serves query heads %" PRId64 "k to %" PRId64 "k+%" PRId64 ")",
                     choice->kv[0], counts[choice->kv[0]], choice->kv[i], counts[choice->kv[i]], group, group, group - 1);
  }
  return true;
}

// ---- Taking the heads' rows ------------------------------------------------------------------------------------------

// A copy of |op| before |before| whose first operand is |input| and which makes |width| columns.
static MlirValue clone_on(MlirOperation op, MlirOperation before, MlirValue input, int64_t width, int64_t heads) {
  MlirContext ctx = mlirOperationGetContext(op);
  MlirOperation copy = mlirOperationClone(op);
  mlirBlockInsertOwnedOperationBefore(mlirOperationGetBlock(before), before, copy);
  mlirOperationSetOperand(copy, 0, input);
  if (heads > 0) mlirOperationSetAttributeByName(copy, spc_str("heads"), spc_named_i64(ctx, "heads", heads).attribute);
  MlirValue result = mlirOperationGetResult(copy, 0);
  mlirValueSetType(result, spc_tensor2(spc_element(result), spc_dim(result, 0), width));
  return result;
}

// The query or key |value| of |total| heads, narrowed to |n| of them.
static bool keep_heads(const head_choice_t *choice, const char *role, MlirValue value, int64_t total, int64_t n, const int64_t *heads,
                       MlirValue *out_value) {
  *out_value = value;
  if (n == total) return true;
  const int64_t size = choice->head_size;
  spc_projection_t made;
  if (!spc_projection_match(value, &made)) {
    return spc_error(choice->op, "cannot take single heads of layer %" PRId64 ": its %s is not a projection with an optional per-head norm and RoPE",
                     choice->layer, role);
  }
  MlirOperation weight = spc_operand_def(made.linear, 1), bias = spc_operand_def(made.linear, 2);
  if (!spc_op_is(weight, "spc.weight") || (!spc_op_is(bias, "spc.weight") && !spc_op_is(bias, "spc.none"))) {
    return spc_error(made.linear, "cannot take single heads of layer %" PRId64 ": the %s projection's weights are computed", choice->layer, role);
  }
  spc_row_range_t ranges[MAX_HEADS];
  for (int64_t i = 0; i < n; ++i) ranges[i] = (spc_row_range_t){heads[i] * size, (heads[i] + 1) * size};
  MlirOperation before = choice->op, rows;
  MlirValue result = clone_on(made.linear, before, mlirOperationGetOperand(made.linear, 0), n * size, 0);
  MlirOperation linear = spc_value_def(result);
  if (!spc_weight_take_rows(weight, n, ranges, linear, &rows)) return false;
  mlirOperationSetOperand(linear, 1, mlirOperationGetResult(rows, 0));
  if (spc_op_is(bias, "spc.weight")) {
    if (!spc_weight_take_rows(bias, n, ranges, linear, &rows)) return false;
    mlirOperationSetOperand(linear, 2, mlirOperationGetResult(rows, 0));
  }
  if (!mlirOperationIsNull(made.norm)) result = clone_on(made.norm, before, result, n * size, n);
  if (!mlirOperationIsNull(made.rope)) result = clone_on(made.rope, before, result, n * size, n);
  *out_value = result;
  return true;
}

// Puts spc.retrieve in the place of the chosen attention and makes it the function's only result; all else that nothing reads goes.
static bool cut_to_scores(MlirOperation dlm, const head_choice_t *choice) {
  MlirContext ctx = mlirOperationGetContext(dlm);
  MlirLocation loc = mlirOperationGetLocation(choice->op);
  MlirBlock block = spc_func_block(dlm);
  MlirValue operands[3];
  if (!keep_heads(choice, "query", mlirOperationGetOperand(choice->op, 0), choice->q_heads, choice->kept_q, choice->q, &operands[0]) ||
      !keep_heads(choice, "key", mlirOperationGetOperand(choice->op, 1), choice->kv_heads, choice->kept_kv, choice->kv, &operands[1])) {
    return false;
  }
  MlirOperation cache = spc_operand_def(choice->op, spc_op_is(choice->op, "spc.attend") ? 3 : 2);
  if (!spc_op_is(cache, "spc.kv_cache") || mlirAttributeIsNull(spc_attr(cache, "element"))) {
    return spc_error(choice->op, "the attention's cache is not an spc.kv_cache with an element type");
  }
  if (mlirAttributeIsNull(spc_attr(choice->op, "scale"))) return spc_error(choice->op, "the attention has no scale");
  MlirNamedAttribute cache_attrs[] = {
      spc_named_i64(ctx, "layer", choice->layer),          spc_named_i64(ctx, "kv_heads", choice->kept_kv),
      spc_named_i64(ctx, "head_size", choice->head_size),  spc_named(ctx, "element", spc_attr(cache, "element")),
      spc_named_str(ctx, "kind", "keys"),
  };
  MlirType cache_type = spc_type(ctx, "!spc.cache"), scores_type = spc_type(ctx, "!spc.scores");
  MlirOperation keys = spc_op_insert(block, choice->op, "spc.kv_cache", loc, 0, NULL, 1, &cache_type, 5, cache_attrs);
  operands[2] = mlirOperationGetResult(keys, 0);
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "q_heads", choice->kept_q),
      spc_named_i64(ctx, "kv_heads", choice->kept_kv),
      spc_named_i64(ctx, "head_size", choice->head_size),
      spc_named_i64(ctx, "layer", choice->layer),
      spc_named(ctx, "scale", spc_attr(choice->op, "scale")),
  };
  MlirOperation retrieve = spc_op_insert(block, choice->op, "spc.retrieve", loc, 3, operands, 1, &scores_type, 5, attrs);

  MlirValue scores = mlirOperationGetResult(retrieve, 0);
  mlirOperationSetOperands(spc_func_return(dlm), 1, &scores);
  static const char *const keep[] = {NULL};
  spc_erase_dead(dlm, keep);
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "spc.kv_cache") && !mlirOperationEqual(op, keys)) {
      mlirOperationSetAttributeByName(op, spc_str("kind"), mlirStringAttrGet(ctx, spc_str("retriever")));
    }
  }
  mlirOperationSetAttributeByName(dlm, spc_str("sym_name"), mlirStringAttrGet(ctx, spc_str("retrieve")));
  return true;
}

// ---- Does it belong to the LLM? --------------------------------------------------------------------------------------

static bool check_compatible(MlirOperation dlm, MlirAttribute model, const head_choice_t *choice) {
  const int64_t vocab = spc_dict_i64(model, "vocab", -1), kv_heads = spc_dict_i64(model, "kv_heads", -1);
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(dlm)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!spc_op_is(op, "spc.embed")) continue;
    int64_t own = spc_dim(mlirOperationGetOperand(op, 1), 0);
    if (own != vocab) {
      return spc_error(op, "INCOMPATIBLE: the retriever's vocabulary has %" PRId64 " tokens and the LLM's %" PRId64 "; use a retriever of the same tokenizer",
                       own, vocab);
    }
  }
  if (kv_heads < 1) return spc_error(dlm, "the module has no spc.model with kv_heads: raise @llm first");
  if (choice->kept_kv % kv_heads != 0 && kv_heads % choice->kept_kv != 0) {
    return spc_error(choice->op,
                     "INCOMPATIBLE: the retriever keeps %" PRId64 " KV heads and the LLM has %" PRId64
                     "; one must be a multiple of the other, so keep other heads",
                     choice->kept_kv, kv_heads);
  }
  return true;
}

// ---- Features --------------------------------------------------------------------------------------------------------

// The option, or else what the exporter wrote: metadata "spc.feature_layers" = "1,3,5".
static bool read_feature_layers(MlirOperation dlm, const derive_options_t *options, spc_int_list_t *out_layers) {
  *out_layers = options->feature_layers;
  if (out_layers->count >= 0) return true;
  MlirAttribute text = spc_dict(spc_attr(dlm, "onnx.metadata"), "spc.feature_layers");
  if (mlirAttributeIsNull(text) || !mlirAttributeIsAString(text)) {
    return spc_error(dlm,
                     "the retriever reads features of the LLM but has no metadata 'spc.feature_layers' to say of which layers; give "
                     "feature-layers=A,B,C: the LLM layers, counted from 0, whose outputs it was trained on");
  }
  MlirStringRef value = mlirStringAttrGetValue(text);
  spc_status_t status = spc_int_list_parse("metadata 'spc.feature_layers'", value.data, value.length, 0, INT64_MAX, out_layers);
  return !status || spc_error_status(mlirOperationGetLocation(dlm), status);
}

// Makes @llm return the features that @dlm's third argument wants; drops the argument when nothing reads it.
static bool connect_features(MlirOperation llm, MlirOperation dlm, MlirAttribute model, const derive_options_t *options,
                             spc_int_list_t *out_layers) {
  out_layers->count = 0;
  MlirBlock block = spc_func_block(dlm);
  if (mlirBlockGetNumArguments(block) < 3) {
    if (options->feature_layers.count < 0) return true;
    return spc_error(dlm, "feature-layers: the retriever has no hidden_states input that could take features");
  }
  MlirValue features = mlirBlockGetArgument(block, 2);
  if (!spc_value_has_uses(features)) {
    mlirBlockEraseArgument(block, 2);
    return true;
  }
  if (!read_feature_layers(dlm, options, out_layers)) return false;
  const int64_t size = spc_dim(features, 1), hidden = spc_dict_i64(model, "hidden", -1);
  int64_t expected;
  if (__builtin_mul_overflow(hidden, (int64_t)out_layers->count, &expected) || size != expected) {
    return spc_error(dlm,
                     "INCOMPATIBLE: the retriever reads %" PRId64 " features a token, but %" PRIdPTR " layers of the LLM's hidden size %" PRId64
                     " give %" PRId64,
                     size, out_layers->count, hidden, expected);
  }
  return spc_tap_features(llm, out_layers->count, out_layers->values);
}

// ---- The window ------------------------------------------------------------------------------------------------------

// The session keeps one window a sequence, so there is at most one.
static bool find_window(MlirOperation retrieve, MlirOperation *out_window) {
  *out_window = (MlirOperation){NULL};
  for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(retrieve)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!spc_op_is(op, "spc.window")) continue;
    if (!mlirOperationIsNull(*out_window)) return spc_error(op, "the retriever has more than one window of embeddings");
    *out_window = op;
  }
  return true;
}

// ---- The pass --------------------------------------------------------------------------------------------------------

static void set_retriever(MlirOperation module, const head_choice_t *choice, int64_t hidden, const spc_int_list_t *layers, MlirOperation window,
                          int64_t before, int64_t after) {
  MlirContext ctx = mlirOperationGetContext(module);
  const bool windowed = !mlirOperationIsNull(window);
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "layer", choice->layer),
      spc_named_i64(ctx, "q_heads", choice->kept_q),
      spc_named_i64(ctx, "kv_heads", choice->kept_kv),
      spc_named_i64(ctx, "head_size", choice->head_size),
      spc_named_i64(ctx, "feature_size", hidden * layers->count),
      spc_named(ctx, "feature_layers", spc_i64_array(ctx, layers->count, layers->values)),
      spc_named_i64(ctx, "parameters_before", before),
      spc_named_i64(ctx, "parameters_after", after),
      spc_named_i64(ctx, "window_tokens", windowed ? spc_attr_i64(window, "tokens", 0) : 0),
      spc_named_i64(ctx, "window_size", windowed ? spc_dim(mlirOperationGetOperand(window, 0), 1) : 0),
  };
  const intptr_t count = sizeof(attrs) / sizeof(attrs[0]);
  MlirAttribute dict = mlirDictionaryAttrGet(ctx, windowed ? count : count - 2, attrs);
  mlirOperationSetAttributeByName(module, spc_str("spc.retriever"), dict);
}

// What the head costs beside the LLM: its parameters, without an embedding that is the LLM's.
static void report(MlirOperation dlm, const head_choice_t *choice, int64_t before, int64_t after, int64_t shared, int64_t llm) {
  char own[96] = "";
  if (shared) snprintf(own, sizeof(own), ", %" PRId64 " without the LLM's embedding", after - shared);
  spc_emit_remark(mlirOperationGetLocation(dlm),
                  "retrieval head: layer %" PRId64 ", %" PRId64 " query heads over %" PRId64 " KV heads of size %" PRId64 "; %" PRId64
                  " parameters before, %" PRId64 " after (%.1f%%)%s: %.1f%% of the LLM's %" PRId64,
                  choice->layer, choice->kept_q, choice->kept_kv, choice->head_size, before, after,
                  before > 0 ? 100.0 * (double)after / (double)before : 100.0, own,
                  llm > 0 ? 100.0 * (double)(after - shared) / (double)llm : 0, llm);
}

static bool derive_retrieval_head(MlirOperation op, const void *data) {
  const derive_options_t *options = data;
  MlirModule module = mlirModuleFromOperation(op);
  MlirOperation dlm = spc_module_func(module, "dlm"), llm = spc_module_func(module, "llm");
  if (mlirOperationIsNull(dlm)) return true;  // no retriever
  if (mlirOperationIsNull(llm)) return spc_error(dlm, "a retriever needs its LLM: there is no @llm");
  MlirAttribute model = spc_attr(op, "spc.model");

  head_choice_t choice = {0};
  spc_int_list_t layers;
  MlirOperation window;
  int64_t shared;
  const int64_t before = spc_weight_count_parameters(dlm), llm_parameters = spc_weight_count_parameters(llm);
  if (!choose_layer(dlm, options, &choice) || !choose_heads(&options->heads, &choice) || !check_compatible(dlm, model, &choice) ||
      !cut_to_scores(dlm, &choice) || !connect_features(llm, dlm, model, options, &layers) || !find_window(dlm, &window) ||
      !spc_share_embedding(module, llm, dlm, &shared)) {
    return false;
  }
  spc_func_update_type(dlm);
  const int64_t after = spc_weight_count_parameters(dlm);
  set_retriever(op, &choice, spc_dict_i64(model, "hidden", 0), &layers, window, before, after);
  report(dlm, &choice, before, after, shared, llm_parameters);
  return true;
}

spc_status_t spc_create_derive_retrieval_head_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Turn @dlm into @retrieve: scores of the chosen layer and heads", derive_retrieval_head};
  derive_options_t options = {.layer = -1, .heads.count = -1, .feature_layers.count = -1};
  const spc_option_t table[] = {
      {"layer", SPC_OPTION_I64, &options.layer, 0, INT32_MAX},
      {"heads", SPC_OPTION_LIST, &options.heads, 0, INT32_MAX},
      {"feature-layers", SPC_OPTION_LIST, &options.feature_layers, 0, INT32_MAX},
  };
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, sizeof(table) / sizeof(table[0]), table));
  return spc_pass_create(&type, &options, sizeof(options), out_pass);
}
