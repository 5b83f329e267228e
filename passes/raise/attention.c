#include "passes/raise/attention.h"

#include <stdlib.h>

#include "passes/ir/ir.h"

// ---- Outline: reading what is named or has a unique place
// -------------------------------------------------------------

#define UNSUPPORTED(...) SPC_STATUS(SPC_UNSUPPORTED, __VA_ARGS__)

static spc_status_t find_cache(const spc_raise_graph_t *graph, const spc_raise_region_t *region,
                               spc_raise_attention_t *out) {
  const spc_raise_leaf_t *past = spc_raise_region_arg(region, SPC_ROLE_PAST_KEY);
  if (!past) return UNSUPPORTED("no past_key_values.L.key input reaches it; export the graph with a KV cache");
  out->layer = past->arg->layer;
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_leaf_t *leaf = &region->leaves[i];
    if (!leaf->data || !leaf->arg || (leaf->arg->role != SPC_ROLE_PAST_KEY && leaf->arg->role != SPC_ROLE_PAST_VALUE))
      continue;
    if (leaf->arg->layer != out->layer) {
      return UNSUPPORTED("it reads the caches of layers %lld and %lld", (long long)out->layer,
                         (long long)leaf->arg->layer);
    }
  }
  out->past_key = spc_raise_arg(graph, SPC_ROLE_PAST_KEY, out->layer);
  out->past_value = spc_raise_arg(graph, SPC_ROLE_PAST_VALUE, out->layer);
  out->present_key = spc_raise_result(graph, SPC_ROLE_PRESENT_KEY, out->layer);
  out->present_value = spc_raise_result(graph, SPC_ROLE_PRESENT_VALUE, out->layer);
  if (!out->present_key) return UNSUPPORTED("the graph has no output 'present.%lld.key'", (long long)out->layer);
  if (!out->scores && (!out->past_value || !out->present_value)) {
    return UNSUPPORTED("the graph has no input 'past_key_values.%lld.value' or no output 'present.%lld.value'",
                       (long long)out->layer, (long long)out->layer);
  }
  return NULL;
}

// The fused op of the region, or null.
static MlirOperation find_op(const spc_raise_region_t *region, const char *type) {
  for (intptr_t i = 0; i < region->op_count; ++i) {
    if (region->data[i] && spc_raise_is(region->ops[i], type)) return region->ops[i];
  }
  return (MlirOperation){NULL};
}

static spc_status_t find_linears(const spc_raise_graph_t *graph, const spc_raise_region_t *region,
                                 spc_raise_attention_t *out) {
  intptr_t wanted = out->scores ? 2 : 3, n = spc_raise_region_linears(region, 3, out->linears);
  if (n != wanted && (n != 1 || out->scores)) {
    return UNSUPPORTED("it reads %td linear projections; %s are expected", n,
                       out->scores ? "two (q, k)" : "three (q, k, v) or one that packs them");
  }
  out->linear_count = n;
  out->packed = n == 1;
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_leaf_t *leaf = &region->leaves[i];
    if (leaf->data && leaf->activation && leaf->activation->kind != SPC_ACTIVATION_LINEAR) {
      return UNSUPPORTED("it reads a hidden state other than through its projections");
    }
  }
  for (intptr_t i = 0; i < n; ++i) out->widths[i] = spc_raise_activation(graph, out->linears[i])->width;
  return NULL;
}

static spc_status_t find_sizes(const spc_raise_graph_t *graph, const spc_raise_region_t *region,
                               spc_raise_attention_t *out) {
  spc_raise_attention_facts_t *facts = &out->facts;
  MlirOperation fused = find_op(region, "GroupQueryAttention");
  facts->kv_heads = spc_raise_port_dim(graph, out->past_key, 4, 1);
  facts->head_size = spc_raise_port_dim(graph, out->past_key, 4, 3);
  int64_t widest = out->widths[0], narrowest = out->widths[0];
  for (intptr_t i = 1; i < out->linear_count; ++i) {
    if (out->widths[i] > widest) widest = out->widths[i];
    if (out->widths[i] < narrowest) narrowest = out->widths[i];
  }
  if (!mlirOperationIsNull(fused)) {
    int64_t heads = spc_attr_i64(fused, "num_heads", -1);
    if (facts->kv_heads < 0) facts->kv_heads = spc_attr_i64(fused, "kv_num_heads", -1);
    if (facts->head_size < 0 && heads > 0 && facts->kv_heads > 0 && heads < widest && facts->kv_heads < widest) {
      facts->head_size = widest / (out->packed ? heads + 2 * facts->kv_heads : heads);
    }
  }
  if (facts->kv_heads > 0 && facts->head_size < 0 && !out->packed) facts->head_size = narrowest / facts->kv_heads;
  if (facts->head_size > 0 && facts->kv_heads < 0 && !out->packed) facts->kv_heads = narrowest / facts->head_size;
  int64_t d = facts->head_size;
  if (facts->kv_heads <= 0 || d <= 0) {
    return UNSUPPORTED(
        "the head count or head size is not known: 'past_key_values.%lld.key' should have them as its dimensions 1 and "
        "3",
        (long long)out->layer);
  }
  if (d % 2 || d > 2 * SPC_RAISE_MAX_PAIRS || facts->kv_heads > widest || widest % d) {
    return UNSUPPORTED("projections of width %lld don't divide into heads of %lld", (long long)widest, (long long)d);
  }
  facts->q_heads = out->packed ? widest / d - 2 * facts->kv_heads : widest / d;
  if (facts->q_heads <= 0 || facts->q_heads % facts->kv_heads) {
    return UNSUPPORTED("%lld query heads don't divide among %lld KV heads", (long long)facts->q_heads,
                       (long long)facts->kv_heads);
  }
  for (intptr_t i = 0, queries = 0; i < out->linear_count && !out->packed; ++i) {
    bool query = out->widths[i] == facts->q_heads * d && !queries;
    if (query && out->widths[i] != facts->kv_heads * d) ++queries;
    if (!query && out->widths[i] != facts->kv_heads * d) {
      return UNSUPPORTED("a projection has width %lld; %lld heads of %lld are expected", (long long)out->widths[i],
                         (long long)facts->kv_heads, (long long)d);
    }
  }
  return NULL;
}

