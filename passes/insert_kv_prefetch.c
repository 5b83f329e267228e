// --spc-insert-kv-prefetch: from what a model computes (@llm, @retrieve) to the programs of a session.
//
// @decode retrieves first, but for the LLM's embedding: one selection serves all layers, so what each offloaded layer lacks is known before the LLM's first layer runs, and every
// prefetch starts then. The wait for it stands directly before the attention that needs it, and the write-back of new rows is waited for last.
// @prefill and @decode_full attend to everything: an offloaded layer streams its pages from the host, so its new rows must be there first.
#include <inttypes.h>
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/ir/projection.h"
#include "passes/ir/target.h"
#include "passes/passes.h"
#include "passes/retrieval/selection_level.h"
#include "spc/memory_model.h"

#define FLAG "spc-insert-kv-prefetch"
#define PAGE_TOKENS 64  // at most

typedef enum selection_t { SELECTION_HEAD, SELECTION_TOKEN, SELECTION_AUTO } selection_t;
typedef enum host_rows_t { HOST_ROWS_AUTO, HOST_ROWS_PACKED, HOST_ROWS_PLAIN } host_rows_t;

typedef struct prefetch_options_t {
  int64_t budget, sink, recent, max_seq, max_batch, prefill_chunk;
  int64_t selection;  // selection_t
  int64_t host_rows;  // host_rows_t
} prefetch_options_t;

// The module's parts, and what the programs are made with.
typedef struct prefetch_t {
  MlirOperation module, llm, retrieve;  // retrieve is null without a retriever
  MlirContext ctx;
  MlirLocation loc;
  prefetch_options_t options;
  int64_t kv_heads;      // the LLM's
  int64_t lists;         // of tokens that a row selects: kv_heads, or 1
  int64_t page_tokens;
  int64_t feature_size;  // 0: the retriever reads no features
} prefetch_t;

// ---- Small builders --------------------------------------------------------------------------------------------------

static MlirOperation first_op(MlirOperation func) { return mlirBlockGetFirstOperation(spc_func_block(func)); }

// An op with one result of |type| before |before|, or without results when |type| is null.
static MlirValue build(const prefetch_t *self, MlirOperation before, const char *name, intptr_t n, const MlirValue *operands, MlirType type,
                       intptr_t n_attrs, const MlirNamedAttribute *attrs) {
  const intptr_t n_results = !mlirTypeIsNull(type);
  MlirOperation op = spc_op_insert(mlirOperationGetBlock(before), before, name, self->loc, n, operands, n_results, &type, n_attrs, attrs);
  return n_results ? mlirOperationGetResult(op, 0) : (MlirValue){NULL};
}

static MlirType f32_rows(const prefetch_t *self, int64_t cols) { return spc_tensor2(mlirF32TypeGet(self->ctx), -1, cols); }

static bool is_llm_cache(MlirValue cache) {
  MlirStringRef kind = spc_attr_str(spc_value_def(cache), "kind", "");
  return mlirStringRefEqual(kind, spc_str("llm"));
}

static bool is_llm_attention(MlirOperation op) {
  return spc_op_is(op, "spc.attend_cached") && is_llm_cache(mlirOperationGetOperand(op, 1));
}

static void set_mode(const prefetch_t *self, MlirOperation attend, const char *mode) {
  mlirOperationSetAttributeByName(attend, spc_str("mode"), mlirStringAttrGet(self->ctx, spc_str(mode)));
}

static MlirValue build_offload(const prefetch_t *self, MlirOperation attend) {
  MlirValue cache = mlirOperationGetOperand(attend, 1);
  MlirNamedAttribute layer = spc_named_i64(self->ctx, "layer", spc_attr_i64(attend, "layer", -1));
  return build(self, attend, "spc.kv_offload", 1, &cache, spc_type(self->ctx, "!spc.token"), 1, &layer);
}

static void build_wait(const prefetch_t *self, MlirOperation before, MlirValue token, int64_t layer) {
  MlirNamedAttribute attr = spc_named_i64(self->ctx, "layer", layer);
  build(self, before, "spc.kv_wait", 1, &token, (MlirType){NULL}, 1, &attr);
}

// ---- Functions from functions ----------------------------------------------------------------------------------------

