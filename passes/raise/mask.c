// The attention mask alone, at lengths where the whole region would be too large: causality and the sliding window.
#include <math.h>

#include "passes/ir/ir.h"
#include "passes/raise/attention.h"

// Far beyond any sliding window in use (4096 to 32768).
enum { LONG_PAST = 40000, MAX_MASKS = 4 };

typedef enum spc_raise_mask_kind_t {
  MASK_BIAS,   // added to the scores; for the Attention op also a boolean that shows
  MASK_SHOWS,  // a condition, true where a key is seen
  MASK_HIDES,
} spc_raise_mask_kind_t;

// The values, free of activations, that meet the scores on their way into the softmax: a key is seen when each shows
// it.
typedef struct spc_raise_masks_t {
  MlirOperation op;  // Softmax, or a fused op
  MlirValue scores;  // what Softmax reads; null for a fused op
  intptr_t count;
  MlirValue values[MAX_MASKS];
  spc_raise_mask_kind_t kinds[MAX_MASKS];
  int64_t window;  // of a fused op's attributes
  spc_eval_tensor_t tensors[MAX_MASKS];
} spc_raise_masks_t;

static spc_status_t add_mask(spc_raise_masks_t *masks, MlirValue value, spc_raise_mask_kind_t kind) {
  if (masks->count == MAX_MASKS) return SPC_STATUS(SPC_UNSUPPORTED, "more than %d masks meet the scores", MAX_MASKS);
  masks->values[masks->count] = value;
  masks->kinds[masks->count++] = kind;
  return NULL;
}

// Follows the scores from the softmax back to their product, past at most so many nodes.
enum { SCORE_NODES = 32 };

static spc_status_t collect(const spc_raise_region_t *region, spc_raise_masks_t *masks) {
  MlirValue scores = masks->scores;
  for (int depth = 0; depth < SCORE_NODES && !mlirValueIsNull(scores); ++depth) {
    MlirOperation op = spc_value_def(spc_raise_peel(scores));
    if (mlirOperationIsNull(op) || spc_raise_is(op, "MatMul") || spc_raise_is(op, "Gemm")) break;
    scores = (MlirValue){NULL};
    for (intptr_t k = 0; k < mlirOperationGetNumOperands(op); ++k) {
      MlirValue operand = mlirOperationGetOperand(op, k);
      MlirOperation def = spc_value_def(operand);
      if (spc_raise_region_activated(region, operand)) {
        scores = operand;
      } else if (spc_raise_is(op, "Add") && (mlirOperationIsNull(def) || !spc_raise_is_constant(def))) {
        SPC_RETURN_IF_ERROR(add_mask(masks, operand, MASK_BIAS));
      } else if (spc_raise_is(op, "Where") && k == 0) {
        bool shows = spc_raise_region_activated(region, spc_raise_operand(op, 1));
        SPC_RETURN_IF_ERROR(add_mask(masks, operand, shows ? MASK_SHOWS : MASK_HIDES));
      }
    }
  }
  return NULL;
}

static spc_status_t find_masks(const spc_raise_region_t *region, spc_raise_masks_t *out) {
  *out = (spc_raise_masks_t){.window = -1};
  for (intptr_t i = region->op_count; i-- > 0;) {
    MlirOperation op = region->ops[i];
    if (!region->activated[i] || !region->data[i]) continue;
    bool grouped = spc_raise_is(op, "GroupQueryAttention"), attention = spc_raise_is(op, "Attention");
    if (!grouped && !attention && !spc_raise_is(op, "Softmax")) continue;
    out->op = op;
    // local_window_size counts the query's own key, left_window_size doesn't.
    int64_t local = spc_attr_i64(op, "local_window_size", -1), left = spc_attr_i64(op, "left_window_size", -1);
    if (grouped && local > 0) out->window = local;
    if (attention && left >= 0 && left < INT64_MAX) out->window = left + 1;
    if (grouped) return NULL;
    if (attention) {
      MlirValue mask = spc_raise_operand(op, 3);
      return mlirValueIsNull(mask) ? NULL : add_mask(out, mask, MASK_BIAS);
    }
    out->scores = spc_raise_operand(op, 0);
    SPC_RETURN_IF_ERROR(collect(region, out));
    if (out->count) return NULL;
    return SPC_STATUS(SPC_UNSUPPORTED, "no mask is added to the scores or chooses among them before the softmax");
  }
  return SPC_STATUS(SPC_UNSUPPORTED, "it has no Softmax and no attention op");
}

