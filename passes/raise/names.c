// Names of weights, from where they stand in the model: Hugging Face's, which people know.
#include <stdio.h>

#include "passes/raise/model.h"

static spc_raise_node_t *input(spc_raise_model_t *model, const spc_raise_node_t *node, intptr_t i) {
  return i < node->input_count ? &model->nodes[node->inputs[i]] : NULL;
}

static void name_module(spc_raise_node_t *node, spc_raise_kind_t kind, int64_t layer, const char *module) {
  if (!node || node->kind != kind || node->name[0]) return;
  snprintf(node->name, sizeof node->name, "model.layers.%lld.%s", (long long)layer, module);
}

static void name_attention(spc_raise_model_t *model, spc_raise_node_t *node) {
  static const char *const projections[] = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
  int64_t layer = node->attention->layer;
  for (intptr_t i = 0; i < node->input_count; ++i) {
    spc_raise_node_t *linear = input(model, node, i);
    name_module(linear, SPC_NODE_LINEAR, layer, projections[i]);
    spc_raise_node_t *before = input(model, linear, 0);
    name_module(before, SPC_NODE_NORM, layer, "input_layernorm");
    if (!before || before->kind != SPC_NODE_CONCAT) continue;  // EAGLE: the embedding, then the features
    name_module(input(model, before, 0), SPC_NODE_NORM, layer, "input_layernorm");
    name_module(input(model, before, 1), SPC_NODE_NORM, layer, "hidden_norm");
  }
}

static void name_gate(spc_raise_model_t *model, spc_raise_node_t *node, int64_t layer) {
  name_module(input(model, node, 0), SPC_NODE_LINEAR, layer, "mlp.gate_proj");
  name_module(input(model, node, 1), SPC_NODE_LINEAR, layer, "mlp.up_proj");
  for (intptr_t i = 0; i < 2; ++i)
    name_module(input(model, input(model, node, i), 0), SPC_NODE_NORM, layer, "post_attention_layernorm");
}

void spc_raise_name(spc_raise_model_t *model) {
  int64_t layer = 0;
  for (intptr_t i = 0; i < model->count; ++i) {
    spc_raise_node_t *node = &model->nodes[model->sorted[i]];
    spc_raise_node_t *before = input(model, node, 0);
    if (node->kind == SPC_NODE_ATTEND) {
      layer = node->attention->layer;
      name_attention(model, node);
    }
    if (node->kind == SPC_NODE_GATE) name_gate(model, node, layer);
    if (node->kind == SPC_NODE_LINEAR && before->kind == SPC_NODE_ATTEND)
      name_module(node, SPC_NODE_LINEAR, layer, "self_attn.o_proj");
    if (node->kind == SPC_NODE_LINEAR && before->kind == SPC_NODE_GATE)
      name_module(node, SPC_NODE_LINEAR, layer, "mlp.down_proj");
    if (node->kind == SPC_NODE_LINEAR && before->kind == SPC_NODE_FEATURES)
      snprintf(node->name, sizeof node->name, "model.fc");
    if (node->kind == SPC_NODE_WINDOW && before->kind == SPC_NODE_LINEAR) snprintf(before->name, sizeof before->name, "model.embed_down");
    if (node->kind == SPC_NODE_EMBED) snprintf(node->name, sizeof node->name, "model.embed_tokens");
  }
  spc_raise_node_t *root = &model->nodes[model->root];
  if (root->kind == SPC_NODE_LINEAR) {
    snprintf(root->name, sizeof root->name, "lm_head");
    spc_raise_node_t *norm = input(model, root, 0);
    while (norm->kind == SPC_NODE_LAST) norm = input(model, norm, 0);
    if (norm->kind == SPC_NODE_NORM && !norm->name[0]) snprintf(norm->name, sizeof norm->name, "model.norm");
  }
  for (intptr_t i = 0; i < model->count; ++i) {
    spc_raise_node_t *node = &model->nodes[model->sorted[i]];
    if (!node->name[0])
      snprintf(node->name, sizeof node->name, "model.%s.%td", node->kind == SPC_NODE_NORM ? "norms" : "linears", i);
  }
}
