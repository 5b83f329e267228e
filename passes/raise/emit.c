// From the recognised model to a function of spc ops.
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/raise/model.h"

enum { MAX_TABLES = 8 };

typedef struct spc_raise_emitter_t {
  const spc_raise_context_t *context;
  spc_raise_model_t *model;
  MlirContext ctx;
  MlirBlock block;
  MlirValue ids, positions, features;
  MlirValue none;  // made on first use
  struct {
    const spc_raise_attention_t *attention;
    MlirValue value;
  } tables[MAX_TABLES];
  int table_count;
} spc_raise_emitter_t;

static MlirType rows_of(const spc_raise_emitter_t *e, int64_t width) {
  return spc_tensor2(mlirF32TypeGet(e->ctx), mlirShapedTypeGetDynamicSize(), width);
}

static MlirValue emit(spc_raise_emitter_t *e, const char *name, MlirLocation loc, intptr_t n, const MlirValue *operands,
                      MlirType type, intptr_t n_attrs, const MlirNamedAttribute *attrs) {
  return mlirOperationGetResult(
      spc_op_insert(e->block, (MlirOperation){NULL}, name, loc, n, operands, 1, &type, n_attrs, attrs), 0);
}

static MlirValue none_of(spc_raise_emitter_t *e) {
  if (mlirValueIsNull(e->none)) {
    e->none = emit(e, "spc.none", mlirOperationGetLocation(e->context->graph->func), 0, NULL, mlirNoneTypeGet(e->ctx),
                   0, NULL);
  }
  return e->none;
}

static spc_status_t weight_of(spc_raise_emitter_t *e, MlirLocation loc, const spc_raise_weight_t *weight,
                              const char *module, const char *kind, MlirValue *out_value) {
  char name[128];
  snprintf(name, sizeof name, "%s.%s", module, kind);
  return spc_raise_emit_weight(e->context, e->block, loc, weight, name, out_value);
}

// ---- Rotary tables -------------------------------------------------------------------------------------------------

static bool same_table(const spc_raise_attention_t *a, const spc_raise_attention_t *b) {
  if (a->facts.pairs != b->facts.pairs || a->facts.rope_scaling != b->facts.rope_scaling) return false;
  if (!a->facts.pairs) {
    return mlirOperationEqual(a->cos_table.source, b->cos_table.source) &&
           mlirOperationEqual(a->sin_table.source, b->sin_table.source);
  }
  return memcmp(a->facts.inv_freq, b->facts.inv_freq, (size_t)a->facts.pairs * sizeof *a->facts.inv_freq) == 0;
}

static spc_status_t emit_table(spc_raise_emitter_t *e, MlirLocation loc, const spc_raise_attention_t *attention,
                               MlirValue *out_table) {
  const spc_raise_attention_facts_t *facts = &attention->facts;
  MlirType type = rows_of(e, facts->head_size);
  if (!facts->pairs) {
    MlirValue operands[3] = {e->positions};
    SPC_RETURN_IF_ERROR(weight_of(e, loc, &attention->cos_table, "model.rotary_emb", "cos", &operands[1]));
    SPC_RETURN_IF_ERROR(weight_of(e, loc, &attention->sin_table, "model.rotary_emb", "sin", &operands[2]));
    *out_table = emit(e, "spc.rope_gather", loc, 3, operands, type, 0, NULL);
    return NULL;
  }
  float values[SPC_RAISE_MAX_PAIRS];
  for (int64_t i = 0; i < facts->pairs; ++i) values[i] = (float)facts->inv_freq[i];
  MlirType vector = spc_tensor(mlirF32TypeGet(e->ctx), 1, &facts->pairs);
  MlirNamedAttribute weight[] = {
      spc_named_str(e->ctx, "name", "model.rotary_emb.inv_freq"),
      spc_named(e->ctx, "value", mlirDenseElementsAttrFloatGet(vector, facts->pairs, values))};
  MlirValue operands[2] = {e->positions, emit(e, "spc.weight", loc, 0, NULL, vector, 2, weight)};
  MlirNamedAttribute scaling = spc_named_f32(e->ctx, "scaling", facts->rope_scaling);
  *out_table = emit(e, "spc.rope_table", loc, 2, operands, type, 1, &scaling);
  return NULL;
}