// A copy of @llm called |name|, at the end of the module.
static MlirOperation clone_llm(const prefetch_t *self, const char *name) {
  MlirOperation func = mlirOperationClone(self->llm);
  mlirOperationSetAttributeByName(func, spc_str("sym_name"), mlirStringAttrGet(self->ctx, spc_str(name)));
  mlirBlockAppendOwnedOperation(mlirModuleGetBody(mlirModuleFromOperation(self->module)), func);
  return func;
}

// Caches first: a prefetch names the cache of a layer that comes much later.
static void hoist_caches(MlirOperation func) {
  MlirOperation anchor = first_op(func);
  for (MlirOperation op = anchor, next; !mlirOperationIsNull(op); op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (!spc_op_is(op, "spc.kv_cache")) continue;
    if (mlirOperationEqual(op, anchor)) {
      anchor = next;
    } else {
      mlirOperationMoveBefore(op, anchor);
    }
  }
}

// Moves the LLM's embedding, which needs the token ids alone, before |before|, the first op of the body, and returns which op comes after it: its table may be in host memory, and a
// read of that would queue behind those of prefetches.
static MlirOperation embed_first(MlirOperation before) {
  for (MlirOperation op = before; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!spc_op_is(op, "spc.embed") || !mlirValueIsABlockArgument(mlirOperationGetOperand(op, 0))) continue;
    MlirOperation moved[] = {spc_operand_def(op, 1), op};
    for (int i = 0; i < 2; ++i) {
      if (mlirOperationEqual(moved[i], before)) before = mlirOperationGetNextInBlock(before);
      else mlirOperationMoveBefore(moved[i], before);
    }
    return before;
  }
  return before;
}

// Copies the body of @retrieve into |func| before |before|, fed with |features| (null when it reads none). Returns its spc.retrieve_cached.
static MlirOperation inline_retriever(const prefetch_t *self, MlirOperation func, MlirOperation before, MlirValue features) {
  MlirOperation copy = mlirOperationClone(self->retrieve), scores = {NULL};
  MlirBlock from = spc_func_block(copy), to = spc_func_block(func);
  for (intptr_t i = 0; i < mlirBlockGetNumArguments(from); ++i) {
    MlirValue value = i < 2 ? mlirBlockGetArgument(to, i) : features;
    mlirValueReplaceAllUsesOfWith(mlirBlockGetArgument(from, i), value);
  }
  for (MlirOperation op = mlirBlockGetFirstOperation(from), next; !spc_op_is(op, "func.return"); op = next) {
    next = mlirOperationGetNextInBlock(op);
    mlirOperationMoveBefore(op, before);
    if (spc_op_is(op, "spc.retrieve_cached")) scores = op;
    if (spc_op_is(op, "spc.attend_cached")) set_mode(self, op, "full");  // a lower layer of the retriever
  }
  mlirOperationDestroy(copy);
  return scores;
}

// What spc.features gave, which no longer is a result; null without features.
static MlirValue take_features(MlirOperation func) {
  MlirOperation ret = spc_func_return(func);
  if (mlirOperationGetNumOperands(ret) < 2) return (MlirValue){NULL};
  MlirValue logits = mlirOperationGetOperand(ret, 0), features = mlirOperationGetOperand(ret, 1);
  mlirOperationSetOperands(ret, 1, &logits);
  return features;
}

static void finish(MlirOperation func) {
  static const char *const keep[] = {"spc.rope_append", NULL};  // appends, even when nobody asks for its query
  spc_erase_dead(func, keep);
  hoist_caches(func);
  spc_func_update_type(func);
}

// Full attention: the new rows of an offloaded layer go to the host before its pages are streamed from there.
static void attend_fully(const prefetch_t *self, MlirOperation func) {
  for (MlirOperation op = first_op(func); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!is_llm_attention(op)) continue;
    build_wait(self, op, build_offload(self, op), spc_attr_i64(op, "layer", -1));
    set_mode(self, op, "full");
  }
}

static void store_features(const prefetch_t *self, MlirOperation func, MlirValue features) {
  if (!mlirValueIsNull(features)) build(self, spc_func_return(func), "spc.store_features", 1, &features, (MlirType){NULL}, 0, NULL);
}

static MlirValue load_features(const prefetch_t *self, MlirOperation before) {
  if (self->feature_size == 0) return (MlirValue){NULL};
  return build(self, before, "spc.load_features", 0, NULL, f32_rows(self, self->feature_size), 0, NULL);
}