// Weights that scale each head: constant vectors [d] that meet something computed from the projections.
static spc_status_t find_norms(const spc_raise_region_t *region, spc_raise_attention_t *out) {
  for (intptr_t i = 0; i < region->op_count; ++i) {
    MlirOperation op = region->ops[i];
    bool scales = spc_raise_is(op, "Mul") || spc_raise_is(op, "RMSNormalization") ||
                  spc_raise_is(op, "SimplifiedLayerNormalization") || spc_raise_is(op, "GroupQueryAttention");
    if (!scales || !region->activated[i]) continue;
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(op); ++k) {
      spc_raise_weight_t weight;
      MlirValue operand = spc_raise_operand(op, k);
      if (mlirValueIsNull(operand) || !spc_raise_match_vector(operand, &weight) || weight.rows != out->facts.head_size)
        continue;
      bool known = false;
      for (intptr_t n = 0; n < out->norm_count; ++n)
        known = known || mlirOperationEqual(out->norms[n].source, weight.source);
      if (known) continue;
      if (out->norm_count == SPC_RAISE_MAX_NORMS)
        return UNSUPPORTED("it has more weight vectors than a norm of queries and one of keys");
      out->norms[out->norm_count++] = weight;
    }
  }
  return NULL;
}

static spc_status_t find_rotation(const spc_raise_region_t *region, spc_raise_attention_t *out) {
  static const struct {
    const char *type;
    bool contrib;
    intptr_t cos, sin;
  } holders[] = {
      {"GroupQueryAttention", true, 7, 8}, {"RotaryEmbedding", true, 2, 3}, {"RotaryEmbedding", false, 1, 2}};
  out->cos_op = find_op(region, "Cos");
  if (!mlirOperationIsNull(out->cos_op) && !mlirValueIsNull(spc_raise_operand(out->cos_op, 0))) return NULL;
  out->cos_op = (MlirOperation){NULL};
  for (size_t h = 0; h < sizeof holders / sizeof *holders; ++h) {
    for (intptr_t i = 0; i < region->op_count; ++i) {
      MlirOperation op = region->ops[i];
      if (!region->data[i] || !spc_raise_is(op, holders[h].type)) continue;
      if ((spc_op_name(op).data[4] == '_') != holders[h].contrib) continue;  // onnx_ms.
      if (!spc_raise_match_matrix(spc_raise_operand(op, holders[h].cos), &out->cos_table)) continue;
      if (!spc_raise_match_matrix(spc_raise_operand(op, holders[h].sin), &out->sin_table)) continue;
      if (out->cos_table.transpose || out->sin_table.transpose || out->cos_table.cols * 2 != out->facts.head_size ||
          out->sin_table.cols != out->cos_table.cols || out->sin_table.rows != out->cos_table.rows) {
        return UNSUPPORTED(
            "its cos and sin tables are [%lld, %lld]; [positions, %lld], half of the head size, is supported (no "
            "partial rotation)",
            (long long)out->cos_table.rows, (long long)out->cos_table.cols, (long long)(out->facts.head_size / 2));
      }
      return NULL;
    }
  }
  return UNSUPPORTED("no rotary position embedding (Cos and Sin of position_ids, or cos and sin tables) reaches it");
}