// ---- Evaluation at length
// --------------------------------------------------------------------------------------------

// The past keeps its length: an exporter that drops old keys for a sliding window computes something else.
static spc_status_t check_length(const spc_raise_context_t *context, MlirValue value, intptr_t dim, int64_t total,
                                 const char *what) {
  spc_eval_tensor_t tensor;
  SPC_RETURN_IF_ERROR(spc_eval_value(context->env, value, &tensor));
  int64_t actual = dim < tensor.rank ? tensor.dims[dim < 0 ? tensor.rank - 1 : dim] : -1;
  spc_eval_tensor_deinit(&tensor);
  if (actual == total) return NULL;
  return SPC_STATUS(SPC_UNSUPPORTED, "%s cover %lld of %lld tokens; a cache that drops tokens is not supported", what,
                    (long long)actual, (long long)total);
}

static void deinit_tensors(spc_raise_masks_t *masks) {
  for (intptr_t i = 0; i < MAX_MASKS; ++i) spc_eval_tensor_deinit(&masks->tensors[i]);
}

// Binds a chunk of |sequence| tokens behind |past|, all slots real, past keys as shapes only, and evaluates the masks.
static spc_status_t evaluate(const spc_raise_context_t *context, const spc_raise_region_t *region,
                             const spc_raise_attention_t *attention, int64_t sequence, int64_t past,
                             spc_raise_masks_t *masks) {
  int64_t batch = context->graph->fixed_batch > 0 ? context->graph->fixed_batch : 1;
  deinit_tensors(masks);
  spc_eval_env_clear(context->env);
  const spc_raise_weight_t *weights[] = {&attention->cos_table, &attention->sin_table, &attention->norms[0],
                                         &attention->norms[1]};
  for (int i = 0; i < 4; ++i) {  // their numbers have no part in masks and lengths
    spc_eval_tensor_t shape;
    if (mlirOperationIsNull(weights[i]->source)) continue;
    SPC_RETURN_IF_ERROR(spc_raise_weight_shape(weights[i], &shape));
    SPC_RETURN_IF_ERROR(spc_eval_bind(context->env, mlirOperationGetResult(weights[i]->source, 0), &shape));
  }
  spc_raise_sizes_t sizes = {batch, sequence, past, attention->facts.kv_heads, attention->facts.head_size};
  SPC_RETURN_IF_ERROR(spc_raise_bind_leaves(context, region, &sizes));
  for (intptr_t i = 0; i < masks->count; ++i) {
    SPC_RETURN_IF_ERROR(spc_eval_value(context->env, masks->values[i], &masks->tensors[i]));
    if (spc_eval_has_data(&masks->tensors[i])) continue;
    return SPC_STATUS(SPC_UNSUPPORTED, "the attention mask depends on activations");
  }
  SPC_RETURN_IF_ERROR(check_length(context, attention->present_key->value, 2, past + sequence, "the present keys"));
  if (mlirValueIsNull(masks->scores)) return NULL;
  return check_length(context, masks->scores, -1, past + sequence, "the scores");
}

// Whether one element of a mask shows (1) or hides (0) a key; -1 when it does neither.
static int element_shows(const spc_eval_tensor_t *mask, spc_raise_mask_kind_t kind, int64_t i) {
  if (mask->i) return (mask->i[i] != 0) != (kind == MASK_HIDES);
  if (kind != MASK_BIAS) return -1;
  return mask->f[i] == 0 ? 1 : mask->f[i] <= -1e4 ? 0 : -1;
}

