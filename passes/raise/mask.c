// The attention mask alone, at lengths where the whole region would be too large: causality and the sliding window.
#include <math.h>

#include "passes/ir/ir.h"
#include "passes/raise/attention.h"

// Far beyond any sliding window in use (4096 to 32768).
enum { LONG_PAST = 40000 };

typedef enum spc_raise_mask_kind_t {
  MASK_BIAS,   // added to the scores; for the Attention op also a boolean that shows
  MASK_SHOWS,  // a condition, true where a key is seen
  MASK_HIDES,
} spc_raise_mask_kind_t;

// The value that decides which keys are seen: the operand, free of activations, that meets the scores on their way into
// the softmax. Null when there is none.
static MlirValue find_mask(const spc_raise_region_t *region, spc_raise_mask_kind_t *out_kind) {
  for (intptr_t i = region->op_count; i-- > 0;) {
    MlirOperation op = region->ops[i];
    if (!region->activated[i] || !region->data[i]) continue;
    if (spc_raise_is(op, "Attention")) {
      MlirValue mask = spc_raise_operand(op, 3);
      *out_kind = MASK_BIAS;
      return mask;
    }
    if (!spc_raise_is(op, "Softmax")) continue;
    MlirValue scores = spc_raise_operand(op, 0);
    for (;;) {
      MlirOperation def = spc_value_def(spc_raise_peel(scores));
      if (mlirOperationIsNull(def) || spc_raise_is(def, "MatMul") || spc_raise_is(def, "Gemm")) break;
      MlirValue next = {NULL};
      for (intptr_t k = 0; k < mlirOperationGetNumOperands(def); ++k) {
        MlirValue operand = mlirOperationGetOperand(def, k);
        if (spc_raise_region_activated(region, operand)) {
          next = operand;
        } else if ((spc_raise_is(def, "Add") || (spc_raise_is(def, "Where") && k == 0)) &&
                   (mlirOperationIsNull(spc_value_def(operand)) || !spc_raise_is_constant(spc_value_def(operand)))) {
          *out_kind = spc_raise_is(def, "Add")                                              ? MASK_BIAS
                      : spc_raise_region_activated(region, mlirOperationGetOperand(def, 1)) ? MASK_SHOWS
                                                                                            : MASK_HIDES;
          return operand;
        }
      }
      if (mlirValueIsNull(next)) break;
      scores = next;
    }
    return (MlirValue){NULL};
  }
  return (MlirValue){NULL};
}

// Binds a chunk of |sequence| tokens behind |past|, all slots real, past keys as shapes only, and evaluates the mask.
static spc_status_t evaluate(const spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue mask,
                             int64_t sequence, int64_t past, spc_eval_tensor_t *out) {
  *out = (spc_eval_tensor_t){0};
  spc_eval_env_clear(context->env);
  SPC_RETURN_IF_ERROR(
      spc_eval_bind_arguments(context->env, context->graph->func,
                              &(spc_eval_probe_t){1, sequence, past, .vocab = 2, .seed = 1, .values = false}));
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_activation_t *activation = region->leaves[i].activation;
    if (!activation) continue;
    spc_eval_tensor_t shape;
    SPC_RETURN_IF_ERROR(
        spc_eval_tensor_init_shape(SPC_EVAL_F32, 3, (int64_t[]){1, sequence, activation->width}, &shape));
    SPC_RETURN_IF_ERROR(spc_eval_bind(context->env, activation->value, &shape));
  }
  return spc_eval_value(context->env, mask, out);
}

// 1: seen, 0: hidden, -1: neither.
static int seen(const spc_eval_tensor_t *mask, spc_raise_mask_kind_t kind, int64_t i) {
  if (mask->i) return (mask->i[i] != 0) != (kind == MASK_HIDES);
  if (kind != MASK_BIAS) return -1;
  return mask->f[i] == 0 ? 1 : mask->f[i] <= -1e4 ? 0 : -1;
}

static spc_status_t check_rows(const spc_eval_tensor_t *mask, spc_raise_mask_kind_t kind, int64_t sequence,
                               int64_t past, int64_t window) {
  int64_t total = past + sequence;
  if (mask->count < sequence * total || mask->count % (sequence * total) != 0) {
    char text[128];
    return SPC_STATUS(SPC_UNSUPPORTED, "the attention mask is %s for %lld tokens behind %lld",
                      spc_eval_tensor_describe(mask, text, sizeof text), (long long)sequence, (long long)past);
  }
  for (int64_t i = 0; i < mask->count; ++i) {
    int64_t key = i % total, slot = past + i / total % sequence;
    int state = seen(mask, kind, i);
    if (state < 0)
      return SPC_STATUS(SPC_UNSUPPORTED,
                        "the attention bias of query %lld and key %lld is %g; 0 or at most -10000 is supported (no "
                        "ALiBi, no relative positions)",
                        (long long)slot, (long long)key, mask->f ? mask->f[i] : 0);
    bool expected = key <= slot && (window < 0 || key > slot - window);
    if (state != expected) {
      return SPC_STATUS(SPC_UNSUPPORTED, "the attention mask %s key %lld from query %lld, which causal attention%s %s",
                        state ? "shows" : "hides", (long long)key, (long long)slot,
                        window < 0 ? "" : " with its window", expected ? "sees" : "does not");
    }
  }
  return NULL;
}

spc_status_t spc_raise_mask_window(const spc_raise_context_t *context, const spc_raise_region_t *region,
                                   int64_t *out_window) {
  *out_window = -1;
  for (intptr_t i = 0; i < region->op_count; ++i) {
    // The fused op says it: local_window_size keys, the query's own included.
    if (region->data[i] && spc_raise_is(region->ops[i], "GroupQueryAttention")) {
      *out_window = spc_attr_i64(region->ops[i], "local_window_size", -1);
      if (*out_window <= 0) *out_window = -1;
      return NULL;
    }
  }
  spc_raise_mask_kind_t kind = MASK_BIAS;
  MlirValue value = find_mask(region, &kind);
  if (mlirValueIsNull(value)) return NULL;  // what masks, if anything does, is inside an op; the comparison judges
  spc_eval_tensor_t mask = {0};
  spc_status_t status = evaluate(context, region, value, 1, LONG_PAST, &mask);
  if (!status && !spc_eval_has_data(&mask))
    status = SPC_STATUS(SPC_UNSUPPORTED, "the attention mask depends on activations");
  if (!status && mask.count == LONG_PAST + 1) {
    int64_t hidden = 0;
    while (hidden <= LONG_PAST && seen(&mask, kind, hidden) == 0) ++hidden;
    if (hidden > 0) *out_window = LONG_PAST + 1 - hidden;
  }
  if (!status) status = check_rows(&mask, kind, 1, LONG_PAST, *out_window);
  spc_eval_tensor_deinit(&mask);
  if (status || *out_window < 0) return status;
  // Rows of a chunk that crosses the window's edge.
  int64_t past = *out_window > 2 ? *out_window - 2 : 1;
  status = evaluate(context, region, value, 5, past, &mask);
  if (!status) status = check_rows(&mask, kind, 5, past, *out_window);
  spc_eval_tensor_deinit(&mask);
  return status;
}