// ---- The programs ----------------------------------------------------------------------------------------------------

static void make_prefill(const prefetch_t *self) {
  MlirOperation func = clone_llm(self, "prefill");
  MlirValue features = take_features(func);
  MlirOperation ret = spc_func_return(func);
  MlirValue hidden = spc_residual_stream_of(spc_operand_def(ret, 0));
  mlirOperationSetOperands(ret, 1, &hidden);
  attend_fully(self, func);
  if (!mlirOperationIsNull(self->retrieve)) {
    // Row r of the head reads the features of the token before it.
    MlirValue shifted = {NULL};
    if (!mlirValueIsNull(features)) {
      shifted = build(self, ret, "spc.shift_features", 1, &features, mlirValueGetType(features), 0, NULL);
    }
    inline_retriever(self, func, ret, shifted);
  }
  finish(func);
}

// The retriever's scores to the selection that all layers share, and what it changes.
static MlirValue build_selection(const prefetch_t *self, MlirOperation retrieve, MlirOperation before, MlirValue *out_delta) {
  MlirContext ctx = self->ctx;
  const int64_t q_heads = spc_attr_i64(retrieve, "q_heads", 0), own_kv_heads = spc_attr_i64(retrieve, "kv_heads", 0);
  const int64_t scores_dims[] = {-1, q_heads, self->options.max_seq}, probs_dims[] = {-1, self->lists, self->options.max_seq};
  const MlirNamedAttribute sink = spc_named_i64(ctx, "sink", self->options.sink), recent = spc_named_i64(ctx, "recent", self->options.recent);
  MlirType f32 = mlirF32TypeGet(ctx);

  MlirValue operands[] = {mlirOperationGetOperand(retrieve, 0), mlirOperationGetOperand(retrieve, 1)};
  MlirNamedAttribute score_attrs[] = {
      spc_named_i64(ctx, "q_heads", q_heads), spc_named_i64(ctx, "kv_heads", own_kv_heads),
      spc_named_i64(ctx, "head_size", spc_attr_i64(retrieve, "head_size", 0)), spc_named(ctx, "scale", spc_attr(retrieve, "scale")), sink, recent};
  MlirValue scores = build(self, before, "spc.score", 2, operands, spc_tensor(f32, 3, scores_dims), 6, score_attrs);
  MlirNamedAttribute pool_attrs[] = {spc_named_i64(ctx, "q_heads", q_heads), spc_named_i64(ctx, "retriever_kv_heads", own_kv_heads),
                                     spc_named_i64(ctx, "kv_heads", self->lists), sink, recent};
  MlirValue probs = build(self, before, "spc.pool", 1, &scores, spc_tensor(f32, 3, probs_dims), 5, pool_attrs);
  MlirNamedAttribute select_attrs[] = {spc_named_i64(ctx, "budget", self->options.budget), spc_named_i64(ctx, "kv_heads", self->lists), sink, recent};
  MlirNamedAttribute diff_attrs[] = {spc_named_i64(ctx, "kv_heads", self->kv_heads), spc_named_i64(ctx, "lists", self->lists)};
  MlirValue selection = build(self, before, "spc.select", 1, &probs, spc_type(ctx, "!spc.selection"), 4, select_attrs);
  *out_delta = build(self, before, "spc.kv_diff", 1, &selection, spc_type(ctx, "!spc.delta"), 2, diff_attrs);
  return selection;
}

