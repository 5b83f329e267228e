// What holds of a model as a whole, beyond each of its parts.
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/raise/model.h"

static spc_status_t check_layers(const spc_raise_context_t *context, const spc_raise_model_t *model) {
  const spc_raise_attention_t *first = NULL;
  int64_t count = 0;
  bool numbered = true;
  for (intptr_t i = 0; i < model->count; ++i) {
    const spc_raise_node_t *node = &model->nodes[model->sorted[i]];
    if (node->kind != SPC_NODE_ATTEND) continue;
    const spc_raise_attention_t *it = node->attention;
    intptr_t order = spc_raise_order(context->graph, node->op);
    if (!first) first = it;
    if (it->layer != count) {
      numbered = false;
      SPC_RETURN_IF_ERROR(spc_raise_report_add(
          context->report, node->op, order,
          "the cache of this attention, the model's number %lld, is named as that of layer %lld; caches "
          "must be numbered in the order of the layers",
          (long long)count, (long long)it->layer));
    }
    if (it->facts.q_heads != first->facts.q_heads || it->facts.kv_heads != first->facts.kv_heads ||
        it->facts.head_size != first->facts.head_size) {
      SPC_RETURN_IF_ERROR(spc_raise_report_add(
          context->report, node->op, order,
          "layer %lld has %lld query and %lld KV heads of %lld, layer %lld has %lld and %lld of %lld; all "
          "layers must agree",
          (long long)it->layer, (long long)it->facts.q_heads, (long long)it->facts.kv_heads,
          (long long)it->facts.head_size, (long long)first->layer, (long long)first->facts.q_heads,
          (long long)first->facts.kv_heads, (long long)first->facts.head_size));
    }
    ++count;
  }
  if (count == 0) {
    return spc_raise_report_add(context->report, context->graph->func, -1, "the graph has no attention layer");
  }
  for (intptr_t i = 0; numbered && i < context->graph->arg_count; ++i) {
    const spc_raise_port_t *arg = &context->graph->args[i];
    if (arg->role != SPC_ROLE_PAST_KEY || arg->layer < count) continue;
    SPC_RETURN_IF_ERROR(spc_raise_report_add(context->report, context->graph->func, -1,
                                             "no attention layer reads input '%.*s'", (int)arg->name.length,
                                             arg->name.data));
  }
  return NULL;
}

// Widths of what is added and multiplied must agree: the graph's own shapes are not trusted.
static int64_t width_of(const spc_raise_model_t *model, intptr_t i, int64_t *memo) {
  const spc_raise_node_t *node = &model->nodes[i];
  switch (node->kind) {
    case SPC_NODE_EMBED:
      return node->weight.cols;
    case SPC_NODE_NORM:
      return node->weight.rows;
    case SPC_NODE_LINEAR:
      return node->weight.row_end - node->weight.row_begin;
    case SPC_NODE_ATTEND:
      return node->attention->facts.q_heads * node->attention->facts.head_size;
    default:
      return memo[i];
  }
}

static spc_status_t check_widths(const spc_raise_context_t *context, const spc_raise_model_t *model) {
  int64_t *width = calloc((size_t)model->count + 1, sizeof *width);  // 0: unknown (features)
  if (!width) return SPC_STATUS(SPC_OUT_OF_MEMORY, "raise: no memory to check %td nodes", model->count);
  spc_status_t status = NULL;
  for (intptr_t s = 0; s < model->count && !status; ++s) {
    intptr_t i = model->sorted[s];
    const spc_raise_node_t *node = &model->nodes[i];
    int64_t a = node->input_count > 0 ? width[node->inputs[0]] : 0,
            b = node->input_count > 1 ? width[node->inputs[1]] : 0;
    int64_t wanted = node->kind == SPC_NODE_LINEAR ? node->weight.cols
                     : node->kind == SPC_NODE_NORM ? node->weight.rows
                                                   : a;
    if (node->kind == SPC_NODE_ADD || node->kind == SPC_NODE_GATE) {
      wanted = b;
      width[i] = a ? a : b;
    }
    if (node->kind == SPC_NODE_LAST) width[i] = a;
    if (node->kind == SPC_NODE_CONCAT) width[i] = a && b ? a + b : 0;
    if (node->kind == SPC_NODE_WINDOW) width[i] = node->tokens * a;
    width[i] = width_of(model, i, width);
    if (a && wanted && a != wanted) {
      status = spc_raise_report_add(context->report, node->op, spc_raise_order(context->graph, node->op),
                                    "its operands are %lld and %lld wide", (long long)a, (long long)wanted);
    }
  }
  free(width);
  return status;
}

// Token ids index both the embedding and the logits. A retriever may have a vocabulary of its own for its logits.
static spc_status_t check_vocabulary(const spc_raise_context_t *context, const spc_raise_model_t *model,
                                     const spc_raise_node_t *root) {
  for (intptr_t i = 0; i < model->count; ++i) {
    const spc_raise_node_t *node = &model->nodes[i];
    if (node->kind != SPC_NODE_EMBED || node->weight.rows == root->weight.rows) continue;
    return spc_raise_report_add(context->report, root->op, spc_raise_order(context->graph, root->op),
                                "the embedding has %lld tokens, the logits %lld", (long long)node->weight.rows,
                                (long long)root->weight.rows);
  }
  return NULL;
}

spc_status_t spc_raise_check_model(const spc_raise_context_t *context, const spc_raise_model_t *model, bool is_llm) {
  for (intptr_t i = 0; i < model->count; ++i) {
    if (model->nodes[i].kind == SPC_NODE_UNKNOWN || model->nodes[i].kind == SPC_NODE_PENDING) return NULL;  // reported
  }
  const spc_raise_node_t *root = &model->nodes[model->root];
  bool scores = root->kind == SPC_NODE_ATTEND && root->attention->scores;
  if (root->kind != SPC_NODE_LINEAR && !scores) {
    return spc_raise_report_add(context->report, context->graph->func, -1,
                                "output 'logits' is not the result of a linear layer (LM head)");
  }
  SPC_RETURN_IF_ERROR(check_widths(context, model));
  if (is_llm && !scores) SPC_RETURN_IF_ERROR(check_vocabulary(context, model, root));
  return check_layers(context, model);
}