static spc_status_t table_of(spc_raise_emitter_t *e, MlirLocation loc, const spc_raise_attention_t *attention,
                             MlirValue *out_table) {
  for (int i = 0; i < e->table_count; ++i) {
    if (!same_table(e->tables[i].attention, attention)) continue;
    *out_table = e->tables[i].value;
    return NULL;
  }
  if (e->table_count == MAX_TABLES)
    return SPC_STATUS(SPC_UNSUPPORTED, "the layers use more than %d different rotary embeddings", MAX_TABLES);
  SPC_RETURN_IF_ERROR(emit_table(e, loc, attention, out_table));
  e->tables[e->table_count].attention = attention;
  e->tables[e->table_count++].value = *out_table;
  return NULL;
}

// ---- Ops -----------------------------------------------------------------------------------------------------------

// Query or key heads [T, heads * d]: normalised if the model does so, then rotated.
static spc_status_t emit_heads(spc_raise_emitter_t *e, MlirLocation loc, const spc_raise_attention_t *attention,
                               MlirValue table, bool query, MlirValue x, MlirValue *out) {
  const spc_raise_attention_facts_t *facts = &attention->facts;
  int64_t heads = query ? facts->q_heads : facts->kv_heads;
  int norm = query ? facts->q_norm : facts->k_norm;
  MlirType type = rows_of(e, heads * facts->head_size);
  if (norm >= 0) {
    char module[96];
    snprintf(module, sizeof module, "model.layers.%lld.self_attn.%s", (long long)attention->layer,
             query ? "q_norm" : "k_norm");
    MlirValue operands[2] = {x};
    SPC_RETURN_IF_ERROR(weight_of(e, loc, &attention->norms[norm], module, "weight", &operands[1]));
    MlirNamedAttribute attrs[] = {spc_named_f32(e->ctx, "eps", facts->eps), spc_named_i64(e->ctx, "heads", heads)};
    x = emit(e, "spc.rms_norm", loc, 2, operands, type, 2, attrs);
  }
  MlirNamedAttribute attrs[] = {spc_named_i64(e->ctx, "heads", heads),
                                spc_named_i64(e->ctx, "head_size", facts->head_size),
                                spc_named_bool(e->ctx, "interleaved", facts->interleaved)};
  *out = emit(e, "spc.rope", loc, 2, (MlirValue[]){x, table}, type, 3, attrs);
  return NULL;
}

static spc_status_t emit_attention(spc_raise_emitter_t *e, MlirLocation loc, const spc_raise_node_t *node,
                                   MlirValue *out) {
  const spc_raise_attention_t *attention = node->attention;
  const spc_raise_attention_facts_t *facts = &attention->facts;
  MlirContext ctx = e->ctx;
  MlirValue operands[4] = {{NULL}}, table;
  SPC_RETURN_IF_ERROR(table_of(e, loc, attention, &table));
  for (intptr_t i = 0; i < node->input_count; ++i) operands[i] = e->model->nodes[node->inputs[i]].result;
  SPC_RETURN_IF_ERROR(emit_heads(e, loc, attention, table, true, operands[0], &operands[0]));
  SPC_RETURN_IF_ERROR(emit_heads(e, loc, attention, table, false, operands[1], &operands[1]));
  MlirNamedAttribute cache[] = {
      spc_named_i64(ctx, "layer", attention->layer),
      spc_named_i64(ctx, "kv_heads", facts->kv_heads),
      spc_named_i64(ctx, "head_size", facts->head_size),
      spc_named(ctx, "element", mlirTypeAttrGet(attention->kv_element)),
      spc_named_str(ctx, "kind", attention->scores ? "keys" : "llm"),
  };
  intptr_t last = node->input_count;
  operands[last] = emit(e, "spc.kv_cache", loc, 0, NULL, spc_type(ctx, "!spc.cache"), 5, cache);
  MlirNamedAttribute attrs[] = {
      spc_named_i64(ctx, "q_heads", facts->q_heads),     spc_named_i64(ctx, "kv_heads", facts->kv_heads),
      spc_named_i64(ctx, "head_size", facts->head_size), spc_named_f32(ctx, "scale", facts->scale),
      spc_named_i64(ctx, "layer", attention->layer),     spc_named_i64(ctx, "window", facts->window),
  };
  *out = attention->scores
             ? emit(e, "spc.retrieve", loc, 3, operands, spc_type(ctx, "!spc.scores"), 4, attrs)
             : emit(e, "spc.attend", loc, 4, operands, rows_of(e, facts->q_heads * facts->head_size), 6, attrs);
  return NULL;
}