// The same of all masks together, for every batch entry and head; they must agree.
static int shows(const spc_raise_masks_t *masks, int64_t sequence, int64_t total, int64_t query, int64_t key,
                 double *out_odd) {
  int all = 1;
  for (intptr_t m = 0; m < masks->count; ++m) {
    const spc_eval_tensor_t *mask = &masks->tensors[m];
    int64_t keys = mask->rank > 0 ? mask->dims[mask->rank - 1] : 1,
            queries = mask->rank > 1 ? mask->dims[mask->rank - 2] : 1;
    if ((keys != 1 && keys < total) || (queries != 1 && queries != sequence) || mask->count == 0) return -2;
    int state = 1;
    for (int64_t group = 0; group < mask->count / (keys * queries); ++group) {
      int64_t i = (group * queries + (queries == 1 ? 0 : query)) * keys + (keys == 1 ? 0 : key);
      int it = element_shows(mask, masks->kinds[m], i);
      if (it < 0 || (group > 0 && it != state)) {
        *out_odd = mask->f ? mask->f[i] : (double)mask->i[i];
        return -1;
      }
      state = it;
    }
    all = all && state;
  }
  return all;
}

static spc_status_t check_rows(const spc_raise_masks_t *masks, int64_t sequence, int64_t past, int64_t window) {
  int64_t total = past + sequence;
  for (int64_t query = 0; query < sequence; ++query) {
    for (int64_t key = 0; key < total; ++key) {
      double odd = 0;
      int64_t slot = past + query;
      int state = shows(masks, sequence, total, query, key, &odd);
      bool expected = key <= slot && (window < 0 || key > slot - window);
      if (state == expected) continue;
      if (state == -2) {
        return SPC_STATUS(SPC_UNSUPPORTED, "the attention mask has not the shape of %lld queries and %lld keys",
                          (long long)sequence, (long long)total);
      }
      if (state < 0) {
        return SPC_STATUS(
            SPC_UNSUPPORTED,
            "the attention bias of query %lld and key %lld is %g; 0 or at most -10000, the same for all heads, "
            "is supported (no ALiBi, no relative positions)",
            (long long)slot, (long long)key, odd);
      }
      return SPC_STATUS(SPC_UNSUPPORTED, "the attention mask %s key %lld from query %lld, which causal attention%s %s",
                        state ? "shows" : "hides", (long long)key, (long long)slot,
                        window < 0 ? "" : " with its window", expected ? "sees" : "does not");
    }
  }
  return NULL;
}

spc_status_t spc_raise_mask_window(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                   const spc_raise_attention_t *attention, int64_t *out_window) {
  spc_raise_masks_t masks;
  *out_window = -1;
  spc_status_t status = find_masks(region, &masks);
  if (!status) status = evaluate(context, region, attention, 1, LONG_PAST, &masks);
  if (status || masks.count == 0) {  // inside a fused op: its attributes say, and the comparison judges
    *out_window = masks.window;
    goto cleanup;
  }
  double odd;
  int64_t hidden = 0;
  while (hidden <= LONG_PAST && shows(&masks, 1, LONG_PAST + 1, 0, hidden, &odd) == 0) ++hidden;
  if (hidden > 0) *out_window = LONG_PAST + 1 - hidden;
  SPC_GOTO_IF_ERROR(check_rows(&masks, 1, LONG_PAST, *out_window));
  if (*out_window >= 0) {  // rows of a chunk that crosses the window's edge
    int64_t past = *out_window > 2 ? *out_window - 2 : 1;
    SPC_GOTO_IF_ERROR(evaluate(context, region, attention, 5, past, &masks));
    SPC_GOTO_IF_ERROR(check_rows(&masks, 5, past, *out_window));
  }
  if (masks.window >= 0 && (*out_window < 0 || masks.window < *out_window)) *out_window = masks.window;
cleanup:
  deinit_tensors(&masks);
  return status;
}
