// From the roots backwards: what is each value that the model needs?
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/raise/model.h"

// Behind something unknown the search goes on, to list all that is wrong; but not for ever.
enum { MAX_UNKNOWN = 256 };

typedef struct spc_raise_classifier_t {
  spc_raise_context_t *context;
  spc_raise_model_t *model;
  intptr_t unknown;
} spc_raise_classifier_t;

void spc_raise_model_deinit(spc_raise_model_t *model) {
  for (intptr_t i = 0; i < model->count; ++i) free(model->nodes[i].attention);
  free(model->nodes);
  free(model->sorted);
  spc_pointer_map_deinit(&model->node_of);
  *model = (spc_raise_model_t){0};
}

static spc_status_t add_node(spc_raise_classifier_t *c, MlirValue value, MlirOperation op, int place,
                             intptr_t *out_node) {
  spc_raise_model_t *model = c->model;
  SPC_RETURN_IF_ERROR(spc_array_reserve((void **)&model->nodes, model->count, &model->capacity, sizeof *model->nodes));
  intptr_t order = mlirOperationIsNull(op) ? -1 : spc_raise_order(c->context->graph, op) * 4 + place;
  model->nodes[model->count] = (spc_raise_node_t){.value = value, .op = op, .order = order};
  *out_node = model->count++;
  return NULL;
}

// The node of |value|, made when it is new.
static spc_status_t demand(spc_raise_classifier_t *c, MlirValue value, intptr_t *out_node) {
  value = spc_raise_peel(value);
  MlirOperation op = spc_value_def(value);
  // The sum of a SkipSimplifiedLayerNormalization is known by the op: the norm needs it even when the graph doesn't.
  bool sum = spc_raise_is(op, "SkipSimplifiedLayerNormalization") && mlirOpResultGetResultNumber(value) == 3;
  const void *key = sum ? op.ptr : value.ptr;
  *out_node = spc_pointer_map_get(&c->model->node_of, key, -1);
  if (*out_node >= 0) return NULL;
  SPC_RETURN_IF_ERROR(add_node(c, value, op, sum ? 0 : 3, out_node));
  return spc_pointer_map_set(&c->model->node_of, key, *out_node);
}

static spc_status_t set_input(spc_raise_classifier_t *c, intptr_t node, intptr_t i, MlirValue value) {
  intptr_t input;
  SPC_RETURN_IF_ERROR(demand(c, value, &input));
  c->model->nodes[node].inputs[i] = input;
  if (c->model->nodes[node].input_count <= i) c->model->nodes[node].input_count = i + 1;
  return NULL;
}

// Goes on with the hidden states behind something that is not understood.
static spc_status_t look_behind(spc_raise_classifier_t *c, intptr_t node) {
  c->model->nodes[node].kind = SPC_NODE_UNKNOWN;
  if (++c->unknown > MAX_UNKNOWN) return NULL;
  spc_raise_region_t region;
  MlirValue value = c->model->nodes[node].value;
  SPC_RETURN_IF_ERROR(spc_raise_region_init(c->context->graph, 1, &value, (MlirValue){NULL}, &region));
  spc_status_t status = NULL;
  for (intptr_t i = 0; i < region.leaf_count && !status; ++i) {
    intptr_t ignored;
    if (region.leaves[i].data && region.leaves[i].activation) status = demand(c, region.leaves[i].value, &ignored);
  }
  spc_raise_region_deinit(&region);
  return status;
}

static spc_status_t refuse(spc_raise_classifier_t *c, intptr_t node, const char *reason) {
  MlirOperation op = c->model->nodes[node].op;
  spc_raise_graph_t *graph = c->context->graph;
  if (mlirOperationIsNull(op)) {
    SPC_RETURN_IF_ERROR(
        spc_raise_report_add(c->context->report, graph->func, -1, "an input of the graph is used as a hidden state"));
  } else {
    SPC_RETURN_IF_ERROR(spc_raise_report_add(c->context->report, op, spc_raise_order(graph, op), "%s", reason));
  }
  return look_behind(c, node);
}

// ---- Patterns ------------------------------------------------------------------------------------------------------

static bool is_ids(const spc_raise_graph_t *graph, MlirValue value) {
  for (int depth = 0; depth < 8; ++depth) {  // a Cast to another width, an Identity
    if (mlirValueIsNull(value)) return false;
    const spc_raise_port_t *arg = spc_raise_arg_of(graph, value);
    if (arg) return arg->role == SPC_ROLE_IDS;
    MlirOperation op = spc_value_def(value);
    if (!spc_raise_is(op, "Cast") && !spc_raise_is(op, "Identity")) return false;
    if (mlirOperationGetNumOperands(op) != 1) return false;
    value = mlirOperationGetOperand(op, 0);
  }
  return false;
}