static spc_status_t emit_node(spc_raise_emitter_t *e, spc_raise_node_t *node) {
  MlirLocation loc = mlirOperationGetLocation(mlirOperationIsNull(node->op) ? e->context->graph->func : node->op);
  MlirValue in[4] = {{NULL}};
  for (intptr_t i = 0; i < node->input_count; ++i) in[i] = e->model->nodes[node->inputs[i]].result;
  MlirNamedAttribute eps;
  switch (node->kind) {
    case SPC_NODE_FEATURES:
      node->result = e->features;
      return NULL;
    case SPC_NODE_EMBED: {
      MlirValue operands[2] = {e->ids};
      SPC_RETURN_IF_ERROR(weight_of(e, loc, &node->weight, node->name, "weight", &operands[1]));
      MlirNamedAttribute scale = spc_named_f32(e->ctx, "scale", node->number);
      node->result = emit(e, "spc.embed", loc, 2, operands, rows_of(e, node->weight.cols), node->number != 1, &scale);
      return NULL;
    }
    case SPC_NODE_NORM:
      SPC_RETURN_IF_ERROR(weight_of(e, loc, &node->weight, node->name, "weight", &in[1]));
      eps = spc_named_f32(e->ctx, "eps", node->number);
      node->result = emit(e, "spc.rms_norm", loc, 2, in, rows_of(e, node->weight.rows), 1, &eps);
      return NULL;
    case SPC_NODE_LINEAR:
      SPC_RETURN_IF_ERROR(weight_of(e, loc, &node->weight, node->name, "weight", &in[1]));
      in[2] = in[3] = none_of(e);
      if (!mlirOperationIsNull(node->bias.source))
        SPC_RETURN_IF_ERROR(weight_of(e, loc, &node->bias, node->name, "bias", &in[2]));
      node->result =
          emit(e, "spc.linear", loc, 4, in, rows_of(e, node->weight.row_end - node->weight.row_begin), 0, NULL);
      return NULL;
    case SPC_NODE_ADD:
      node->result = emit(e, "spc.add", loc, 2, in, mlirValueGetType(in[0]), 0, NULL);
      return NULL;
    case SPC_NODE_CONCAT:
      node->result = emit(e, "spc.concat", loc, 2, in, rows_of(e, spc_dim(in[0], 1) + spc_dim(in[1], 1)), 0, NULL);
      return NULL;
    case SPC_NODE_WINDOW: {
      MlirNamedAttribute tokens = spc_named_i64(e->ctx, "tokens", node->tokens);
      node->result = emit(e, "spc.window", loc, 1, in, rows_of(e, node->tokens * spc_dim(in[0], 1)), 1, &tokens);
      return NULL;
    }
    case SPC_NODE_GATE:
      node->result = emit(e, "spc.silu_mul", loc, 2, in, mlirValueGetType(in[0]), 0, NULL);
      return NULL;
    case SPC_NODE_ATTEND:
      return emit_attention(e, loc, node, &node->result);
    case SPC_NODE_LAST:
      node->result = in[0];
      return NULL;
    case SPC_NODE_PENDING:
    case SPC_NODE_UNKNOWN:
      break;
  }
  return SPC_STATUS(SPC_INTERNAL, "raise: a node of unknown meaning reached emission");
}

// ---- Functions -----------------------------------------------------------------------------------------------------

static const spc_raise_node_t *first_of(const spc_raise_model_t *model, spc_raise_kind_t kind) {
  for (intptr_t i = 0; i < model->count; ++i) {
    if (model->nodes[model->sorted[i]].kind == kind) return &model->nodes[model->sorted[i]];
  }
  return NULL;
}

static const char *family_of(const spc_raise_model_t *model, const spc_raise_node_t *attend) {
  if (attend->attention->facts.k_norm >= 0) return "qwen3";
  if (!mlirOperationIsNull(model->nodes[attend->inputs[0]].bias.source)) return "qwen2";
  return attend->attention->facts.window >= 0 ? "mistral" : "llama";
}