static bool make_decode(const prefetch_t *self) {
  MlirOperation func = clone_llm(self, "decode");
  hoist_caches(func);
  MlirValue features = take_features(func), selection, delta;
  MlirOperation body = first_op(func);
  intptr_t layers = 0;
  for (MlirOperation op = body; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "spc.kv_cache")) body = mlirOperationGetNextInBlock(op);
    layers += is_llm_attention(op);
  }
  MlirOperation *attends = calloc((size_t)layers + 1, sizeof(*attends));
  MlirValue *tokens = calloc((size_t)layers + 1, sizeof(*tokens));
  if (!attends || !tokens) {
    free(attends);
    free(tokens);
    return spc_error(func, "out of memory for %" PRIdPTR " layers", layers);
  }
  layers = 0;
  for (MlirOperation op = body; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (is_llm_attention(op)) attends[layers++] = op;
  }

  body = embed_first(body);
  MlirOperation retrieve = inline_retriever(self, func, body, load_features(self, body));
  selection = build_selection(self, retrieve, body, &delta);
  // Earliest: right after the difference is known, in the order in which the layers will need their rows.
  for (intptr_t i = 0; i < layers; ++i) {
    MlirValue operands[] = {delta, mlirOperationGetOperand(attends[i], 1)};
    MlirNamedAttribute layer = spc_named_i64(self->ctx, "layer", spc_attr_i64(attends[i], "layer", -1));
    tokens[i] = build(self, body, "spc.kv_prefetch", 2, operands, spc_type(self->ctx, "!spc.token"), 1, &layer);
  }
  for (intptr_t i = 0; i < layers; ++i) {
    MlirValue offloaded = build_offload(self, attends[i]);
    build_wait(self, attends[i], tokens[i], spc_attr_i64(attends[i], "layer", -1));  // latest
    mlirOperationSetOperand(attends[i], 2, selection);
    set_mode(self, attends[i], "sparse");
    tokens[i] = offloaded;
  }
  for (intptr_t i = 0; i < layers; ++i) build_wait(self, spc_func_return(func), tokens[i], spc_attr_i64(attends[i], "layer", -1));
  store_features(self, func, features);
  free(attends);
  free(tokens);
  finish(func);
  return true;
}

static void make_decode_full(const prefetch_t *self) {
  MlirOperation func = clone_llm(self, "decode_full");
  MlirValue features = take_features(func);
  attend_fully(self, func);
  if (!mlirOperationIsNull(self->retrieve)) {
    MlirOperation body = first_op(func);
    inline_retriever(self, func, body, load_features(self, body));  // for its keys: a later step may retrieve
    store_features(self, func, features);
  }
  finish(func);
}

// The final norm and the LM head, on hidden rows of the caller's choice.
static void make_logits(const prefetch_t *self) {
  MlirOperation func = clone_llm(self, "logits");
  take_features(func);
  MlirBlock block = spc_func_block(func);
  MlirOperation norm = spc_operand_def(spc_operand_def(spc_func_return(func), 0), 0);
  MlirType type = mlirValueGetType(mlirOperationGetOperand(norm, 0));
  mlirOperationSetOperand(norm, 0, mlirBlockAddArgument(block, type, self->loc));
  static const char *const keep[] = {NULL};
  spc_erase_dead(func, keep);
  while (mlirBlockGetNumArguments(block) > 1) mlirBlockEraseArgument(block, 0);
  spc_func_update_type(func);
}

// ---- Is it possible? -------------------------------------------------------------------------------------------------

// Rows of a pool are counted in 32 bits.
static bool check_rows(const prefetch_t *self, MlirOperation cache) {
  const prefetch_options_t *o = &self->options;
  int64_t tokens = (o->max_seq + PAGE_TOKENS - 1) / PAGE_TOKENS * PAGE_TOKENS, slots = o->budget + o->sink + o->recent + 15, rows;
  if (slots > tokens) tokens = slots;
  if (!__builtin_mul_overflow(tokens, o->max_batch, &rows) && !__builtin_mul_overflow(rows, spc_attr_i64(cache, "kv_heads", 1), &rows) &&
      rows <= INT32_MAX) {
    return true;
  }
  return spc_error(cache, "max-seq=%" PRId64 " with max-batch=%" PRId64 ": a layer's cache would have more than 2^31 rows; lower one of them",
                   o->max_seq, o->max_batch);
}

static bool check_function(const prefetch_t *self, MlirOperation func) {
  for (MlirOperation op = first_op(func); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (spc_op_is(op, "spc.kv_cache") && !check_rows(self, op)) return false;
    const int64_t window = spc_attr_i64(op, "window", -1);
    if (!spc_op_is(op, "spc.attend_cached") || window < 0 || self->options.max_seq <= window) continue;
    return spc_error(op, "layer %" PRId64 " has a sliding window of %" PRId64 " tokens: compile with --max-seq at most %" PRId64,
                     spc_attr_i64(op, "layer", -1), window, window);
  }
  return true;
}