static bool try_embed(spc_raise_classifier_t *c, intptr_t node) {
  MlirOperation op = c->model->nodes[node].op;
  double scale = 1;
  if (spc_raise_is(op, "Mul") && mlirOperationGetNumOperands(op) == 2) {
    int side = spc_raise_match_scalar(mlirOperationGetOperand(op, 0), &scale) ? 0 : 1;
    if (side == 1 && !spc_raise_match_scalar(mlirOperationGetOperand(op, 1), &scale)) return false;
    op = spc_value_def(spc_raise_peel(mlirOperationGetOperand(op, 1 - side)));
  }
  spc_raise_weight_t weight;
  MlirValue ids;
  if (mlirOperationIsNull(op) || !spc_raise_match_embed(op, &weight, &ids) || !is_ids(c->context->graph, ids))
    return false;
  spc_raise_node_t *it = &c->model->nodes[node];
  it->kind = SPC_NODE_EMBED;
  it->weight = weight;
  it->number = scale;
  it->order = -1;
  return true;
}

static spc_status_t set_linear(spc_raise_classifier_t *c, intptr_t node, const spc_raise_linear_t *linear,
                               int64_t begin, int64_t end) {
  spc_raise_node_t *it = &c->model->nodes[node];
  it->kind = SPC_NODE_LINEAR;
  it->weight = linear->weight;
  it->bias = linear->bias;
  it->weight.row_begin = it->bias.row_begin = begin;
  it->weight.row_end = it->bias.row_end = end;
  return set_input(c, node, 0, linear->x);
}

// Rows [begin, end) of the linear that gives |value|, as a node of its own.
static spc_status_t demand_rows(spc_raise_classifier_t *c, MlirValue value, int part, int64_t begin, int64_t end,
                                intptr_t *out_node) {
  spc_raise_linear_t linear;
  *out_node = -1;
  if (!spc_raise_match_linear(value, &linear))
    return SPC_STATUS(SPC_INTERNAL, "raise: a packed projection is no linear");
  SPC_RETURN_IF_ERROR(add_node(c, (MlirValue){NULL}, linear.op, part, out_node));
  return set_linear(c, *out_node, &linear, begin, end);
}

static spc_status_t try_skip_norm(spc_raise_classifier_t *c, intptr_t node, bool *out_done) {
  MlirOperation op = c->model->nodes[node].op;
  *out_done = spc_raise_is(op, "SkipSimplifiedLayerNormalization");
  if (!*out_done) return NULL;
  spc_raise_weight_t weight;
  if (mlirOperationGetNumOperands(op) < 3 || !spc_raise_match_vector(mlirOperationGetOperand(op, 2), &weight)) {
    return refuse(c, node, "its weight is not a constant vector");
  }
  if (!mlirValueIsNull(spc_raise_operand(op, 3)))
    return refuse(c, node, "its bias input is used; a norm without bias is supported");
  intptr_t result = mlirOpResultGetResultNumber(c->model->nodes[node].value);
  if (result == 3) {
    c->model->nodes[node].kind = SPC_NODE_ADD;
    SPC_RETURN_IF_ERROR(set_input(c, node, 0, mlirOperationGetOperand(op, 0)));
    return set_input(c, node, 1, mlirOperationGetOperand(op, 1));
  }
  if (result != 0) return refuse(c, node, "a mean or inverse deviation is used as a hidden state");
  c->model->nodes[node].kind = SPC_NODE_NORM;
  c->model->nodes[node].weight = weight;
  c->model->nodes[node].number = spc_attr_f64(op, "epsilon", 1e-5);
  intptr_t sum = spc_pointer_map_get(&c->model->node_of, op.ptr, -1);
  if (sum < 0) {
    SPC_RETURN_IF_ERROR(add_node(c, (MlirValue){NULL}, op, 0, &sum));
    SPC_RETURN_IF_ERROR(spc_pointer_map_set(&c->model->node_of, op.ptr, sum));
    c->model->nodes[sum].kind = SPC_NODE_ADD;
    SPC_RETURN_IF_ERROR(set_input(c, sum, 0, mlirOperationGetOperand(op, 0)));
    SPC_RETURN_IF_ERROR(set_input(c, sum, 1, mlirOperationGetOperand(op, 1)));
  }
  c->model->nodes[node].inputs[0] = sum;
  c->model->nodes[node].input_count = 1;
  return NULL;
}

static spc_status_t try_norm(spc_raise_classifier_t *c, intptr_t node, bool *out_done) {
  spc_raise_match_t match;
  spc_raise_norm_t norm;
  SPC_RETURN_IF_ERROR(spc_raise_match_norm(c->context, c->model->nodes[node].value, &match, &norm));
  *out_done = match != SPC_MATCH_NO;
  if (match == SPC_MATCH_NO) return NULL;
  c->model->nodes[node].kind = match == SPC_MATCH_YES ? SPC_NODE_NORM : SPC_NODE_UNKNOWN;
  c->model->nodes[node].weight = norm.weight;
  c->model->nodes[node].number = norm.eps;
  return set_input(c, node, 0, norm.x);
}