static spc_status_t check_attributes(const spc_raise_region_t *region) {
  for (intptr_t i = 0; i < region->op_count; ++i) {
    MlirOperation op = region->ops[i];
    bool fused = spc_raise_is(op, "GroupQueryAttention") || spc_raise_is(op, "Attention");
    if (!fused || !region->data[i]) continue;
    double softcap = spc_attr_f64(op, "softcap", 0);
    if (softcap != 0) return UNSUPPORTED("attribute softcap is %g; soft-capped scores are not supported", softcap);
    if (!spc_raise_is(op, "GroupQueryAttention")) continue;
    if (!mlirValueIsNull(spc_raise_operand(op, 10)))
      return UNSUPPORTED("input attention_bias is used; only the causal mask is supported");
    if (!mlirValueIsNull(spc_raise_operand(op, 11)))
      return UNSUPPORTED("input head_sink is used; attention sinks are not supported");
  }
  return NULL;
}

// ---- Verification --------------------------------------------------------------------------------------------------

static spc_status_t verify(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue root,
                           spc_raise_attention_t *out) {
  // The mask first: it explains what a measured number could not. And if constants were made up, that explains
  // everything.
  spc_status_t status = spc_raise_mask_window(context, region, out, &out->facts.window);
  if (!status) status = spc_raise_attention_measure(context, region, root, out);
  if (!status) status = spc_raise_attention_verify(context, region, root, out);
  return spc_status_join(spc_raise_check_constants(context), status);
}

static spc_status_t match(spc_raise_context_t *context, const spc_raise_region_t *seen, MlirValue root,
                          spc_raise_attention_t *out) {
  const spc_raise_graph_t *graph = context->graph;
  spc_raise_region_t region = {0};
  spc_raise_signature_t signature = {0};
  spc_pointer_map_t variables = {0};
  spc_status_t status = find_cache(graph, seen, out);
  if (status) return status;
  MlirValue roots[3] = {root, out->present_key->value};
  intptr_t n_roots = 2;
  if (!out->scores) roots[n_roots++] = out->present_value->value;
  SPC_GOTO_IF_ERROR(spc_raise_region_init(graph, n_roots, roots, (MlirValue){NULL}, &region));
  SPC_GOTO_IF_ERROR(find_linears(graph, &region, out));
  SPC_GOTO_IF_ERROR(find_sizes(graph, &region, out));
  SPC_GOTO_IF_ERROR(find_norms(&region, out));
  SPC_GOTO_IF_ERROR(check_attributes(&region));
  SPC_GOTO_IF_ERROR(find_rotation(&region, out));
  for (intptr_t i = 0; i < out->norm_count; ++i) {
    SPC_GOTO_IF_ERROR(spc_pointer_map_set(&variables, mlirOperationGetResult(out->norms[i].source, 0).ptr, 1 + i));
  }
  SPC_GOTO_IF_ERROR(spc_raise_region_sign(&region, n_roots, roots, &variables, out->layer, &signature));
  const spc_raise_attention_facts_t *known = spc_raise_cache_find(context->cache, SPC_FACTS_ATTENTION, &signature);
  // The sizes come from the argument's type, which the signature doesn't hold.
  if (known && known->kv_heads == out->facts.kv_heads && known->head_size == out->facts.head_size) {
    out->facts = *known;
    goto cleanup;
  }
  SPC_GOTO_IF_ERROR(verify(context, &region, root, out));
  status = spc_raise_cache_add(context->cache, SPC_FACTS_ATTENTION, &signature, &out->facts, sizeof out->facts);
cleanup:
  spc_raise_region_deinit(&region);
  spc_pointer_map_deinit(&variables);
  free(signature.tokens);
  return status;
}

spc_status_t spc_raise_match_attention(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue value,
                                       bool scores, spc_raise_match_t *out_match, spc_raise_attention_t *out) {
  MlirOperation op = spc_value_def(value);
  *out = (spc_raise_attention_t){.op = op, .scores = scores, .layer = -1};
  *out_match = SPC_MATCH_YES;
  spc_status_t failed = match(context, region, value, out);
  if (failed && spc_status_code(failed) == SPC_OUT_OF_MEMORY) return failed;
  if (failed) {
    *out_match = SPC_MATCH_REFUSED;
    spc_status_t status =
        spc_raise_report_add(context->report, op, spc_raise_order(context->graph, op),
                             "in the attention of layer %lld: %s", (long long)out->layer, spc_status_message(failed));
    spc_status_ignore(failed);
    return status;
  }
  out->kv_element = mlirTypeParseGet(context->graph->ctx, spc_str("f32"));
  MlirAttribute dict =
      mlirArrayAttrGetElement(spc_attr(context->graph->func, "arg_attrs"), out->past_key - context->graph->args);
  MlirAttribute type = spc_dict(dict, "onnx.type");
  if (!mlirAttributeIsNull(type) && mlirAttributeIsAType(type) && mlirTypeIsAShaped(mlirTypeAttrGetValue(type))) {
    out->kv_element = mlirShapedTypeGetElementType(mlirTypeAttrGetValue(type));
  }
  return NULL;
}