static bool resolve_options(prefetch_t *self) {
  prefetch_options_t *o = &self->options;
  if (mlirOperationIsNull(self->retrieve)) {
    o->budget = 0;
  } else if (o->budget == 0) {
    return spc_error(self->retrieve, "budget=0: a retriever needs a budget of at least one token a KV head");
  }
  if (o->prefill_chunk % PAGE_TOKENS != 0) {
    return spc_error(self->llm, "prefill-chunk=%" PRId64 ": must be a multiple of the %d tokens of a page", o->prefill_chunk, PAGE_TOKENS);
  }
  // No sequence can use more than its length.
  const int64_t pages = (o->max_seq + PAGE_TOKENS - 1) / PAGE_TOKENS * PAGE_TOKENS;
  if (o->prefill_chunk > pages) o->prefill_chunk = pages;
  if (o->budget > o->max_seq) o->budget = o->max_seq;
  return true;
}

// The LLM's caches, as far as the model says.
static spc_cache_t cache_of_model(const prefetch_t *self) {
  MlirAttribute model = spc_attr(self->module, "spc.model");
  MlirAttribute element = mlirDictionaryAttrGetElementByName(model, spc_str("kv_element"));
  spc_cache_t cache = {.element = SPC_F32, .head_size = (uint32_t)spc_dict_i64(model, "head_size", 0), .has_value = 1};
  if (mlirAttributeIsNull(element)) return cache;
  MlirType type = mlirTypeAttrGetValue(element);
  cache.element = mlirTypeIsABF16(type) ? SPC_BF16 : mlirTypeIsAF16(type) ? SPC_F16 : SPC_F32;
  return cache;
}

// Whether rows in host memory are packed, if they can be.
static bool packs_rows(const prefetch_t *self) {
  const spc_cache_t cache = cache_of_model(self);
  bool wanted = self->options.host_rows == HOST_ROWS_PACKED || (self->options.host_rows == HOST_ROWS_AUTO && cache.head_size >= SPC_HOST_LEAST_HEAD);
  return wanted && spc_module_target(self->module) == SPC_TARGET_CUDA && spc_host_can_pack(&cache);
}

static void set_options(const prefetch_t *self) {
  const prefetch_options_t *o = &self->options;
  MlirContext ctx = self->ctx;
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "budget", o->budget),       spc_named_i64(ctx, "sink", o->sink),
      spc_named_i64(ctx, "recent", o->recent),       spc_named_i64(ctx, "max_seq", o->max_seq),
      spc_named_i64(ctx, "max_batch", o->max_batch), spc_named_i64(ctx, "prefill_chunk", o->prefill_chunk),
      spc_named_i64(ctx, "page_tokens", self->page_tokens), spc_named_i64(ctx, "selection_heads", self->lists),
      spc_named_i64(ctx, "host_packed", packs_rows(self)),
  };
  mlirOperationSetAttributeByName(self->module, spc_str("spc.options"), mlirDictionaryAttrGet(ctx, sizeof(attrs) / sizeof(attrs[0]), attrs));
}

// ---- One list or many ------------------------------------------------------------------------------------------------

static void choose_lists(prefetch_t *self, MlirOperation scores) {
  const prefetch_options_t *o = &self->options;
  const spc_cache_t cache = cache_of_model(self);
  const spc_selection_shape_t shape = {.target = spc_module_target(self->module),
                                       .layers = (uint64_t)spc_dict_i64(spc_attr(self->module, "spc.model"), "layers", 1),
                                       .kv_heads = (uint64_t)self->kv_heads,
                                       .row_bytes = spc_memory_row_bytes(&cache),
                                       .packed = packs_rows(self),
                                       .q_heads = (uint64_t)spc_attr_i64(scores, "q_heads", 1),
                                       .selected = (uint64_t)(o->budget + o->sink + o->recent),
                                       .max_seq = (uint64_t)o->max_seq,
                                       .max_batch = (uint64_t)o->max_batch};
  self->lists = o->selection == SELECTION_TOKEN ? 1 : o->selection == SELECTION_HEAD ? self->kv_heads : (int64_t)spc_selection_choose(&shape);
  if (self->lists < self->kv_heads) self->page_tokens = (int64_t)spc_selection_page_tokens(&shape, PAGE_TOKENS);
  if (o->selection != SELECTION_AUTO) return;
  const spc_selection_cost_t heads = spc_selection_cost(&shape, shape.kv_heads), one = spc_selection_cost(&shape, 1);
  spc_emit_remark(self->loc,
                  "selection: %s level, of a modelled step with all layers out: a set for each KV head %.3f ms selecting, %.3f loading; one for all "
                  "%.3f and %.3f",
                  self->lists == self->kv_heads ? "head" : "token", 1e3 * heads.select_seconds, 1e3 * heads.load_seconds, 1e3 * one.select_seconds,
                  1e3 * one.load_seconds);
}