static void set_model(const spc_raise_emitter_t *e, MlirModule module) {
  const spc_raise_node_t *embed = first_of(e->model, SPC_NODE_EMBED), *attend = first_of(e->model, SPC_NODE_ATTEND);
  if (!embed || !attend) return;
  int64_t layers = 0;
  for (intptr_t i = 0; i < e->model->count; ++i) layers += e->model->nodes[i].kind == SPC_NODE_ATTEND;
  const spc_raise_attention_facts_t *facts = &attend->attention->facts;
  MlirContext ctx = e->ctx;
  MlirNamedAttribute fields[] = {
      spc_named_i64(ctx, "vocab", embed->weight.rows),
      spc_named_i64(ctx, "hidden", embed->weight.cols),
      spc_named_i64(ctx, "layers", layers),
      spc_named_i64(ctx, "q_heads", facts->q_heads),
      spc_named_i64(ctx, "kv_heads", facts->kv_heads),
      spc_named_i64(ctx, "head_size", facts->head_size),
      spc_named(ctx, "kv_element", mlirTypeAttrGet(attend->attention->kv_element)),
      spc_named_str(ctx, "family", family_of(e->model, attend)),
  };
  mlirOperationSetAttributeByName(mlirModuleGetOperation(module), spc_str("spc.model"),
                                  mlirDictionaryAttrGet(ctx, sizeof fields / sizeof *fields, fields));
}

spc_status_t spc_raise_emit(const spc_raise_context_t *context, spc_raise_model_t *model, MlirModule module,
                            bool is_llm) {
  spc_raise_graph_t *graph = context->graph;
  spc_raise_emitter_t e = {.context = context, .model = model, .ctx = graph->ctx};
  int64_t dynamic = mlirShapedTypeGetDynamicSize();
  MlirType index = spc_tensor(mlirIntegerTypeGet(e.ctx, 32), 1, &dynamic), args[3] = {index, index}, result;
  const spc_raise_node_t *features = first_of(model, SPC_NODE_FEATURES);
  if (features) {
    int64_t width = -1;
    for (intptr_t i = 0; i < model->count && width < 0; ++i) {  // whoever reads the features knows how wide they are
      const spc_raise_node_t *node = &model->nodes[i];
      if (node->input_count == 0 || &model->nodes[node->inputs[0]] != features) continue;
      if (node->kind == SPC_NODE_LINEAR) width = node->weight.cols;
      if (node->kind == SPC_NODE_NORM) width = node->weight.rows;
    }
    if (width < 0)
      return SPC_STATUS(SPC_UNSUPPORTED,
                        "'hidden_states' feeds neither a linear nor a norm, so its width is not known");
    args[2] = rows_of(&e, width);
  }
  const spc_raise_node_t *root = &model->nodes[model->root];
  result = root->kind == SPC_NODE_LINEAR ? rows_of(&e, root->weight.rows) : spc_type(e.ctx, "!spc.scores");
  MlirAttribute name = spc_attr(graph->func, "sym_name"), metadata = spc_attr(graph->func, "onnx.metadata");
  char symbol[64];
  MlirStringRef text = mlirStringAttrGetValue(name);
  snprintf(symbol, sizeof symbol, "%.*s", (int)text.length, text.data);
  MlirLocation loc = mlirOperationGetLocation(graph->func);
  MlirOperation func = spc_func_create(module, symbol, loc, features ? 3 : 2, args, 1, &result);
  if (!mlirAttributeIsNull(metadata))
    mlirOperationSetDiscardableAttributeByName(func, spc_str("onnx.metadata"), metadata);
  e.block = spc_func_block(func);
  e.ids = mlirBlockGetArgument(e.block, 0);
  e.positions = mlirBlockGetArgument(e.block, 1);
  if (features) e.features = mlirBlockGetArgument(e.block, 2);
  for (intptr_t i = 0; i < model->count; ++i) {
    spc_status_t status = emit_node(&e, &model->nodes[model->sorted[i]]);
    if (!status) continue;
    mlirOperationDestroy(func);
    return status;
  }
  spc_op_insert(e.block, (MlirOperation){NULL}, "func.return", loc, 1, &root->result, 0, NULL, 0, NULL);
  spc_func_update_type(func);
  if (is_llm) set_model(&e, module);
  return NULL;
}