static spc_status_t try_window(spc_raise_classifier_t *c, intptr_t node, bool *out_done) {
  spc_raise_match_t match;
  spc_raise_window_t window;
  SPC_RETURN_IF_ERROR(spc_raise_match_window(c->context, c->model->nodes[node].value, &match, &window));
  *out_done = match != SPC_MATCH_NO;
  if (match == SPC_MATCH_NO) return NULL;
  if (match == SPC_MATCH_REFUSED) return look_behind(c, node);
  c->model->nodes[node].kind = SPC_NODE_WINDOW;
  c->model->nodes[node].tokens = window.tokens;
  return set_input(c, node, 0, window.rows);
}

static bool is_pair(MlirOperation op, const char *type) {
  if (!spc_raise_is(op, type) || mlirOperationGetNumOperands(op) != 2) return false;
  for (int k = 0; k < 2; ++k) {
    MlirOperation def = spc_value_def(spc_raise_peel(mlirOperationGetOperand(op, k)));
    if (!mlirOperationIsNull(def) && spc_raise_is_constant(def)) return false;
  }
  return true;
}

static spc_status_t set_attention(spc_raise_classifier_t *c, intptr_t node, const spc_raise_attention_t *attention) {
  spc_raise_attention_t *copy = malloc(sizeof *copy);
  if (!copy) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory for an attention layer");
  *copy = *attention;
  c->model->nodes[node].kind = SPC_NODE_ATTEND;
  c->model->nodes[node].attention = copy;
  const spc_raise_attention_facts_t *facts = &attention->facts;
  if (!attention->packed) {
    SPC_RETURN_IF_ERROR(set_input(c, node, 0, attention->linears[facts->q]));
    SPC_RETURN_IF_ERROR(set_input(c, node, 1, attention->linears[facts->k]));
    return attention->scores ? NULL : set_input(c, node, 2, attention->linears[facts->v]);
  }
  int64_t q = facts->q_heads * facts->head_size, kv = facts->kv_heads * facts->head_size;
  int64_t bounds[] = {0, q, q + kv, q + 2 * kv};
  for (int part = 0; part < 3; ++part) {
    intptr_t input;
    SPC_RETURN_IF_ERROR(demand_rows(c, attention->linears[0], part, bounds[part], bounds[part + 1], &input));
    c->model->nodes[node].inputs[part] = input;
  }
  c->model->nodes[node].input_count = 3;
  return NULL;
}

static spc_status_t set_gate(spc_raise_classifier_t *c, intptr_t node, const spc_raise_gate_t *gate) {
  c->model->nodes[node].kind = SPC_NODE_GATE;
  int64_t width = spc_raise_activation(c->context->graph, gate->linears[0])->width;
  for (int part = 0; part < 2; ++part) {
    if (!gate->packed) {
      SPC_RETURN_IF_ERROR(set_input(c, node, part, gate->linears[part]));
      continue;
    }
    intptr_t input;
    SPC_RETURN_IF_ERROR(demand_rows(c, gate->linears[0], part, part * (width / 2), (part + 1) * (width / 2), &input));
    c->model->nodes[node].inputs[part] = input;
  }
  c->model->nodes[node].input_count = 2;
  return NULL;
}

// What is between linears: attention or the gate.
static spc_status_t try_region(spc_raise_classifier_t *c, intptr_t node, bool scores) {
  MlirValue value = c->model->nodes[node].value;
  spc_raise_region_t region;
  SPC_RETURN_IF_ERROR(spc_raise_region_init(c->context->graph, 1, &value, (MlirValue){NULL}, &region));
  spc_status_t status = NULL;
  spc_raise_match_t match = SPC_MATCH_NO;
  bool reported = false, attends = scores || spc_raise_region_arg(&region, SPC_ROLE_PAST_KEY) ||
                                   spc_raise_region_arg(&region, SPC_ROLE_PAST_VALUE);
  for (intptr_t i = 0; i < region.op_count; ++i) {
    if (!region.activated[i]) continue;
    reported = reported || spc_raise_report_has(c->context->report, region.ops[i]);
    attends = attends || spc_raise_is(region.ops[i], "Softmax");
  }
  if (reported) {
    match = SPC_MATCH_REFUSED;
  } else if (attends) {
    spc_raise_attention_t attention;
    SPC_GOTO_IF_ERROR(spc_raise_match_attention(c->context, &region, value, scores, &match, &attention));
    if (match == SPC_MATCH_YES) status = set_attention(c, node, &attention);
  } else {
    spc_raise_gate_t gate;
    SPC_GOTO_IF_ERROR(spc_raise_match_gate(c->context, &region, value, &match, &gate));
    if (match == SPC_MATCH_YES) status = set_gate(c, node, &gate);
  }
  if (status) goto cleanup;
  if (match == SPC_MATCH_NO)
    status = refuse(c, node, "not part of any recognised pattern (RMSNorm, linear, attention, gated SiLU, residual)");
  if (match == SPC_MATCH_REFUSED) status = look_behind(c, node);
cleanup:
  spc_raise_region_deinit(&region);
  return status;
}