// ---- The pass --------------------------------------------------------------------------------------------------------

static bool insert_kv_prefetch(MlirOperation op, const void *data) {
  MlirModule module = mlirModuleFromOperation(op);
  prefetch_t self = {.module = op, .ctx = mlirOperationGetContext(op), .options = *(const prefetch_options_t *)data};
  self.llm = spc_module_func(module, "llm");
  self.retrieve = spc_module_func(module, "retrieve");
  if (mlirOperationIsNull(self.llm)) return spc_error(op, "there is no @llm to make programs of");
  self.loc = mlirOperationGetLocation(self.llm);
  self.kv_heads = spc_dict_i64(spc_attr(op, "spc.model"), "kv_heads", 0);
  self.lists = self.kv_heads;
  self.page_tokens = PAGE_TOKENS;
  if (self.kv_heads < 1) return spc_error(op, "the module has no spc.model with kv_heads: raise @llm first");
  if (!resolve_options(&self) || !check_function(&self, self.llm)) return false;
  if (mlirValueIsNull(spc_residual_stream_of(spc_operand_def(spc_func_return(self.llm), 0)))) {
    return spc_error(self.llm, "the logits are not a linear of a norm of the last layer's output");
  }
  if (!mlirOperationIsNull(self.retrieve)) {
    if (!check_function(&self, self.retrieve)) return false;
    MlirBlock block = spc_func_block(self.retrieve);
    MlirOperation last = spc_operand_def(spc_func_return(self.retrieve), 0);
    if (!spc_op_is(last, "spc.retrieve_cached")) return spc_error(self.retrieve, "does not end in spc.retrieve_cached: pack it first");
    choose_lists(&self, last);
    const bool fed = mlirBlockGetNumArguments(block) > 2, feeds = mlirOperationGetNumOperands(spc_func_return(self.llm)) > 1;
    if (fed != feeds) return spc_error(self.retrieve, "the features that @llm returns and those that @retrieve reads do not match");
    if (fed) self.feature_size = spc_dim(mlirBlockGetArgument(block, 2), 1);
  }

  make_prefill(&self);
  if (!mlirOperationIsNull(self.retrieve) && !make_decode(&self)) return false;
  make_decode_full(&self);
  make_logits(&self);
  set_options(&self);
  mlirOperationDestroy(self.llm);
  if (!mlirOperationIsNull(self.retrieve)) mlirOperationDestroy(self.retrieve);
  return true;
}

spc_status_t spc_create_insert_kv_prefetch_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Make the programs: retrieval first, prefetch early, wait late", insert_kv_prefetch};
  static const char *const levels[] = {[SELECTION_HEAD] = "head", [SELECTION_TOKEN] = "token", [SELECTION_AUTO] = "auto", NULL};
  static const char *const rows[] = {[HOST_ROWS_AUTO] = "auto", [HOST_ROWS_PACKED] = "packed", [HOST_ROWS_PLAIN] = "plain", NULL};
  prefetch_options_t options = {.budget = 2048, .sink = 4, .recent = 64, .max_seq = 4096, .max_batch = 1, .prefill_chunk = 256};
  const spc_option_t table[] = {
      {"budget", SPC_OPTION_I64, &options.budget, 0, INT32_MAX / 2},
      {"sink", SPC_OPTION_I64, &options.sink, 0, INT32_MAX / 8},
      {"recent", SPC_OPTION_I64, &options.recent, 1, INT32_MAX / 8},  // a step's own token is always attended to
      {"max-seq", SPC_OPTION_I64, &options.max_seq, 1, INT32_MAX / 2},
      {"max-batch", SPC_OPTION_I64, &options.max_batch, 1, 65536},
      {"prefill-chunk", SPC_OPTION_I64, &options.prefill_chunk, 1, 65536},
      {"selection", SPC_OPTION_NAME, &options.selection, .names = levels},
      {"host-rows", SPC_OPTION_NAME, &options.host_rows, .names = rows},
  };
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, sizeof(table) / sizeof(table[0]), table));
  return spc_pass_create(&type, &options, sizeof(options), out_pass);
}