static spc_status_t classify(spc_raise_classifier_t *c, intptr_t node, bool scores) {
  MlirValue value = c->model->nodes[node].value;
  MlirOperation op = c->model->nodes[node].op;
  const spc_raise_port_t *arg = spc_raise_arg_of(c->context->graph, value);
  if (arg && arg->role == SPC_ROLE_FEATURES) {
    c->model->nodes[node].kind = SPC_NODE_FEATURES;
    return NULL;
  }
  if (arg) return refuse(c, node, "");
  if (spc_raise_report_has(c->context->report, op)) return look_behind(c, node);
  if (scores) return try_region(c, node, true);
  spc_raise_linear_t linear;
  if (spc_raise_match_linear(value, &linear)) return set_linear(c, node, &linear, 0, linear.weight.rows);
  if (try_embed(c, node)) return NULL;
  bool done = false;
  SPC_RETURN_IF_ERROR(try_skip_norm(c, node, &done));
  if (!done) SPC_RETURN_IF_ERROR(try_norm(c, node, &done));
  if (!done) SPC_RETURN_IF_ERROR(try_window(c, node, &done));
  if (done) return NULL;
  int64_t axis = spc_attr_i64(op, "axis", 0);
  bool sum = is_pair(op, "Add"), concat = is_pair(op, "Concat") && (axis == -1 || axis == 2);
  if (sum || concat) {
    c->model->nodes[node].kind = sum ? SPC_NODE_ADD : SPC_NODE_CONCAT;
    SPC_RETURN_IF_ERROR(set_input(c, node, 0, mlirOperationGetOperand(op, 0)));
    return set_input(c, node, 1, mlirOperationGetOperand(op, 1));
  }
  MlirValue all;
  SPC_RETURN_IF_ERROR(spc_raise_match_last(c->context, value, &done, &all));
  if (!done) return try_region(c, node, false);
  c->model->nodes[node].kind = SPC_NODE_LAST;
  return set_input(c, node, 0, all);
}

// ---- All of it -----------------------------------------------------------------------------------------------------

typedef struct spc_raise_place_t {
  intptr_t order, node;
} spc_raise_place_t;

static int by_order(const void *a, const void *b) {
  const spc_raise_place_t *x = a, *y = b;
  if (x->order != y->order) return x->order < y->order ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

static spc_status_t sort_nodes(spc_raise_model_t *model) {
  spc_raise_place_t *places = malloc(((size_t)model->count + 1) * sizeof *places);
  model->sorted = malloc(((size_t)model->count + 1) * sizeof *model->sorted);
  if (!places || !model->sorted) {
    free(places);
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory to order %td nodes", model->count);
  }
  for (intptr_t i = 0; i < model->count; ++i) places[i] = (spc_raise_place_t){model->nodes[i].order, i};
  qsort(places, (size_t)model->count, sizeof *places, by_order);
  for (intptr_t i = 0; i < model->count; ++i) model->sorted[i] = places[i].node;
  free(places);
  return NULL;
}

spc_status_t spc_raise_classify(spc_raise_context_t *context, spc_raise_model_t *model) {
  *model = (spc_raise_model_t){.root = -1};
  spc_raise_classifier_t c = {context, model, 0};
  const spc_raise_port_t *logits = spc_raise_result(context->graph, SPC_ROLE_LOGITS, -1);
  const spc_raise_port_t *scores = spc_raise_result(context->graph, SPC_ROLE_SCORES, -1);
  if (!logits && !scores) {
    return spc_raise_report_add(context->report, context->graph->func, -1,
                                "the graph has no output named 'logits' or 'attention_weights'");
  }
  SPC_RETURN_IF_ERROR(demand(&c, (logits ? logits : scores)->value, &model->root));
  for (intptr_t i = 0; i < model->count; ++i) {
    if (model->nodes[i].kind == SPC_NODE_PENDING) SPC_RETURN_IF_ERROR(classify(&c, i, i == model->root && !logits));
  }
  while (model->nodes[model->root].kind == SPC_NODE_LAST) model->root = model->nodes[model->root].inputs[0];
  return sort_nodes(model);
}
